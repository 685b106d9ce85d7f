"""Messages of the wire that are handed on only after what was printed before them."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from ...agent.wire import messages as wire
from ..link.link import KernelReply, Link, Message

MAX_HELD = 1000  # messages that wait for output, before the wire does


class HeldMessages:
    """Keeps messages in order. On the event loop's thread.

    `drained` returns when all that was printed so far has been dealt with, `hand_on` gets each message then.
    """

    def __init__(
        self, link: Link, drained: Callable[[], Awaitable[None]], hand_on: Callable[[Message], None]
    ) -> None:
        self._link = link
        self._drained = drained
        self._hand_on = hand_on
        self._held: deque[Message] = deque()
        self._holder: asyncio.Task[None] | None = None

    def deliver_or_hold(self, message: Message) -> None:
        """Hand a message on, or hold it: behind what is printed, or behind those that wait for that."""
        if not self._held and not waits_for_output(message):
            self._hand_on(message)
            return
        self._held.append(message)
        if len(self._held) == MAX_HELD:
            self._link.hold()
        if self._holder is None or self._holder.done():
            self._holder = asyncio.get_running_loop().create_task(self._hand_on_held())

    async def emptied(self) -> None:
        """Wait until all that was held has been handed on."""
        if self._holder is not None:
            await self._holder

    def drop(self) -> None:
        """Hand on nothing more of what is held."""
        if self._holder is not None:
            self._holder.cancel()

    async def _hand_on_held(self) -> None:
        while self._held:
            if waits_for_output(self._held[0]):
                await self._drained()
            self._hand_on(self._held.popleft())
            if len(self._held) == MAX_HELD - 1:
                self._link.release()


def waits_for_output(message: Message) -> bool:
    """Whether a message comes only after what was printed before it. Replies that get here are RunCell's."""
    return isinstance(message, wire.Stopped | wire.CellEnded | wire.InputWanted | KernelReply)
