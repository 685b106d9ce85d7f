"""What became of each cell, for clients that asked for our own events: told as `notebookCell`.

Knows how it is told; what happens is others' business. Source: docs/protocol.md, "Events".
"""

from collections.abc import Callable

from msgspec.structs import replace

from ...kernels.output.escape_filter import plain
from ...notebook.cells import Cell
from ...protocol.notebook import CellState, NotebookCell, NotebookCellEvent, NotebookChangedEvent
from ..port.client_port import ClientPort
from ..run.records import Record
from ..run.run_state import RunState
from ..texts.documents import Documents, Text
from ..texts.sources import Sources


class CellEvents:
    """Compares each cell with what was told of it last, and tells the difference.

    `rewritten` gives a traceback the client's own paths and lines.
    """

    def __init__(
        self,
        port: ClientPort,
        run_state: RunState,
        documents: Documents,
        sources: Sources,
        rewritten: Callable[[str], str],
    ) -> None:
        self._port = port
        self._run = run_state
        self._documents = documents
        self._sources = sources
        self._rewritten = rewritten
        self._told: dict[str, CellState] = {}  # by id; one that is not here is new

    def tell_cell(self, cell: Cell) -> None:
        """Tell what has become of a cell, on the lines that it has now: it may have moved since it began."""
        if self._port.has_notebook_hearers:
            main = self._documents.main
            today = main.cell(cell.id) if main is not None else None
            told = self.described(replace(today, source=cell.source) if today is not None else cell)
            self._told[cell.id] = told.state
            self.add_traceback(told)
            self._port.emit(NotebookCellEvent(told))

    def add_traceback(self, told: NotebookCell) -> None:
        """Add to what is told of a cell that failed how it did."""
        record = self._run.records.by_id.get(told.id)
        if told.state == "failed" and record is not None and record.traceback:
            told.traceback = plain(self._rewritten(record.traceback))

    def tell_changed(self) -> None:
        """Tell that texts may be others, and which cells are something else now.

        An edit makes stale, taking it back makes well.
        """
        main = self._documents.main
        self._port.audience.send_event(NotebookChangedEvent())
        if main is not None and self._port.has_notebook_hearers:
            for cell in main.notebook.cells:
                if cell.is_code and self._cell_state(cell) != self._told.get(cell.id, "new"):
                    self.tell_cell(cell)

    def described(self, cell: Cell, text: Text | None = None) -> NotebookCell:
        """Return a cell as clients see it; lines are the source's that they see.

        `text`: what it is a cell of, before launch; None: the notebook that is debugged.
        """
        text = text or self._documents.main
        record = self._run.records.by_id.get(cell.id)
        uri = text.uri_of(cell) if text is not None else None
        in_file = cell.lines[:1] + cell.lines[-1:] or cell.span
        first, last = in_file if uri is None else (1, max(len(cell.lines), 1))
        main = self._documents.main
        plan = self._run.plan(main.notebook) if main is not None else None
        problems = plan.problems if plan is not None else {}
        return NotebookCell(
            cell.id,
            cell.name,
            cell.kind,
            max(first, 1),
            max(last, 1),
            self._cell_state(cell),
            digest=((text and text.cell(cell.id)) or cell).digest,  # of today's text, whatever has run
            number=cell.number,
            problem=problems.get(cell.id) or (cell.problem if cell.is_code and not cell.is_too_big else None),
            duration_s=record.duration_s if record is not None else None,
            error=plain(record.error) if record is not None and record.error else None,
            error_line=self._error_line(record, cell, text)
            if record is not None and text is not None
            else None,
        )

    def _error_line(self, record: Record, cell: Cell, text: Text) -> int | None:
        """Return the innermost line of a failure in the source that the client sees the cell in."""
        own = self._sources.of_cell(text, cell, 1).source
        for place in record.failed_at if record.state == "failed" else ():
            location = self._sources.locate(*place)
            if location is not None and location.source == own:
                return location.line
        return None

    def _cell_state(self, cell: Cell) -> CellState:
        run = self._run
        if run.current is not None and run.current.id == cell.id:
            return "running"
        if run.is_queued(cell.id):
            return "queued"
        record = run.records.by_id.get(cell.id)
        if record is None or not record.has_begun:
            return "new"
        if record.source != cell.source or record.state == "not reached" or record.state == "running":
            return "stale"
        return record.state
