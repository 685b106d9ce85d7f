"""What a debug session has told of its notebook: the state that the features show. Knows no connection."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..notebook.cells import Cell, Notebook
from ..protocol.breakpoints import Breakpoint
from ..protocol.notebook import NotebookCell


@dataclass
class Live:
    """See the module. Lines are the session's: from 1, in the sources that the debugger's client sees."""

    kernel: str = "notStarted"
    cells: list[NotebookCell] = field(default_factory=list)
    breakpoints: list[Breakpoint] = field(default_factory=list)
    stops: dict[int, str] = field(default_factory=dict)  # reason by thread
    _places: dict[str, int] = field(default_factory=dict)  # of `cells`, by id

    def take_cells(self, cells: Sequence[NotebookCell]) -> None:
        """Take all cells; a traceback that was told before stays with its failure."""
        kept = {it.id: it.traceback for it in self.cells if it.traceback}
        for it in cells:
            if it.state == "failed" and it.traceback is None:
                it.traceback = kept.get(it.id)
        self.cells = list(cells)
        self._places.clear()

    def take_cell(self, cell: NotebookCell) -> None:
        """Take what has become of one cell."""
        if len(self._places) != len(self.cells):
            self._places = {it.id: number for number, it in enumerate(self.cells)}
        at = self._places.setdefault(cell.id, len(self.cells))
        self.cells[at : at + 1] = [cell]

    def told(self, notebook: Notebook) -> dict[str, NotebookCell]:
        """Return what is told of each cell of the editor's text, by its id there.

        Ids may differ, since editor and session have not seen the same edits: where they have as many
        cells the place counts.
        """
        if len(self.cells) == len(notebook.cells):
            pairs = zip(notebook.cells, self.cells, strict=True)
            return {own.id: it for own, it in pairs if own.kind == it.kind}
        by_id = {it.id: it for it in self.cells}
        return {own.id: by_id[own.id] for own in notebook.cells if own.id in by_id}

    def place_in_file(self, notebook: Notebook, line: int) -> tuple[Cell, int] | None:
        """Return the cell of the editor's text that has a line of the session's file, and the line in it."""
        told = self.told(notebook)
        for own in notebook.cells:
            it = told.get(own.id)
            if it is not None and it.line <= line <= it.end_line:
                return own, line - it.line + 1
        return None
