"""Runs cells: which, in what order, one at a time; and what became of each.

Chooses by `selection.py`. What happens when nothing is left to run is others' business. Source: the design's
"Running cells".
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from ...agent.wire import messages as wire
from ...notebook.cells import MAY_FAIL, Cell, Format, Notebook
from ...notebook.dataflow import Plan
from ..arguments.launch_arguments import RunSpec
from ..errors import DapError
from ..flows.ending import run_ended, say_missing
from ..kernel.session_kernel import KernelDead
from ..texts.revisions import Revision
from .hints import outdated, unrun
from .records import is_forgiven
from .run_state import RunState
from .selection import Chosen, State, choose, descendants, in_words

if TYPE_CHECKING:
    from ..session import Session

log = logging.getLogger(__name__)

First = Awaitable[wire.StopAtEntry | None]  # the end of a cell that runs already, and how the next is entered


class Runner:
    """The one who has cells run. At most one run is under way; what is asked for meanwhile joins it."""

    def __init__(self, session: "Session", state: RunState) -> None:
        self._session = session
        self._state = state
        self._instead: wire.CellResult | None = None  # of the next cell, which is not to run
        self._is_undebugged = False  # what the kernel knows of that
        self._told_problems: dict[str, str] = {}

    @property
    def notebook(self) -> Notebook:
        """The notebook as it is now. Raises DapError before launch."""
        main = self._session.documents.main
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
        chosen = choose(State(shown or self.notebook, self.plan, self._state.records, last), spec)
        return [Chosen(self.notebook.by_id[it.cell.id], it.why) for it in chosen]

    def what(self, chosen: list[Chosen]) -> str:
        """Return what runs and why, as a run's first line says it."""
        if self.notebook.format is Format.SCRIPT:
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
            self._session.output.say(self.what(chosen))
        self._say_problems()
        state, threads = self._state, self._session.threads
        fresh = state.enqueue(
            (it.cell for it in chosen),
            is_debugged=not no_debug,
            stops_first=stops_first,
            is_late=state.is_busy and threads.is_at_exception,
        )
        if not state.is_busy:
            self._session.idle.leave()
            self._begin(len(state.queue), entry)
        for it in fresh:
            self._session.events.cell(it)

    def take_over(self, cell: Cell | None, ran: Revision, result: Awaitable[wire.CellResult]) -> None:
        """Let a run begin with the cell that runs already, as `ran`: an earlier server has sent its RunCell.

        `cell` None: it is in the notebook no more.
        """
        under_way = ExitStack()
        if cell is not None:
            under_way.enter_context(self._under_way(cell, ran))  # at once: it is told as one that runs
        self._begin(1, None, self._end_of(cell, result, under_way))

    def take_result(self, cell: Cell, ran: Revision, result: wire.CellResult) -> None:
        """Take what has become of the cell that ran last, as `ran`: nobody may have heard of it."""
        self._state.take_result(cell, ran, result)
        self._session.idle.cell_begins(cell)

    def _begin(self, total: int, entry: wire.StopAtEntry | None, first: First | None = None) -> None:
        """Begin a run; `first` is waited for before the queue, and says how the next cell is entered."""
        self._instead = None
        task = asyncio.get_running_loop().create_task(self._run(entry, first))
        task.add_done_callback(_report)
        self._state.begin_run(task, total)

    def drop_queue(self) -> None:
        """Run nothing after the cell that runs now."""
        self._drop({it.cell.id for it in self._state.queue})

    def _drop(self, lost: set[str]) -> None:
        for cell in self._state.drop(lost):
            self._not_reached(cell)

    def break_off(self, how: wire.Interrupt | wire.Quit) -> None:
        """End the cell that runs, or that is about to once the kernel is there."""
        if self._session.kernel.live is not None:
            self._session.kernel.tell(how)
        elif self._state.is_busy:
            self.drop_queue()
            is_quit = isinstance(how, wire.Quit)
            self._instead = wire.CellResult("stopped" if is_quit else "interrupted", was_quit=is_quit)

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
        self._session.progress.run_ends()

    def forget(self) -> None:
        """There is a fresh kernel, or none: nothing has run in it."""
        self._state.forget_kernel()
        self._is_undebugged = False

    def note_death(self, why: str) -> None:
        """Note that there is no kernel to run anything."""
        self._state.break_down(why.partition("\n")[0].removesuffix("; it printed:"))

    def _say_problems(self) -> None:
        """Say which cells cannot run, unless that was said before."""
        problems = self.plan.problems if self.plan is not None else {}
        for id, problem in problems.items():
            if self._told_problems.get(id) != problem:
                self._session.output.say(problem, "stderr")
        self._told_problems = problems

    async def _run(self, entry: wire.StopAtEntry | None, first: First | None) -> None:
        session, state = self._session, self._state
        began, stopped_s = time.monotonic(), session.threads.stopped_s
        session.events.kernel()
        session.progress.run_begins()
        try:
            entry = entry if first is None else await first
            while state.queue:
                queued = state.queue.popleft()
                cell = self.notebook.by_id.get(queued.cell.id)
                if cell is None or not cell.is_code:  # it was deleted meanwhile
                    state.done += 1
                    continue
                if entry is None and queued.stops_first:
                    entry = "entry"
                result = await self._run_cell(cell, entry, is_debugged=queued.is_debugged)
                entry = result.goes_on
                self._note(cell, result)
        except KernelDead as death:
            self.note_death(str(death))
        except Exception as error:
            log.exception("the run broke down")
            is_ours = not isinstance(error, DapError)
            state.break_down("the run broke down: internal error" if is_ours else str(error))
        self._tell_no_debug(False)
        self._hint()
        state.duration_s = time.monotonic() - began - (session.threads.stopped_s - stopped_s)
        state.end_run()
        session.progress.run_ends()
        run_ended(session)

    async def _run_cell(
        self, cell: Cell, entry: wire.StopAtEntry | None, *, is_debugged: bool
    ) -> wire.CellResult:
        session, text = self._session, self._session.documents.main
        assert text is not None
        await session.kernel.get()
        if self._instead is not None:
            return self._instead
        ran = text.will_run(cell)
        session.breakpoints.look_again_in(cell.id)
        session.tell_breakpoints()
        self._state.were_stale[cell.id] = self._state.records.why_stale(cell) is not None
        with self._under_way(cell, ran):
            self._tell_no_debug(not is_debugged)
            source, may_fail = "" if text.is_stand_in else cell.source, MAY_FAIL in cell.tags
            command = wire.RunCell(
                cell.id, ran.number, ran.filename, source, cell.name, entry, ran.first_line, may_fail
            )
            return await session.kernel.call(command, wire.CellResult)

    async def _end_of(
        self, cell: Cell | None, coming: Awaitable[wire.CellResult], under_way: ExitStack
    ) -> wire.StopAtEntry | None:
        """Wait for the end of a cell that runs already; return how the next one is entered."""
        with under_way:
            result = await coming
            await self._session.threads.can_be_told.wait()  # and so is what it has printed
        if cell is not None:
            self._note(cell, result)
        return result.goes_on

    @contextmanager
    def _under_way(self, cell: Cell, ran: Revision) -> Iterator[None]:
        """Take `cell`, whose text runs as `ran`, for the one that runs."""
        session = self._session
        self._state.begin_cell(cell, ran)
        session.idle.cell_begins(cell)
        session.events.cell(cell)
        session.output.cell_begins(cell, ran, tells_cell=session.wants_notebook_events)
        session.progress.update()
        try:
            yield
        finally:
            self._state.leave_cell()
            session.output.cell_ends()
            session.live_line.clear()

    def _tell_no_debug(self, no_debug: bool) -> None:
        """Have the kernel know whether what runs next is debugged, unless nothing is."""
        session = self._session
        if no_debug != self._is_undebugged and session.kernel.live is not None and not session.args.no_debug:
            session.kernel.tell(wire.SetNoDebug(no_debug))
            self._is_undebugged = no_debug

    def _note(self, cell: Cell, result: wire.CellResult) -> None:
        """Keep what became of a cell, and drop what cannot run after it."""
        state = self._state
        asked_late = state.take_asked_late()
        state.end_cell(cell, result)
        self._session.events.cell(cell)
        if result.state == "done" or is_forgiven(cell, result):
            return
        if result.missing_module is not None:
            say_missing(self._session, cell, result.missing_module)
        if result.failed_line:
            self._session.idle.failed_at(result.failed_file, result.failed_line)
        if result.state == "interrupted":
            self.drop_queue()
        elif self.plan is None:
            self._drop({it.cell.id for it in state.queue} - asked_late)
            if hint := result.missing_name and unrun(self.notebook, state.records, result.missing_name):
                self._session.output.say(hint)
        else:
            self._drop(descendants(self.plan, cell.id) - asked_late)

    def _hint(self) -> None:
        """Say which cells have read what this run has defined anew."""
        state = self._state
        if self.plan is not None or state.failure is not None:
            return
        changed = [id for id, was_stale in state.were_stale.items() if was_stale]
        hint = outdated(self.notebook, state.records, changed, state.were_stale)
        if hint is not None:
            self._session.output.say(hint)

    def _not_reached(self, cell: Cell) -> None:
        self._state.skip(cell)
        self._session.events.cell(cell)


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("the run broke down", exc_info=error)
