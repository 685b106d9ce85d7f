"""ipykernel as the debugger's host: it runs what its front ends send, and tells of it by IPython's events.

The agent comes in on the control thread, by a text that `kernels/jupyter/` has sent there. All that is
changed is put back once the connection ends. Source: ipykernel 6.29 and 7.4, IPython 8.18 and 9.18.
"""

import os
import signal
import sys
from _thread import allocate_lock, get_ident
from collections.abc import Callable, Collection
from time import perf_counter
from types import FrameType
from typing import Any

from ..common.errors import one_line
from ..debuggee.code_names import stand_for
from ..debuggee.threads import UserThreads
from ..debuggee.user_code import UserCode
from ..dispatch.agent import Agent
from ..dispatch.host import Refusal
from ..link.sender import Sender
from ..stops.main_thread_call import call_on_main_thread
from ..wire.messages import (
    CellBegan,
    CellEnded,
    Control,
    KernelState,
    NameText,
    Start,
    StopAtEntry,
)
from .jupyter_texts import KernelText, KernelTexts, running_text
from .jupyter_threads import service_threads, unseen_by_debuggers
from .visit import WireOutput, begin_visit
from .visited_cells import (
    CellsCode,
    Naming,
    base_files,
    borrow_urgent,
    current_coroutine,
    result_of_cell,
    serve_idle,
)

_HOSTS = ("IPython", "ipykernel", "traitlets", "tornado", "zmq", "jupyter_client")
_LAUNCHERS = ("IPython", "ipykernel", "traitlets")


def attach(wire_fd: int, on_left: Callable[[], None] = lambda: None, listeners: Collection[int] = ()) -> None:
    """Have the server at the other end debug this kernel: see `begin_visit`."""
    begin_visit(wire_fd, JupyterHost, on_left, listeners, unseen_by_debuggers)


class JupyterHost:
    """See `VisitedHost`."""

    takes_signals = False

    def __init__(self, sender: Sender, threads: UserThreads, start: Start) -> None:
        from IPython import get_ipython

        self._shell: Any = get_ipython()
        self._kernel: Any = self._shell.kernel
        self._start = start
        self._sender = sender
        self._threads = threads
        self._texts = KernelTexts(self._shell)
        self._agent: Agent | None = None
        self._naming = Naming(sender)
        self._running: KernelText | None = None  # on the main thread
        self._coroutine: object = None  # that it runs in
        self._began = self._stopped_s = 0.0
        self._entry: StopAtEntry | None = None  # of the text that was named last
        self._depth = 0  # of cells that run cells, on the main thread
        self._changing = allocate_lock()  # held while a cell is taken for the one that runs, or not any more
        self.namespace: dict[str, object] = self._shell.user_ns
        self.hidden: set[str] = set(self._shell.user_ns_hidden)
        self.output = WireOutput(sender)
        self.asking: set[int] = set()

    # What the agent asks, on the agent thread.

    def user_code(self) -> UserCode:
        """See `VisitedHost`."""
        hosts = base_files(self._threads.main.ident, _HOSTS, _LAUNCHERS)
        return CellsCode(self._start.notebook, self._texts.folder, hosts)

    def begin(self, agent: Agent) -> None:
        """See `VisitedHost`."""
        self._agent = agent
        self._threads.own.update(service_threads())
        self._threads.main.inbox.wake_by(self._wake)
        self._texts.begin()
        self._shell.events.register("pre_run_cell", self._cell_begins)
        self._shell.events.register("post_run_cell", self._cell_ends)
        with self._changing:
            if self._running is None:  # else it has told by itself meanwhile
                self._take_what_runs(agent)
        self._take_signal(agent)

    def _take_what_runs(self, agent: Agent) -> None:
        running = running_text(self._threads.main.ident, self._kernel.io_loop.asyncio_loop)
        if running is None:
            agent.idle_begins()
            return
        self._depth = 1
        self._take_running(self._texts.noted(running.source, running.cell_id))
        agent.cell_runs()
        self._awaits(agent, running.coroutine)

    def _take_signal(self, agent: Agent) -> None:
        """Borrow SIGURG. While it is idle, ipykernel ignores SIGINT, and so is not reached by a signal."""
        ident = self._threads.main.ident

        def call(take: Callable[[], None]) -> None:
            if not call_on_main_thread(ident, take):
                self._kernel.io_loop.add_callback(take)

        borrow_urgent(agent, ident, call)

    def end(self) -> None:
        """See `VisitedHost`."""
        if self._agent is None:
            return
        self._threads.main.inbox.wake_by(None)
        self._shell.events.unregister("pre_run_cell", self._cell_begins)
        self._shell.events.unregister("post_run_cell", self._cell_ends)
        self._texts.end()
        self._agent.interrupts.give_urgent_back()
        self._naming.end()

    def take_control(self, id: int, command: Control) -> None:
        """See `Host`."""
        raise Refusal("cells of this kernel are run through Jupyter")

    def take_input(self, text: str | None) -> None:
        """See `Host`: the front end that runs a cell is asked."""

    def name_text(self, command: NameText) -> None:
        """See `Host`."""
        stand_for(command.file, command.filename)
        with self._changing:
            cell = self._texts.name(command)
            if cell is not None and cell is self._running and self._agent is not None:
                self._agent.emit(CellBegan(cell.cell_id, cell.revision, cell.filename))
        self._entry = command.stop_at_entry
        self._naming.let_run(command.file)

    def describe(self) -> KernelState:
        """See `Host`."""
        stopped = list(self._agent.parking.stops) if self._agent is not None else []
        name = os.environ.get("JPY_SESSION_NAME", "")  # Jupyter Server says which notebook it is for
        return KernelState(
            self._start, [sys.executable], os.getcwd(), self._texts.described(), stopped, "", notebook=name
        )

    def draw_plots(self) -> int:
        """See `Host`."""
        return 0

    def redirect(self, frame: FrameType | None, exception: BaseException) -> bool:
        """See `Host`: ipykernel cancels a cell that awaits when SIGINT comes."""
        if self._coroutine is None or getattr(self._coroutine, "cr_running", True):
            return False
        signal.raise_signal(signal.SIGINT)
        return True

    # What IPython tells, on the thread that runs the cell.

    def _cell_begins(self, info: Any) -> None:
        try:
            self._begin_cell(info)
        except Exception as error:  # of ours: IPython would show it to the user
            self._sender.send_note(f"the debugger does not know of a cell: {one_line(error)}")

    def _cell_ends(self, result: Any) -> None:
        try:
            self._end_cell(result)
        except Exception as error:
            self._sender.send_note(f"the debugger does not know how a cell has ended: {one_line(error)}")

    def _begin_cell(self, info: Any) -> None:
        agent = self._agent
        if agent is None:
            return
        is_main = get_ident() == self._threads.main.ident
        if is_main:
            self._depth += 1
            if self._depth > 1:  # a text that the cell has run: the body of its magic, say
                return
        cell = self._texts.note(info.raw_cell, info.cell_id)
        self._naming.wait(cell.file, cell.source, cell.cell_id or None)
        if not is_main:
            return
        self._texts.compiler.cell_begins(cell.source, cell.file, cell.filename)
        with self._changing:
            self._take_running(cell)
            agent.idle_ends(CellBegan(cell.cell_id, cell.revision, cell.filename))
        entry, self._entry = self._entry, None
        agent.cell_begins(entry)
        self._awaits(agent, current_coroutine())

    def _end_cell(self, result: Any) -> None:
        agent, cell = self._agent, self._running
        if agent is None or get_ident() != self._threads.main.ident:
            return
        self._depth = max(self._depth - 1, 0)
        if cell is None or self._depth:
            return
        self._texts.compiler.cell_ends()
        error = result.error_before_exec or result.error_in_exec
        goes_on = agent.cell_ends()  # if the session itself runs the next cell: else that may be anything
        ran_s = perf_counter() - self._began - (agent.parking.stopped_s - self._stopped_s)
        cell_result = result_of_cell(agent, error, cell.filename, self._texts.names, ran_s)
        cell_result.goes_on = goes_on
        if cell_result.state == "failed":
            agent.watcher.uncaught(error)
        number = self._shell.execution_count
        self.hidden.update((f"_i{number}", f"_{number}", f"_i{number - 1}", f"_{number - 1}"))
        with self._changing:
            cell.state = cell_result.state
            self._running = self._coroutine = None
            agent.idle_begins(CellEnded(cell.cell_id, cell.filename, cell_result))
        self._wake()

    def _awaits(self, agent: Agent, coroutine: object) -> None:
        self._coroutine = coroutine
        agent.cell_awaits(coroutine)

    def _take_running(self, cell: KernelText) -> None:
        assert self._agent is not None
        cell.state = "running"
        self._running = cell
        self._began, self._stopped_s = perf_counter(), self._agent.parking.stopped_s

    # Inspection while nothing runs, on the main thread.

    def _wake(self) -> None:
        self._kernel.io_loop.add_callback(self._serve_idle)

    def _serve_idle(self) -> None:
        serve_idle(self._agent, self._threads.main.inbox)
