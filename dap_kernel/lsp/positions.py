"""Where the editor shows what the debug session calls a source and a line. Knows no connection."""

from ..notebook.paths import FilePath, parse_source, same_path
from ..protocol.sources import Source
from .debug_state import DebugState
from .open_notebooks import DocumentLine, OpenNotebook


def spot_of_source(
    book: OpenNotebook, live: DebugState | None, source: Source | None, line: int
) -> DocumentLine | None:
    """Return where a line is shown; None: it is not of this notebook.

    The session tells lines as its own client sees them: of the file, say, where this editor shows cells.
    """
    path = source.path if source is not None else None
    found = book.spot_of_source(path, line)
    if found is None and live is not None and book.cells is not None and path:
        match parse_source(path):
            case FilePath(file) if same_path(file, book.path):
                place = live.place_in_file(book.notebook, line)
                return book.spot(*place) if place is not None else None
    return found
