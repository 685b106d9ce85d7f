"""Our own events, for clients that asked: the state of the kernel and of each cell.

Knows how they are told; what happens is others' business.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from ...notebook.cells import Cell
from ...protocol.notebook import (
    CellState,
    KernelStateName,
    NotebookCell,
    NotebookCellEvent,
    NotebookChangedEvent,
    NotebookKernelEvent,
    NotebookVariablesChangedEvent,
)
from ..output.cell_output import plain
from ..run.records import Record
from ..texts.documents import Text

if TYPE_CHECKING:
    from ..session import Session


_AT_REST: tuple[KernelStateName, ...] = ("idle", "stopped", "dead", "notStarted")


class NotebookEvents:
    """See the module."""

    def __init__(self, session: "Session") -> None:
        self._session = session
        self._told: KernelStateName | None = None
        self._told_cells: dict[str, CellState] = {}  # by id; one that is not here is new

    @property
    def state(self) -> KernelStateName:
        session = self._session
        if session.kernel.live is None:
            if session.kernel.is_starting:
                return "starting"
            return "dead" if session.kernel.is_dead else "notStarted"
        if any(not it.is_idle for it in session.threads.stops.values()):
            return "stopped"
        return "busy" if session.run_state.is_busy else "idle"

    def kernel(self, reason: str | None = None) -> None:
        """Tell the kernel's state if it is another than before."""
        session, state = self._session, self.state
        session.progress.kernel_is(state == "stopped")
        if state == self._told or not session.tells_notebook_events:
            return
        self._told = state
        kernel = session.kernel.live
        session.emit(
            NotebookKernelEvent(
                state,
                reason=reason,
                python=kernel.hello.executable if kernel is not None else None,
                system_process_id=kernel.hello.pid if kernel is not None else None,
            )
        )
        if state in _AT_REST:
            self.variables_changed()

    def variables_changed(self) -> None:
        """Tell that the notebook's variables may be others than before."""
        if self._session.tells_notebook_events:
            self._session.emit(NotebookVariablesChangedEvent())

    def cell(self, cell: Cell) -> None:
        """Tell what has become of a cell, on the lines that it has now: it may have moved since it began."""
        if self._session.tells_notebook_events:
            main = self._session.documents.main
            today = main.cell(cell.id) if main is not None else None
            told = self.of(replace(today, source=cell.source) if today is not None else cell)
            self._told_cells[cell.id] = told.state
            self.tell_traceback(told)
            self._session.emit(NotebookCellEvent(told))

    def tell_traceback(self, told: NotebookCell) -> None:
        """Add to what is told of a cell that failed how it did."""
        record = self._session.run_state.records.of.get(told.id)
        if told.state == "failed" and record is not None and record.traceback:
            told.traceback = plain(self._session.output.rewritten(record.traceback))

    def text_changed(self) -> None:
        """Tell which cells are something else now: an edit makes stale, taking it back makes well."""
        main = self._session.documents.main
        self._session.port.audience.send_event(NotebookChangedEvent())
        if main is not None and self._session.tells_notebook_events:
            for cell in main.notebook.cells:
                if cell.is_code and self._cell_state(cell) != self._told_cells.get(cell.id, "new"):
                    self.cell(cell)

    def of(self, cell: Cell, text: Text | None = None) -> NotebookCell:
        """Return a cell as clients see it; lines are the source's that they see.

        `text`: what it is a cell of, before launch; None: the notebook that is debugged.
        """
        session = self._session
        text = text or session.documents.main
        record = session.run_state.records.of.get(cell.id)
        uri = text.uri_of(cell) if text is not None else None
        in_file = cell.lines[:1] + cell.lines[-1:] or cell.span
        first, last = in_file if uri is None else (1, max(len(cell.lines), 1))
        main = session.documents.main
        plan = session.run_state.plan(main.notebook) if main is not None else None
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
        own = self._session.sources.of_cell(text, cell, 1).source
        for place in record.failed_at if record.state == "failed" else ():
            location = self._session.sources.locate(*place)
            if location is not None and location.source == own:
                return location.line
        return None

    def _cell_state(self, cell: Cell) -> CellState:
        run = self._session.run_state
        if run.current is not None and run.current.id == cell.id:
            return "running"
        if run.is_queued(cell.id):
            return "queued"
        record = run.records.of.get(cell.id)
        if record is None or not record.has_begun:
            return "new"
        if record.source != cell.source or record.state == "not reached" or record.state == "running":
            return "stale"
        return record.state
