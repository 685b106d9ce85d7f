"""The frame of the idle notebook, made up: the last line that ran, or before any ran the first with code.

Knows where it is and what it is called. When the main thread is idle is `flows/idling.py`'s business.
"""

from ...notebook.cells import SCRIPT_CELL, Cell
from ..breakpoints.breakpoint_store import BreakpointStore
from ..run.run_state import RunState
from ..texts.documents import Documents, Text
from ..texts.sources import Location, Sources
from ..texts.stoppable_lines import stoppable_lines
from .threads import IDLE


class IdleFrame:
    """Remembers the cell that ran last, and finds its line in today's text when it is asked."""

    def __init__(
        self, run_state: RunState, documents: Documents, sources: Sources, breakpoints: BreakpointStore
    ) -> None:
        self._run = run_state
        self._documents = documents
        self._sources = sources
        self._breakpoints = breakpoints
        self._cell: Cell | None = None  # that ran last, in whichever kernel
        self._failed_at: tuple[str, int] | None = None  # filename and line

    @property
    def name(self) -> str:
        """What the frame is called: the cell that ran last, else the state."""
        return self._cell.name if self._cell is not None and self._cell.id != SCRIPT_CELL else IDLE

    @property
    def description(self) -> str:
        """What the last run came to, in a line."""
        run = self._run
        if run.failure is not None:
            return f"Idle: {run.failure}"
        if not run.total:
            return "Idle" if run.records.by_id else "Idle: nothing has run yet"
        return f"Idle: {run.done} cell{'s' if run.done != 1 else ''} ran"

    def cell_begins(self, cell: Cell) -> None:
        """Note the cell that is to be the last that ran."""
        self._cell, self._failed_at = cell, None

    def cell_failed_at(self, filename: str, line: int) -> None:
        """Note where an exception has left the cell that runs, if that is in the notebook."""
        if self._documents.revision(filename) is not None:
            self._failed_at = filename, line

    def location(self) -> Location | None:
        """Return where the frame is; None: there is no line with code."""
        main = self._documents.main
        if main is None:
            return None
        if self._failed_at is not None and self._run.failure is not None:
            return self._sources.locate(*self._failed_at)
        cell = main.cell(self._cell.id) if self._cell is not None else None
        if cell is not None:
            return self._beside_breakpoints(main, cell, (stoppable_lines(cell.source) or [1])[::-1])
        for cell in main.notebook.cells:
            if cell.is_code and (lines := stoppable_lines(cell.source)):
                return self._beside_breakpoints(main, cell, lines)
        return Location(self._sources.of_path(main.path), 1, None)

    def _beside_breakpoints(self, text: Text, cell: Cell, lines: list[int]) -> Location:
        """Return the first of `lines`, else of the cell, that has no breakpoint: idle is no hit of one."""
        others = [it for it in range(1, len(cell.lines) + 1) if it not in lines]
        places = (self._sources.of_cell(text, cell, it) for it in (*lines, *others))
        held = self._breakpoints.places()
        free = next((it for it in places if (it.source.path, it.line) not in held), None)
        return free or self._sources.of_cell(text, cell, lines[0])
