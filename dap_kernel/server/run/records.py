"""What became of each cell in this kernel, and so which cells are stale. Pure."""

from typing import Literal

import msgspec
from msgspec.structs import replace

from ...agent.wire import messages as wire
from ...agent.wire.filenames import FileLine
from ...notebook.cells import MAY_FAIL, Cell
from ..texts.revisions import Revision

RecordState = Literal["done", "failed", "stopped", "interrupted", "running", "not reached"]

WHY = {
    "failed": "failed",
    "stopped": "quit",
    "interrupted": "interrupted",
    "running": "did not end",
    "not reached": "not reached",
}


class Record(msgspec.Struct, frozen=True):
    state: RecordState
    source: str  # the text that ran
    error: str | None = None
    duration_s: float | None = None
    filename: str = ""  # that the text ran as
    failed_at: tuple[FileLine, ...] = ()  # where the error came by in the notebook, the innermost first
    traceback: str = ""  # as the kernel tells it
    has_begun: bool = True  # at some time in this kernel; False: the run ended before it came to this cell


def running(ran: Revision) -> Record:
    """Return what is kept of a cell while it runs, its text as `ran`."""
    return Record("running", ran.source, filename=ran.filename)


def recorded(result: wire.CellResult, running: Record) -> Record:
    """Return what is kept of a cell that was `running`."""
    places = ((result.failed_file, result.failed_line), (running.filename, result.own_line))
    return replace(
        running,
        state=result.state,
        error=result.error,
        duration_s=result.duration_s,
        failed_at=tuple((file, line) for file, line in places if line),
        traceback=result.traceback,
    )


def how_it_ended(result: wire.CellResult) -> str:
    """Return how a cell ended that did not come to its end."""
    if result.state != "stopped":
        return "was interrupted" if result.state == "interrupted" else "failed"
    if result.was_quit:
        return "was quit"
    return "was ended by mo.stop()" if result.exit_code is None else "was ended by sys.exit()"


def is_forgiven(cell: Cell, result: wire.CellResult) -> bool:
    """Whether a cell has failed, or ended itself, and the run goes on: it is tagged as one that may."""
    return MAY_FAIL in cell.tags and result.state in ("failed", "stopped") and not result.was_quit


class Records(msgspec.Struct):
    """By cell id: a cell that has none never ran."""

    by_id: dict[str, Record] = msgspec.field(default_factory=dict)

    def why_stale(self, cell: Cell) -> str | None:
        """Return why a cell has to run again, in a word or two; None: what ran to its end is its text."""
        record = self.by_id.get(cell.id)
        if record is None:
            return "new"
        if record.source != cell.source:
            return "edited"
        if MAY_FAIL in cell.tags and record.state == "failed":
            return None
        return WHY.get(record.state)
