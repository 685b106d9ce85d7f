"""The commands that wait for their replies. Knows neither the wire nor the kernel."""

import asyncio
import itertools
import logging

import msgspec

from ..errors import CommandFailed, KernelDied, NoAnswer
from .link import KernelReply

log = logging.getLogger(__name__)

SILENT = (
    "the kernel has not answered within {:g} s: code in it may hold Python's lock, or keep the debugger's "
    "threads from running; interrupt or restart it if it stays so"
)


class PendingReplies:
    """Commands under way, by id."""

    def __init__(self, first_id: int = 1) -> None:
        """`first_id`: above all ids that an earlier server has given out, whose replies may come to us."""
        self._first_id = first_id
        self._ids = itertools.count(first_id)
        self._unclaimed: dict[int, KernelReply] = {}  # by id: to commands of an earlier server
        self._replies: dict[int, asyncio.Future[msgspec.Raw]] = {}  # by the command's id
        self._slow: set[int] = set()

    def new_id(self) -> int:
        """Return an id that no command had."""
        return next(self._ids)

    def expect(self, id: int, after_output: bool) -> "asyncio.Future[msgspec.Raw]":
        """Return the future of a reply's result; it raises CommandFailed, or KernelDied."""
        future = asyncio.get_running_loop().create_future()
        self._replies[id] = future
        if after_output:
            self._slow.add(id)
        return future

    def claim(self, id: int) -> "asyncio.Future[msgspec.Raw]":
        """Return the future of the result of a cell that an earlier server has sent; it may be there."""
        future = self.expect(id, after_output=True)
        if (answer := self._unclaimed.pop(id, None)) is not None:
            self.settle(answer)
        return future

    def under_way(self) -> list[int]:
        """Return the ids of the commands that wait."""
        return list(self._replies)

    def waits_for_output(self, answer: KernelReply) -> bool:
        """Whether a reply may be handed on only after what was printed before it."""
        return answer.id in self._slow

    def settle(self, answer: KernelReply) -> None:
        """Hand a reply to whoever waits for it."""
        self._slow.discard(answer.id)
        future = self._replies.pop(answer.id, None)
        if future is None and answer.id < self._first_id:
            self._unclaimed[answer.id] = answer
        elif future is None:
            if answer.error is not None:
                log.warning("command %d failed: %s", answer.id, answer.error)
        elif future.done():  # cancelled
            return
        elif answer.error is not None:
            future.set_exception(CommandFailed(answer.error))
        else:
            future.set_result(answer.result)

    def fail(self, text: str) -> None:
        """No more replies will come."""
        replies, self._replies = self._replies, {}
        self._slow.clear()
        for future in replies.values():
            if not future.done():
                future.set_exception(KernelDied(text))
                future.exception()  # whoever waited may have given up: no complaint about that


async def in_time(reply: "asyncio.Future[msgspec.Raw]", within_s: float | None) -> msgspec.Raw:
    """Return what `reply` becomes. Raises NoAnswer when that takes too long, and what the reply raises."""
    try:
        async with asyncio.timeout(within_s):
            return await reply
    except TimeoutError:
        raise NoAnswer(SILENT.format(within_s)) from None
