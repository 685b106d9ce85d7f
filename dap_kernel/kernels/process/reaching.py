"""A process as a session gets it: looked up by its id, and entered by the way that there is into it."""

from collections.abc import Sequence

import msgspec

from ...agent.wire import messages as wire
from ..errors import KernelDied
from ..guests.entering import Way, enter
from ..guests.guest_kernel import GuestKernel
from ..kernel_traits import PROCESS
from ..listener import KernelListener
from ..runtime.process import is_alive
from .listening import ListenerWay, listening
from .remote_exec import RemoteExecWay


class ProcessToReach(msgspec.Struct, frozen=True):
    """A process that runs (`contract.KernelToReach`). `holder` says to others who debugs it.

    `python`: what it runs, where the system does not tell.
    """

    pid: int
    start: wire.Start
    holder: str
    python: Sequence[str] | None = None

    async def reach(self, listener: KernelListener) -> GuestKernel:
        """See `contract.KernelToReach`."""
        wire_socket, pid = await enter(self._way(), self.holder)
        return await GuestKernel.meet(wire_socket, pid, self.start, PROCESS, listener)

    def environment(self) -> None:
        """See `contract.KernelToReach`: a process is not started again by us."""

    def _way(self) -> Way:
        if not is_alive(self.pid):
            raise KernelDied(f"there is no process {self.pid}")
        for it in listening():
            if it.pid == self.pid:
                return ListenerWay(it)
        return RemoteExecWay(self.pid, self.python)
