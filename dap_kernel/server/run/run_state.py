"""The run: what waits, what runs, and what became of the cells before. Knows no kernel and no client.

`Runner` writes it, and at an attach `flows/attaching.py` does; events, stops and the repl read it.
"""

import asyncio
from collections import deque
from collections.abc import Iterable

import msgspec

from ...agent.wire import messages as wire
from ...notebook.cells import Cell, Notebook
from ...notebook.dataflow import Plan
from ..texts.revisions import Revision
from .records import Record, Records, how_it_ended, is_forgiven, recorded, running
from .selection import plan_of


class QueuedCell(msgspec.Struct, eq=False):
    """A cell that waits for its turn."""

    cell: Cell  # as it was when it was asked for
    is_debugged: bool = True  # False: nothing stops while it runs, but for a pause
    stops_first: bool = False  # at its first line
    was_asked_late: bool = False  # at an exception: the failure of the cell stopped there does not drop it


class RunState:
    """At most one run is under way. A run is over when nothing waits; cells asked for before that join it."""

    def __init__(self) -> None:
        self.records = Records()  # of all cells in this kernel
        self.task: asyncio.Task[None] | None = None  # the run under way
        self.queue: deque[QueuedCell] = deque()
        self.current: Cell | None = None
        self.last: Cell | None = None  # that began, in this kernel
        self.has_console_run = False  # code that was typed in the console, between the cells of this kernel
        self.done = 0  # cells of this run that have ended
        self.total = 0  # cells of this run
        self.duration_s = 0.0  # of this run, without its stops
        self.exit_code = 0  # of a script; 1 when a cell failed
        self.failure: str | None = None  # "cell 3 failed: ValueError: no"
        self.were_stale: dict[str, bool] = {}  # of this run's cells, by id: whether each was when it began
        self._plan: tuple[Notebook, Plan | None] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a run is under way, be it of a cell that ran already when the session was attached."""
        return self.task is not None

    def is_queued(self, id: str) -> bool:
        """Whether the cell with this id waits."""
        return any(it.cell.id == id for it in self.queue)

    def plan(self, notebook: Notebook) -> Plan | None:
        """Return the order of a notebook that runs by dataflow; None: it runs from top to bottom."""
        if self._plan is None or self._plan[0] is not notebook:
            self._plan = notebook, plan_of(notebook)
        return self._plan[1]

    def enqueue(
        self, cells: Iterable[Cell], *, is_debugged: bool, stops_first: bool, is_late: bool
    ) -> list[Cell]:
        """Have cells wait, after those that do already; return those that are new.

        One that waits already keeps its place, and is debugged if either asks for that. `stops_first`: the
        first of them stops at its first line. `is_late`: the cell that runs is stopped at an exception, and
        its failure does not drop those that are asked for now.
        """
        wanted, before = {it.id: it for it in cells}, len(self.queue)
        if is_late:
            self.queue = deque(it for it in self.queue if it.cell.id not in wanted)
        for it in self.queue:
            if it.cell.id in wanted:
                it.is_debugged = it.is_debugged or is_debugged
        waiting = {it.cell.id for it in self.queue}
        fresh = [it for id, it in wanted.items() if id not in waiting]
        self.queue.extend(QueuedCell(it, is_debugged, was_asked_late=is_late) for it in fresh)
        self.total += len(self.queue) - before
        for it in self.queue:
            it.stops_first = it.stops_first or (stops_first and it.cell.id == next(iter(wanted)))
        return fresh

    def drop(self, ids: set[str]) -> list[Cell]:
        """Have cells wait no more; return those that did."""
        dropped = [it.cell for it in self.queue if it.cell.id in ids]
        self.queue = deque(it for it in self.queue if it.cell.id not in ids)
        return dropped

    def take_asked_late(self) -> set[str]:
        """Return the ids of the cells that the next failure drops not; the one after it does."""
        late = {it.cell.id for it in self.queue if it.was_asked_late}
        for it in self.queue:
            it.was_asked_late = False
        return late

    def begin_run(self, task: "asyncio.Task[None]", total: int) -> None:
        """Note that `task` runs what waits, `total` cells as far as is known."""
        self.task = task
        self.done = self.exit_code = 0
        self.total = total
        self.duration_s = 0.0
        self.failure = None
        self.were_stale = {}

    def begin_cell(self, cell: Cell, ran: Revision) -> None:
        """Note that `cell` runs, its text as `ran`."""
        self.were_stale[cell.id] = self.records.why_stale(cell) is not None
        self.current = self.last = cell
        self.records.by_id[cell.id] = running(ran)

    def leave_cell(self) -> None:
        """Note that the cell runs no more; `end_cell` tells what became of it, where that gets known."""
        self.current = None

    def end_cell(self, cell: Cell, result: wire.CellResult) -> None:
        """Note what became of a cell of this run."""
        self.done += 1
        before = self.records.by_id.get(cell.id) or Record("running", cell.source)
        self.records.by_id[cell.id] = recorded(result, before)
        if is_forgiven(cell, result):
            return
        if result.exit_code is not None:
            self.exit_code = result.exit_code
        elif result.state in ("failed", "interrupted"):
            self.exit_code = 1
        if result.state != "done":
            self.failure = f"{cell.name} {how_it_ended(result)}" + (
                f": {result.error}" if result.error else ""
            )

    def take_result(self, cell: Cell, ran: Revision, result: wire.CellResult) -> None:
        """Note what became of the cell that ran last, as `ran`, before this session attached."""
        self.last = cell
        self.records.by_id[cell.id] = recorded(result, running(ran))

    def note_console_run(self) -> None:
        """Note that code from the console runs where no cell does: it may have made variables."""
        self.has_console_run = True

    def pass_over(self) -> None:
        """Note that a cell that waited is in the notebook no more."""
        self.done += 1

    def skip(self, cell: Cell) -> None:
        """Note that a cell of this run is not reached."""
        before = self.records.by_id.get(cell.id)
        has_begun = before is not None and before.has_begun
        self.records.by_id[cell.id] = Record("not reached", cell.source, has_begun=has_begun)

    def break_down(self, why: str, exit_code: int = 1) -> None:
        """Note that the run, or the kernel before it, has failed in another way than by a cell.

        `exit_code` is the kernel's own, where it is known.
        """
        self.failure = why
        self.exit_code = exit_code

    def note_death(self, why: str) -> None:
        """Note that there is no kernel to run anything: `why` may go on with what it printed."""
        self.break_down(why.partition("\n")[0].removesuffix("; it printed:"))

    def end_run(self, duration_s: float = 0.0) -> None:
        """Note that nothing runs, nor waits."""
        self.duration_s = duration_s
        self.task = self.current = None
        self.queue.clear()

    def forget_kernel(self) -> None:
        """Note that nothing has run: there is a fresh kernel, or none. A run under way ends by itself."""
        self.records = Records()
        self.last = None
        self.has_console_run = False
        if not self.is_busy:
            self.done = self.total = 0
            self.failure = None
