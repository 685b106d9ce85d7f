"""A kernel of Jupyter's that a session has: the agent in it answers, and cells run as for its front ends.

What others run prints in their pages. What the session runs is shown to it, too, from Jupyter's messages.
"""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any, TypeVar, cast

from ...agent.wire import messages as wire
from ..errors import KernelDied
from ..guests.guest_kernel import GuestKernel
from ..kernel_traits import KernelTraits
from ..listener import KernelListener
from ..printed import Ending, Piece
from .channels import Content
from .connection import KernelConnection
from .front_end import FrontEnd

TOLD_S = 1.0  # for the agent's word, once Jupyter has answered

T = TypeVar("T")


class CellEnds:
    """Hears the kernel before the session: how the session's own cells end there, as the agent says."""

    def __init__(self, listener: KernelListener) -> None:
        self._listener = listener
        self._ends: dict[str, asyncio.Future[wire.CellResult]] = {}  # by filename

    def expect(self, filename: str) -> "asyncio.Future[wire.CellResult]":
        """Return what becomes the result of the cell; it raises KernelDied."""
        end: asyncio.Future[wire.CellResult] = asyncio.get_running_loop().create_future()
        self._ends[filename] = end
        return end

    def kernel_notified(self, notification: wire.Notification) -> None:
        """See `KernelListener`."""
        if isinstance(notification, wire.CellEnded):
            end = self._ends.pop(notification.filename, None)
            if end is not None and not end.done():
                end.set_result(notification.result)
        self._listener.kernel_notified(notification)

    def kernel_printed(self, pieces: list[Piece]) -> Awaitable[None] | None:
        """See `KernelListener`."""
        return self._listener.kernel_printed(pieces)

    def kernel_ended(self, ending: Ending) -> None:
        """See `KernelListener`."""
        self._listener.kernel_ended(ending)
        ends, self._ends = self._ends, {}
        for end in ends.values():
            if not end.done():
                end.set_exception(KernelDied(ending.sentence))
                end.exception()  # whoever waited may have given up


class JupyterKernel:
    """See `contract.Kernel`."""

    def __init__(self, guest: GuestKernel, connection: KernelConnection, ends: CellEnds) -> None:
        """`ends` is the listener of `guest`."""
        self._guest = guest
        self._connection = connection
        self._ends = ends
        self._entries: dict[
            str, wire.StopAtEntry
        ] = {}  # by filename: why a cell is to stop at its first line
        self._front: FrontEnd | None = None  # from the first cell on

    @property
    def traits(self) -> KernelTraits:
        """See `contract.Kernel`."""
        return self._guest.traits

    @property
    def hello(self) -> wire.Hello:
        """See `contract.Kernel`."""
        return self._guest.hello

    async def call(self, command: wire.Command, result: type[T], within_s: float | None = None) -> T:
        """See `contract.Kernel`."""
        if isinstance(command, wire.RunCell):
            return cast(T, await self._run(command))
        return await self._guest.call(command, result, within_s)

    async def result_of(self, run_id: int) -> wire.CellResult:
        """See `contract.Kernel`."""
        return await self._guest.result_of(run_id)

    def send_command(self, command: wire.Command) -> None:
        """See `contract.Kernel`."""
        if isinstance(command, wire.NameText):
            entry = self._entries.pop(command.filename, None)
            command = wire.NameText(command.file, command.cell_id, command.revision, command.filename, entry)
        self._guest.send_command(command)

    async def end(self, *, exit_s: float = 0.0) -> bool:
        """See `contract.Kernel`: it is not ours to end."""
        await self.detach()
        return True

    async def detach(self, *, found_within_s: float = 0.0) -> None:
        """See `contract.Kernel`."""
        await self._guest.detach()
        if self._front is not None:
            self._front.close()

    async def _run(self, command: wire.RunCell) -> wire.CellResult:
        """Have Jupyter run a cell, as a front end of its; return once it has run. Raises KernelDied."""
        if self._front is None:
            self._front = FrontEnd(self._connection, lambda piece: self._print(piece))
        end = self._ends.expect(command.filename)
        if command.stop_at_entry is not None:
            self._entries[command.filename] = command.stop_at_entry
        running = asyncio.ensure_future(self._front.execute(command.source, command.cell_id))
        both: set[asyncio.Future[Any]] = {running, end}
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if end.done() and end.exception() is not None:
                return end.result()
            reply = await running
            with suppress(TimeoutError):
                async with asyncio.timeout(TOLD_S):
                    return await end
            return _result_of(reply)
        finally:
            running.cancel()
            self._entries.pop(command.filename, None)

    def _print(self, piece: Piece) -> None:
        self._ends.kernel_printed([piece])


def _result_of(reply: Content) -> wire.CellResult:
    """Return what became of a cell by Jupyter's word alone: it was not run, or the agent has not seen it."""
    if reply.get("status") == "ok":
        return wire.CellResult("done")
    if "ename" in reply:
        return wire.CellResult("failed", f"{reply['ename']}: {reply.get('evalue', '')}")
    return wire.CellResult(
        "interrupted", "the kernel was told not to run it: a cell before it was interrupted"
    )
