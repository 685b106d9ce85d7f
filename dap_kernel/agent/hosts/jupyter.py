"""ipykernel as the debugger's host: it runs what its front ends send, and tells of it by IPython's events.

The agent comes in on the control thread, by a text that `kernels/jupyter/` has sent there. All that is
changed is put back once the connection ends. Source: ipykernel 6.29 and 7.4, IPython 8.18 and 9.18.
"""

import asyncio
import os
import signal
import sys
from _thread import allocate_lock, get_ident
from collections.abc import Callable, Collection
from time import perf_counter
from types import FrameType
from typing import Any, get_args

from ..common.errors import one_line
from ..common.object_access import is_instance
from ..debuggee.code_names import stand_for
from ..debuggee.threads import UserThreads
from ..debuggee.user_code import UserCode
from ..dispatch.agent import Agent
from ..dispatch.host import Refusal
from ..link.sender import Sender
from ..run.outcomes import innermost, result_of, shortened, traceback_text
from ..stops.main_thread_call import call_on_main_thread
from ..wire.messages import (
    CellBegan,
    CellEnded,
    CellResult,
    Control,
    Inspection,
    KernelState,
    NameText,
    Start,
    StopAtEntry,
    TextComes,
)
from .jupyter_texts import KernelText, KernelTexts, base_files, running_text
from .jupyter_threads import service_threads, unseen_by_debuggers
from .visit import WireOutput, begin_visit

_INSPECTION = get_args(Inspection)
_NAMED_WITHIN_S = 1.0  # a text that the server gives no name runs without one, and without breakpoints


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
        self._waiting: dict[str, Any] = {}  # by file: the locks of threads that wait for its name
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
        return _KernelsCode(self._start.notebook, self._texts.folder, base_files(self._threads.main.ident))

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

        def take() -> None:
            agent.interrupts.borrow_urgent()
            if agent.watcher.is_breaking_in(ident):  # a pause that came before, and waits for a line
                agent.interrupts.pause()

        if not call_on_main_thread(ident, take):
            self._kernel.io_loop.add_callback(take)

    def end(self) -> None:
        """See `VisitedHost`."""
        if self._agent is None:
            return
        self._threads.main.inbox.wake_by(None)
        self._shell.events.unregister("pre_run_cell", self._cell_begins)
        self._shell.events.unregister("post_run_cell", self._cell_ends)
        self._texts.end()
        self._agent.interrupts.give_urgent_back()
        for file in list(self._waiting):
            self._let_run(file)

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
        self._let_run(command.file)

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
        self._wait_for_name(cell)
        if not is_main:
            return
        self._texts.compiler.cell_begins(cell.source, cell.file, cell.filename)
        with self._changing:
            self._take_running(cell)
            agent.idle_ends(CellBegan(cell.cell_id, cell.revision, cell.filename))
        entry, self._entry = self._entry, None
        agent.cell_begins(entry)
        self._awaits(agent, _current_coroutine())

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
        cell_result = self._result(agent, cell, error)
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

    def _result(self, agent: Agent, cell: KernelText, error: BaseException | None) -> CellResult:
        result = result_of(error, False)
        result.failed_file, result.failed_line = innermost(error, self._texts.names)
        result.own_line = innermost(error, (cell.filename,))[1]
        stopped_s = agent.parking.stopped_s - self._stopped_s
        result.duration_s = max(perf_counter() - self._began - stopped_s, 0.0)
        if result.state == "failed" and is_instance(error, BaseException):
            result.traceback = shortened(traceback_text(error, agent.user_code.is_kernel))
        return result

    def _wait_for_name(self, cell: KernelText) -> None:
        """Have the server name a text, and say where its breakpoints are, before it runs."""
        if not self._sender.has_server:
            return
        named = allocate_lock()
        named.acquire()
        self._waiting[cell.file] = named
        self._sender.emit(TextComes(cell.file, cell.source, cell.cell_id or None))
        named.acquire(True, _NAMED_WITHIN_S)

    def _let_run(self, file: str) -> None:
        waiting = self._waiting.pop(file, None)
        if waiting is not None:
            waiting.release()

    # Inspection while nothing runs, on the main thread.

    def _wake(self) -> None:
        self._kernel.io_loop.add_callback(self._serve_idle)

    def _serve_idle(self) -> None:
        agent = self._agent
        taken: list[Any] = []
        while agent is not None and agent.idle is not None:
            item = self._threads.main.inbox.take_now(taken)
            if item is None:
                return
            id, command = item
            if isinstance(command, _INSPECTION):
                agent.inspect_idle(id, command)
            taken.clear()


def _current_coroutine() -> object:
    """Return the coroutine that the calling thread runs: a cell that awaits is waited for in there."""
    try:
        task = asyncio.current_task()
    except RuntimeError:
        return None
    return None if task is None else task.get_coro()


class _KernelsCode(UserCode):
    """Cells are in files of ipykernel's, which are on no disk."""

    def __init__(self, notebook: str, cells: str, hosts: list[str]) -> None:
        super().__init__(notebook, hosts)
        self._cells = cells

    def is_notebook(self, filename: str) -> bool:
        return filename.startswith(self._cells) or super().is_notebook(filename)
