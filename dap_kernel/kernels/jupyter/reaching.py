"""A kernel of Jupyter's on this machine, as a session gets it: entered by its control channel, also at work.

Its cells are run by its front ends.
"""

import asyncio

import msgspec

from ...agent.wire import messages as wire
from ..errors import KernelDied
from ..guests.entering import enter
from ..guests.guest_kernel import GuestKernel
from ..kernel_traits import JUPYTER
from ..listener import KernelListener
from .channels import RequestChannel
from .connection import KernelConnection
from .entering import run_beside
from .jupyter_kernel import CellEnds, JupyterKernel

ANSWERED_S = 10.0  # on the control channel, which waits for no cell
SILENCE = (
    "the kernel has not let the debugger in. It must be an ipykernel, 6 or newer, of this machine and user; "
    "one whose code holds Python's lock lets nobody in until that lets go of it"
)


class ControlWay:
    """See `guests.entering.Way`."""

    pid = None
    host = "jupyter"
    silence = SILENCE

    def __init__(self, channel: RequestChannel) -> None:
        self._channel = channel

    async def bring(self, text: str) -> None:
        """See `guests.entering.Way`."""
        try:
            async with asyncio.timeout(ANSWERED_S):
                reply = await self._channel.request("execute_request", run_beside(text))
        except TimeoutError:
            raise KernelDied(SILENCE) from None
        if reply.get("status") != "ok":
            why = f"{reply.get('ename')}: {reply.get('evalue')}" if "ename" in reply else "it runs no Python"
            raise KernelDied(f"the kernel has not let the debugger in: {why}")


class JupyterToReach(msgspec.Struct, frozen=True):
    """A kernel that runs (`contract.KernelToReach`). `holder` says to others who debugs it."""

    connection: KernelConnection
    start: wire.Start
    holder: str

    async def reach(self, listener: KernelListener) -> JupyterKernel:
        """See `contract.KernelToReach`."""
        control = RequestChannel(self.connection, self.connection.control_port)
        try:
            wire_socket, pid = await enter(ControlWay(control), self.holder)
        finally:
            control.close()
        ends = CellEnds(listener)
        guest = await GuestKernel.meet(wire_socket, pid, self.start, JUPYTER, ends)
        return JupyterKernel(guest, self.connection, ends)

    def environment(self) -> None:
        """See `contract.KernelToReach`: it is started again where it was started."""
