"""The commands that go out on one wire, and what becomes of each. Knows no kernel."""

import asyncio
import logging
from typing import TypeVar, get_args

import msgspec

from ...agent.wire import messages as wire
from ..errors import CommandFailed, NoAnswer
from ..limits import MOST_ANSWERED, cut, limit_s
from .link import KernelReply, Link
from .pending_replies import PendingReplies, in_time

log = logging.getLogger(__name__)

T = TypeVar("T")


class Commands:
    """Sends commands, and gives each reply to who waits for it. On the event loop's thread."""

    def __init__(self, link: Link, first_id: int = 1) -> None:
        """`first_id`: above all ids that an earlier server has given out, whose replies may come to us."""
        self._link = link
        self._replies = PendingReplies(first_id)

    async def call(self, command: wire.Command, result: type[T], within_s: float | None = None) -> T:
        """Send a command and return its reply's result, as `contract.Kernel.call` does."""
        id = self._replies.new_id()
        future = self._replies.expect(id, after_output=isinstance(command, wire.RunCell))
        self._link.send(command, id)
        try:
            raw = await in_time(future, limit_s(command) if within_s is None else within_s)
        except (asyncio.CancelledError, NoAnswer):
            if isinstance(command, get_args(wire.Inspection)):
                self.send_command(wire.Cancel(id))
            raise
        return _decoded(raw, result, type(command).__name__)

    async def result_of(self, run_id: int) -> wire.CellResult:
        """Return the result of the RunCell that an earlier server has sent under this id."""
        return _decoded(await self._replies.claim(run_id), wire.CellResult, wire.RunCell.__name__)

    def send_command(self, command: wire.Command) -> None:
        """Send a command whose reply nobody waits for; dropped when the wire has ended."""
        self._link.send(command, self._replies.new_id())

    def under_way(self) -> list[int]:
        """Return the ids of the commands that wait for their replies."""
        return self._replies.under_way()

    def waits_for_output(self, answer: KernelReply) -> bool:
        """Whether a reply may be handed on only after what was printed before it."""
        return self._replies.waits_for_output(answer)

    def settle(self, answer: KernelReply) -> None:
        """Hand a reply to whoever waits for it."""
        self._replies.settle(answer)

    def fail(self, why: str) -> None:
        """No more replies will come."""
        self._replies.fail(why)


def _decoded(raw: msgspec.Raw, result: type[T], command: str) -> T:
    """Return the result that a reply to `command` holds. Raises CommandFailed."""
    try:
        answer = msgspec.json.decode(raw, type=result)
        return answer if len(raw) <= MOST_ANSWERED else cut(answer, MOST_ANSWERED)
    except (msgspec.MsgspecError, RecursionError) as error:
        log.warning("reply to %s: %s", command, type(error).__name__)
        raise CommandFailed(f"{command}: the kernel's answer makes no sense") from error
