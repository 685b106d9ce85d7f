"""What a debug session has told of its notebook: the state that the features show. Knows no connection."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

import msgspec

from ..notebook.cells import Cell, Notebook
from ..protocol.breakpoints import Breakpoint
from ..protocol.execution import ContinuedEvent, StoppedEvent
from ..protocol.notebook import NotebookCell


class DebugState(msgspec.Struct):
    """How cells, stops and breakpoints are.

    Lines are the session's: from 1, in the sources that the debugger's client sees.
    """

    kernel: str = "notStarted"
    cells: list[NotebookCell] = msgspec.field(default_factory=list)
    breakpoints: list[Breakpoint] = msgspec.field(default_factory=list)
    stops: dict[int, str] = msgspec.field(default_factory=dict)  # reason by thread

    def take_cells(self, cells: Sequence[NotebookCell]) -> None:
        """Take all cells; a traceback that was told before stays with its failure."""
        kept = {it.id: it.traceback for it in self.cells if it.traceback}
        for it in cells:
            if it.state == "failed" and it.traceback is None:
                it.traceback = kept.get(it.id)
        self.cells = list(cells)

    def take_cell(self, cell: NotebookCell) -> bool:
        """Take what has become of one cell; False: it is of a text whose cells were not told yet."""
        for at, it in enumerate(self.cells):
            if it.id == cell.id:
                self.cells[at] = cell
                return True
        return False

    def take_kernel(self, state: str) -> None:
        """Take how the kernel is: `notStarted`, `idle`, `stopped`, ..."""
        self.kernel = state

    def take_breakpoints(self, breakpoints: list[Breakpoint]) -> None:
        """Take all breakpoints of the session, in the place of those before."""
        self.breakpoints = breakpoints

    def stopped(self, stop: StoppedEvent) -> None:
        """Take that a thread waits; one without a number is the main one."""
        self.stops[stop.thread_id or 1] = stop.reason

    def resumed(self, how: ContinuedEvent) -> None:
        """Take that threads go on."""
        for thread in list(self.stops):
            if how.all_threads_continued or thread == how.thread_id:
                del self.stops[thread]

    def same(self, notebook: Notebook) -> dict[str, NotebookCell] | None:
        """Return what is told of each cell that runs, by its id in the editor's text.

        None: the session has another text than the editor, so that a cell may be another there.
        """
        own = [it for it in notebook.cells if it.is_code]
        told = [it for it in self.cells if it.number is not None]
        if [it.digest for it in own] != [it.digest for it in told]:
            return None
        return {it.id: there for it, there in zip(own, told, strict=True)}

    def told(self, notebook: Notebook) -> dict[str, NotebookCell]:
        """Return what is told of the cells of the editor's text, by their ids there: what is to be shown.

        The session may have another text for a while, and has its own ids. Cells of one text are one, in
        their order; and so is the one between two such that alone was edited.
        """
        found = {own.id: it for own, it in _alike(notebook.cells, self.cells) if own.kind == it.kind}
        return found | (self.same(notebook) or {})

    def place_in_file(self, notebook: Notebook, line: int) -> tuple[Cell, int] | None:
        """Return the cell of the editor's text that has a line of the session's file, and the line in it."""
        told = self.told(notebook)
        for own in notebook.cells:
            it = told.get(own.id)
            if it is not None and it.line <= line <= it.end_line:
                return own, line - it.line + 1
        return None


def _alike(own: Sequence[Cell], told: Sequence[NotebookCell]) -> Iterator[tuple[Cell, NotebookCell]]:
    texts = [it.digest for it in own], [it.digest for it in told]
    if texts[0] == texts[1]:
        yield from zip(own, told, strict=True)
        return
    for tag, start, end, first, last in SequenceMatcher(None, *texts).get_opcodes():
        if tag == "equal" or (tag == "replace" and end - start == last - first == 1):
            yield from zip(own[start:end], told[first:last], strict=True)
