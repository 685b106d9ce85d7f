"""marimo's own kernel as the debugger's host: it runs what its page sends, and tells of it by its hooks.

The agent comes in by a text that `kernels/marimo/` has sent to the scratchpad, while no cell runs. All that
is changed is put back once the connection ends. What is used of marimo stands in `marimo_names.py`.
"""

import os
import signal
import sys
from collections.abc import Callable, Collection
from time import perf_counter
from types import FrameType
from typing import Any

from ..common.errors import one_line
from ..debuggee.code_names import learn, stand_for
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
    RanCell,
    Start,
    StopAtEntry,
)
from ..wire.structs import Struct
from .marimo_names import SCRATCH, codes_of, lent_kernel, state_of
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

_HIDDEN = {"__marimo__", "__builtin__", "__builtins__", "__doc__", "__file__", "__name__"}
_PACKAGES = ("marimo",)


def attach(wire_fd: int, on_left: Callable[[], None] = lambda: None, listeners: Collection[int] = ()) -> None:
    """Have the server at the other end debug this kernel: see `begin_visit`."""
    begin_visit(wire_fd, MarimoHost, on_left, listeners)


class _CellText(Struct):
    """The text of a cell that runs, or ran last."""

    cell: Any  # marimo's
    filename: str  # as the server calls it; until then the file that its code says it is in
    cell_id: str = ""  # as the server calls the cell
    revision: int = 0  # 0: the server has not named it


class MarimoHost:
    """See `VisitedHost`."""

    takes_signals = False

    def __init__(self, sender: Sender, threads: UserThreads, start: Start) -> None:
        self._kernel = lent_kernel(threads.main.ident)
        self._start = start
        self._sender = sender
        self._threads = threads
        self._naming = Naming(sender)
        self._agent: Agent | None = None
        self._texts: dict[str, _CellText] = {}  # by file
        self._names: set[str] = set()  # all that the server has given
        self._running: _CellText | None = None
        self._coroutine: object = None  # that it runs in
        self._began = self._stopped_s = 0.0
        self._entry: StopAtEntry | None = None  # of the text that was named last
        self.hidden: set[str] = set(_HIDDEN)
        self.output = WireOutput(sender)
        self.asking: set[int] = set()

    # What the agent asks, on the agent thread.

    @property
    def namespace(self) -> dict[str, object]:
        """See `Host`."""
        return self._kernel.namespace

    def user_code(self) -> UserCode:
        """See `VisitedHost`."""
        hosts = base_files(self._threads.main.ident, _PACKAGES, _PACKAGES)
        return CellsCode(self._start.notebook, self._kernel.folder, hosts)

    def begin(self, agent: Agent) -> None:
        """See `VisitedHost`."""
        self._agent = agent
        self._threads.main.inbox.wake_by(self._wake)
        for it in self._kernel.cells():
            file = self._kernel.file_of(it.cell_id)
            self._texts[file] = _CellText(it, file)
        ident = self._threads.main.ident

        def call(take: Callable[[], None]) -> None:
            if not call_on_main_thread(ident, take):
                self._kernel.loop.call_soon_threadsafe(take)

        borrow_urgent(agent, ident, call)
        agent.idle_begins()
        self._kernel.begin(self._cell_begins, self._cell_ends)

    def end(self) -> None:
        """See `VisitedHost`."""
        if self._agent is None:
            return
        self._threads.main.inbox.wake_by(None)
        self._kernel.end()
        self._agent.interrupts.give_urgent_back()
        self._naming.end()
        self._agent = None

    def take_control(self, id: int, command: Control) -> None:
        """See `Host`."""
        raise Refusal("cells of this kernel are run in marimo's page")

    def take_input(self, text: str | None) -> None:
        """See `Host`: the page is asked."""

    def name_text(self, command: NameText) -> None:
        """See `Host`. Functions of a cell's earlier texts stay those of their own text."""
        text = self._texts.get(command.file)
        if text is not None:
            text.cell_id, text.revision, text.filename = command.cell_id, command.revision, command.filename
            self._names.add(command.filename)
            for it in codes_of(text.cell):
                learn(it, command.filename)
        stand_for(command.file, command.filename)
        self._entry = command.stop_at_entry
        self._naming.let_run(command.file)

    def describe(self) -> KernelState:
        """See `Host`."""
        stopped = list(self._agent.parking.stops) if self._agent is not None else []
        ran = []
        for it in list(self._texts.values()):
            state = "running" if it is self._running else state_of(it.cell)
            if state is not None:
                ran.append(RanCell(it.cell_id, it.revision, it.filename, it.cell.code, state))
        return KernelState(self._start, [sys.executable], os.getcwd(), ran, stopped, "")

    def draw_plots(self) -> int:
        """See `Host`."""
        return 0

    def redirect(self, frame: FrameType | None, exception: BaseException) -> bool:
        """See `Host`: marimo cancels a cell that awaits when SIGINT comes."""
        if self._coroutine is None or getattr(self._coroutine, "cr_running", True):
            return False
        signal.raise_signal(signal.SIGINT)
        return True

    # What marimo tells, on the main thread.

    def _cell_begins(self, cell: Any, _: object) -> None:
        agent = self._agent
        if agent is None or cell.cell_id == SCRATCH:
            return
        try:
            self._begin_cell(agent, cell)
        except Exception as error:  # of ours: marimo's run would end by it
            self._sender.send_note(f"the debugger does not know of a cell: {one_line(error)}")
        except BaseException as error:  # an interrupt came for it: it does not begin
            self._end_cell(agent, error)
            raise

    def _cell_ends(self, cell: Any, _: object, result: Any) -> None:
        agent = self._agent
        if agent is None or cell.cell_id == SCRATCH:
            return
        try:
            error = result.exception  # or, of a cell that was refused, marimo's description
            self._end_cell(agent, error if isinstance(error, BaseException) else None)
        except Exception as error:
            self._sender.send_note(f"the debugger does not know how a cell has ended: {one_line(error)}")

    def _begin_cell(self, agent: Agent, cell: Any) -> None:
        file = self._kernel.file_of(cell.cell_id)
        before = self._texts.get(file)
        text = self._texts[file] = _CellText(cell, file, before.cell_id if before is not None else "")
        self._naming.wait(file, cell.code, text.cell_id or None)
        self._running = text
        self._began, self._stopped_s = perf_counter(), agent.parking.stopped_s
        agent.idle_ends(CellBegan(text.cell_id, text.revision, text.filename))
        entry, self._entry = self._entry, None
        agent.cell_begins(entry)
        self._coroutine = current_coroutine()
        agent.cell_awaits(self._coroutine)

    def _end_cell(self, agent: Agent, error: BaseException | None) -> None:
        text, self._running = self._running, None
        if text is None:
            return
        goes_on = agent.cell_ends()
        ran_s = perf_counter() - self._began - (agent.parking.stopped_s - self._stopped_s)
        result = result_of_cell(agent, error, text.filename, self._names, ran_s)
        result.goes_on = goes_on
        if result.state == "failed" and error is not None:
            agent.watcher.uncaught(error)
        self._coroutine = None
        agent.idle_begins(CellEnded(text.cell_id, text.filename, result))
        self._wake()

    # Inspection while nothing runs, on the main thread.

    def _wake(self) -> None:
        self._kernel.loop.call_soon_threadsafe(self._serve_idle)

    def _serve_idle(self) -> None:
        serve_idle(self._agent, self._threads.main.inbox)
