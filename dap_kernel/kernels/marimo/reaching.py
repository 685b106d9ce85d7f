"""A kernel of marimo's on this machine, as a session gets it: entered by the scratchpad, while no cell runs.

Its cells are run by its page.
"""

import asyncio

import msgspec

from ...agent.wire import messages as wire
from ..errors import KernelDied
from ..guests.entering import enter
from ..guests.guest_kernel import GuestKernel
from ..kernel_traits import MARIMO
from ..listener import KernelListener
from .marimo_server import MarimoSession
from .scratchpad import run_in_scratchpad

FREE_S = 5.0  # for the kernel to come to the scratchpad
BUSY = (
    "the kernel runs a cell, and lets nobody in before its end: wait for it in marimo's page, or interrupt it"
)
SILENCE = "the kernel has not let the debugger in: it must be of this machine and user"


class ScratchpadWay:
    """See `guests.entering.Way`."""

    pid = None
    host = "marimo"
    silence = SILENCE

    def __init__(self, session: MarimoSession) -> None:
        self._session = session

    async def bring(self, text: str) -> None:
        """See `guests.entering.Way`."""
        try:
            async with asyncio.timeout(FREE_S):
                await run_in_scratchpad(self._session, text)
        except TimeoutError:
            raise KernelDied(BUSY) from None


class MarimoToReach(msgspec.Struct, frozen=True):
    """A kernel that runs (`contract.KernelToReach`). `holder` says to others who debugs it."""

    session: MarimoSession
    start: wire.Start
    holder: str

    async def reach(self, listener: KernelListener) -> GuestKernel:
        """See `contract.KernelToReach`."""
        wire_socket, pid = await enter(ScratchpadWay(self.session), self.holder)
        return await GuestKernel.meet(wire_socket, pid, self.start, MARIMO, listener)

    def environment(self) -> None:
        """See `contract.KernelToReach`: it is started again where it was started."""
