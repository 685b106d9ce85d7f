"""The kernel's state, for clients that asked for our own events: told as `notebookKernel`.

Knows how it is told; what happens is others' business. Source: docs/protocol.md, "Events".
"""

from ...protocol.notebook import KernelStateName, NotebookKernelEvent, NotebookVariablesChangedEvent
from ..kernel.session_kernel import SessionKernel
from ..port.client_port import ClientPort
from ..run.run_state import RunState
from ..stops.threads import ClientThreads
from .progress import Progress

_AT_REST: tuple[KernelStateName, ...] = ("idle", "stopped", "dead", "notStarted")


class KernelStateEvents:
    """Derives the state from the kernel, its stops and the run, and tells it when it is another.

    The progress of the run is told of stops in the same way.
    """

    def __init__(
        self,
        port: ClientPort,
        kernel: SessionKernel,
        threads: ClientThreads,
        run_state: RunState,
        progress: Progress,
    ) -> None:
        self._port = port
        self._kernel = kernel
        self._threads = threads
        self._run = run_state
        self._progress = progress
        self._told: KernelStateName | None = None

    @property
    def state(self) -> KernelStateName:
        """The kernel's state; "stopped" if any of its threads is, but for the idle stop."""
        if self._kernel.live is None:
            if self._kernel.is_starting:
                return "starting"
            return "dead" if self._kernel.is_dead else "notStarted"
        if any(not it.is_idle for it in self._threads.stops.values()):
            return "stopped"
        return "busy" if self._run.is_busy else "idle"

    def tell_state(self, reason: str | None = None) -> None:
        """Tell the kernel's state if it is another than before, and `reason` with it."""
        state = self.state
        self._progress.kernel_stops(state == "stopped")
        if state == self._told or not self._port.has_notebook_hearers:
            return
        self._told = state
        kernel = self._kernel.live
        self._port.emit(
            NotebookKernelEvent(
                state,
                reason=reason,
                python=kernel.hello.executable if kernel is not None else None,
                system_process_id=kernel.hello.pid if kernel is not None else None,
            )
        )
        if state in _AT_REST:
            self.tell_variables_changed()

    def tell_variables_changed(self) -> None:
        """Tell that the notebook's variables may be others than before."""
        if self._port.has_notebook_hearers:
            self._port.emit(NotebookVariablesChangedEvent())
