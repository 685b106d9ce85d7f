"""Runs cells, one at a time: which, in what order, and what cannot run after one that fails.

Chooses by `selection.py`, keeps what becomes of cells in `RunState`, and says what happens to its listener:
it knows no client, and not what comes when nothing is left to run.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Protocol

from ...agent.wire import messages as wire
from ...notebook.cells import MAY_FAIL, Cell, Notebook
from ...notebook.dataflow import Plan
from ..arguments.launch_arguments import RunSpec
from ..errors import DapError
from ..kernel.session_kernel import KernelDead, SessionKernel
from ..texts.documents import Documents
from ..texts.revisions import Revision
from .records import is_forgiven
from .run_state import RunState
from .selection import ChoiceBasis, Chosen, choose, descendants, in_words

log = logging.getLogger(__name__)

First = Awaitable[wire.StopAtEntry | None]  # the end of a cell that runs already, and how the next is entered


class MainThreadStops(Protocol):
    """What a run asks of the main thread's stops."""

    @property
    def is_at_exception(self) -> bool:
        """Whether it is stopped at one, which ends the cell when it goes on."""

    @property
    def stopped_s(self) -> float:
        """How long it was stopped in what ran, in all, in seconds."""

    @property
    def can_be_told(self) -> asyncio.Event:
        """Set once the client hears of what the kernel says."""


class RunListener(Protocol):
    """Who hears of runs, on the event loop. `run_ends` or `run_given_up` comes once for each `run_begins`."""

    def run_asked(self) -> None:
        """Nothing runs so far, and cells are about to be queued: `run_begins` follows."""

    def run_begins(self) -> None:
        """The first cell is about to run, or to be waited for."""

    def run_ends(self) -> None:
        """Nothing is left to run; `RunState` has what became of the run."""

    def run_given_up(self) -> None:
        """The kernel is ended on purpose, or the session; there may have been no run."""

    def cell_changed(self, cell: Cell) -> None:
        """It waits now, has ended, or is not reached: see `RunState`."""

    def cell_compiles(self, cell: Cell) -> None:
        """The kernel is about to get its text: breakpoints in it are to be there before."""

    def cell_begins(self, cell: Cell, ran: Revision) -> None:
        """It runs now, its text as `ran`; it may have run already at an attach."""

    def cell_ends(self) -> None:
        """The one that began runs no more; if its end is known, `cell_changed` follows."""

    def cell_failed(self, cell: Cell, result: wire.CellResult) -> None:
        """It failed, was interrupted or ended itself; what cannot run after it has been dropped."""

    def debugs(self, is_debugged: bool) -> None:
        """Whether there are stops in what runs next, as far as the run is concerned."""

    def says(self, text: str, category: str = "console") -> None:
        """A sentence for the user."""


class Runner:
    """The one who has cells run. At most one run is under way; what is asked for meanwhile joins it."""

    def __init__(
        self,
        kernel: SessionKernel,
        documents: Documents,
        state: RunState,
        stops: MainThreadStops,
    ) -> None:
        self._kernel = kernel
        self._documents = documents
        self._state = state
        self._stops = stops
        self._reports_to: RunListener | None = None
        self._instead: wire.CellResult | None = None  # of the next cell, which is not to run
        self._is_debugged = True  # whether the kernel was told last that cells are debugged
        self._told_problems: dict[str, str] = {}  # by cell id

    def report_to(self, listener: RunListener) -> None:
        """Report to `listener`, from before the first run on: it knows the session, which knows this."""
        self._reports_to = listener

    @property
    def _listener(self) -> RunListener:
        assert self._reports_to is not None
        return self._reports_to

    @property
    def notebook(self) -> Notebook:
        """The notebook as it is now. Raises DapError before launch."""
        main = self._documents.main
        if main is None:
            raise DapError("there is no notebook yet: launch comes first")
        return main.notebook

    @property
    def plan(self) -> Plan | None:
        """The order of a notebook that runs by dataflow."""
        return self._state.plan(self.notebook)

    def choose(self, spec: RunSpec, shown: Notebook | None = None) -> list[Chosen]:
        """Return what `spec` means for the notebook as it is now. Raises DapError.

        `shown`: the same cells with the lines that `spec` counts; None: the notebook's own.
        """
        last = self._state.last.id if self._state.last is not None else None
        chosen = choose(ChoiceBasis(shown or self.notebook, self.plan, self._state.records, last), spec)
        return [Chosen(self.notebook.by_id[it.cell.id], it.why) for it in chosen]

    def in_words(self, chosen: list[Chosen]) -> str:
        """Return what runs and why, as a run's first line says it."""
        if not self.notebook.traits.has_cells:
            return "runs" if chosen else "runs nothing"
        cells = self.plan.order if self.plan is not None else [it for it in self.notebook.cells if it.is_code]
        return in_words(chosen, len(cells))

    def start(
        self,
        chosen: list[Chosen],
        entry: wire.StopAtEntry | None = None,
        *,
        is_told: bool = False,
        no_debug: bool = False,
        stops_first: bool = False,
    ) -> None:
        """Run these cells, after those that run already.

        `is_told`: what runs has been said. `no_debug`: nothing stops meanwhile, but for a pause; a cell
        that is asked for both ways is debugged. `stops_first`: the first of them stops at its first line.
        """
        if not is_told:
            self._listener.says(self.in_words(chosen))
        self._say_problems()
        state = self._state
        fresh = state.enqueue(
            (it.cell for it in chosen),
            is_debugged=not no_debug,
            stops_first=stops_first,
            is_late=state.is_busy and self._stops.is_at_exception,
        )
        if not state.is_busy:
            self._listener.run_asked()
            self._begin(len(state.queue), entry)
        for it in fresh:
            self._listener.cell_changed(it)

    def take_over(self, cell: Cell | None, ran: Revision, result: Awaitable[wire.CellResult]) -> None:
        """Let a run begin with the cell that runs already, as `ran`: an earlier server has sent its RunCell.

        `cell` None: it is in the notebook no more.
        """
        under_way = ExitStack()
        if cell is not None:
            under_way.enter_context(self._under_way(cell, ran))  # at once: it is told as one that runs
        self._begin(1, None, self._end_of(cell, result, under_way))

    def drop_queue(self) -> None:
        """Run nothing after the cell that runs now."""
        self._drop({it.cell.id for it in self._state.queue})

    def break_off(self, how: wire.Interrupt | wire.Quit) -> None:
        """End the cell that runs, or that is about to once the kernel is there."""
        if self._kernel.live is not None:
            self._kernel.send_command(how)
        elif self._state.is_busy:
            self.drop_queue()
            is_quit = isinstance(how, wire.Quit)
            self._instead = wire.CellResult("stopped" if is_quit else "interrupted", was_quit=is_quit)

    def interrupt(self) -> None:
        """Raise KeyboardInterrupt in the cell that runs, and run nothing after it."""
        if self._state.is_busy:
            self.drop_queue()
            self.break_off(wire.Interrupt())

    async def ended(self, timeout_s: float | None = None) -> bool:
        """Wait until the run has ended; False: it has not in time."""
        task = self._state.task
        if task is None:
            return True
        done, _ = await asyncio.wait([task], timeout=timeout_s)
        return bool(done)

    def cancel(self) -> None:
        """Forget the run: the kernel is ended on purpose, or the session."""
        task = self._state.task
        self._state.end_run()
        if task is not None:
            task.cancel()
        self._listener.run_given_up()

    def forget_kernel(self) -> None:
        """There is a fresh kernel, or none: nothing has run in it."""
        self._state.forget_kernel()
        self._is_debugged = True

    def _begin(self, total: int, entry: wire.StopAtEntry | None, first: First | None = None) -> None:
        """Begin a run; `first` is waited for before the queue, and says how the next cell is entered."""
        self._instead = None
        task = asyncio.get_running_loop().create_task(self._run(entry, first))
        task.add_done_callback(_report)
        self._state.begin_run(task, total)

    async def _run(self, entry: wire.StopAtEntry | None, first: First | None) -> None:
        state = self._state
        began, stopped_s = time.monotonic(), self._stops.stopped_s
        self._listener.run_begins()
        try:
            entry = entry if first is None else await first
            while state.queue:
                queued = state.queue.popleft()
                cell = self.notebook.by_id.get(queued.cell.id)
                if cell is None or not cell.is_code:  # it was deleted meanwhile
                    state.pass_over()
                    continue
                if entry is None and queued.stops_first:
                    entry = "entry"
                result = await self._run_cell(cell, entry, is_debugged=queued.is_debugged)
                entry = result.goes_on
                self._note(cell, result)
        except KernelDead as death:
            state.note_death(str(death))
        except Exception as error:
            log.exception("the run broke down")
            is_ours = not isinstance(error, DapError)
            state.break_down("the run broke down: internal error" if is_ours else str(error))
        self._debug(True)
        state.end_run(time.monotonic() - began - (self._stops.stopped_s - stopped_s))
        self._listener.run_ends()

    async def _run_cell(
        self, cell: Cell, entry: wire.StopAtEntry | None, *, is_debugged: bool
    ) -> wire.CellResult:
        text = self._documents.main
        assert text is not None
        await self._kernel.get()
        if self._instead is not None:
            return self._instead
        ran = text.will_run(cell)
        self._listener.cell_compiles(cell)
        with self._under_way(cell, ran):
            self._debug(is_debugged)
            source, may_fail = "" if text.is_stand_in else cell.source, MAY_FAIL in cell.tags
            command = wire.RunCell(
                cell.id, ran.number, ran.filename, source, cell.name, entry, ran.first_line, may_fail
            )
            return await self._kernel.call(command, wire.CellResult)

    async def _end_of(
        self, cell: Cell | None, coming: Awaitable[wire.CellResult], under_way: ExitStack
    ) -> wire.StopAtEntry | None:
        """Wait for the end of a cell that runs already; return how the next one is entered."""
        with under_way:
            result = await coming
            await self._stops.can_be_told.wait()  # and so is what it has printed
        if cell is not None:
            self._note(cell, result)
        return result.goes_on

    @contextmanager
    def _under_way(self, cell: Cell, ran: Revision) -> Iterator[None]:
        """Take `cell`, whose text runs as `ran`, for the one that runs."""
        self._state.begin_cell(cell, ran)
        self._listener.cell_begins(cell, ran)
        try:
            yield
        finally:
            self._state.leave_cell()
            self._listener.cell_ends()

    def _note(self, cell: Cell, result: wire.CellResult) -> None:
        """Keep what became of a cell, and drop what cannot run after it."""
        state = self._state
        asked_late = state.take_asked_late()
        state.end_cell(cell, result)
        self._listener.cell_changed(cell)
        if result.state == "done" or is_forgiven(cell, result):
            return
        if result.state == "interrupted":
            self.drop_queue()
        elif self.plan is None:
            self._drop({it.cell.id for it in state.queue} - asked_late)
        else:
            self._drop(descendants(self.plan, cell.id) - asked_late)
        self._listener.cell_failed(cell, result)

    def _drop(self, lost: set[str]) -> None:
        for cell in self._state.drop(lost):
            self._state.skip(cell)
            self._listener.cell_changed(cell)

    def _debug(self, is_debugged: bool) -> None:
        if is_debugged != self._is_debugged:
            self._is_debugged = is_debugged
            self._listener.debugs(is_debugged)

    def _say_problems(self) -> None:
        """Say which cells cannot run, unless that was said before."""
        problems = self.plan.problems if self.plan is not None else {}
        for id, problem in problems.items():
            if self._told_problems.get(id) != problem:
                self._listener.says(problem, "stderr")
        self._told_problems = problems


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("the run broke down", exc_info=error)
