"""The notebooks that the editor has open, as it shows them, and where a cell's lines are in its documents.

A cell's lines count from 1 as everywhere; what leaves is LSP's: lines from 0, columns in the client's units.
Knows no session.
"""

import re
from collections.abc import Sequence
from urllib.parse import unquote

import msgspec
from lsprotocol import types
from pygls.workspace import PositionCodec

from ..notebook.cells import Cell, Notebook
from ..notebook.document import Document
from ..notebook.files import NotebookError, decode, is_ipynb, read_file
from ..notebook.format_traits import Format
from ..notebook.formats.synced import SyncedCell
from ..notebook.paths import CellUri, FilePath, canonical, parse_source, same_path
from ..notebook.source.text import unified

LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


class DocumentLine(msgspec.Struct, frozen=True):
    """A line of one of the editor's documents, from 0."""

    uri: str
    line: int


class OpenNotebook:
    """One notebook: a file's text, or the cells of an editor that knows notebooks."""

    def __init__(self, uri: str, path: str, codec: PositionCodec, *, has_cells: bool = False) -> None:
        self.uri = uri
        self.path = canonical(path)
        self.codec = codec
        self.cells: list[SyncedCell] | None = None  # None: the editor shows a text
        self.text = ""
        self.version = 0  # of its text, ours
        is_jupyter = is_ipynb(self.path) or (has_cells and not self.path.endswith(".py"))
        self._last = Document(self.path, Format.JUPYTER if is_jupyter else None)
        self._is_read = True  # the newest text is: typing must not wait for that
        self._lines: dict[str, list[str]] = {}  # by the URI of the file or cell

    @property
    def _document(self) -> Document:
        if not self._is_read:
            self._is_read = True
            if self.cells is not None:
                self._last.sync_cells(self.cells)
            else:
                self._last.sync(self.text)
        return self._last

    @property
    def notebook(self) -> Notebook:
        return self._document.notebook

    @property
    def problem(self) -> str | None:
        """Why the newest text could not be read whole."""
        return self._document.problem

    @property
    def is_json(self) -> bool:
        """Whether the editor shows the raw text of an `.ipynb`."""
        return self.cells is None and self.notebook.has_json_lines

    @property
    def uris(self) -> list[str]:
        """The documents that the editor shows of it."""
        return [self.uri] if self.cells is None else [it.uri for it in self.cells]

    def take_text(self, text: str) -> None:
        self.text, self.cells = text, None
        self._lines = {self.uri: lines_of(text)}
        self.version += 1
        self._is_read = False

    def take_cells(self, cells: Sequence[SyncedCell], is_new: bool = True) -> bool:
        """Take the newest cells; return whether there is anything new in them."""
        if not is_new and self.cells == list(cells):
            return False
        self.cells = list(cells)
        self._lines = {it.uri: lines_of(it.text) for it in self.cells}
        self.version += 1
        self._is_read = False
        return True

    def is_saved(self) -> bool:
        """Whether the file has the text that the editor shows."""
        if self.cells is not None:
            return False  # nobody can tell
        try:
            return unified(decode(read_file(self.path)[0], self.path)) == unified(self.text)
        except NotebookError:
            return False

    # From the editor's documents.

    def line(self, uri: str, line: int) -> str:
        """Return a line of a document, without its end; "" where there is none."""
        lines = self._lines.get(uri, [])
        return lines[line].rstrip("\r\n") if 0 <= line < len(lines) else ""

    def column(self, uri: str, position: types.Position) -> int:
        """Return the column of a position in characters."""
        line = self.line(uri, position.line)
        where = types.Position(0, position.character)
        return min(self.codec.position_from_client_units([line], where).character, len(line))

    def cell_at(self, uri: str, line: int) -> tuple[Cell, int] | None:
        """Return the cell that has a line of its code there, and the line in the cell, from 1."""
        if self.cells is None:
            return self.notebook.cell_at(line + 1)
        cell = self.cell_of(uri)
        return (cell, line + 1) if cell is not None else None

    def cell_around(self, uri: str, line: int) -> Cell | None:
        """Return the cell that a line is of, be it its marker or a blank below it."""
        return self.notebook.cell_around(line + 1) if self.cells is None else self.cell_of(uri)

    def cell_of(self, uri: str) -> Cell | None:
        """Return the cell that is shown as this document."""
        id = self._document.id_of(uri)
        return self.notebook.by_id.get(id) if id is not None else None

    # To the editor's documents.

    def spot(self, cell: Cell, line: int) -> DocumentLine:
        """Return where a line of a cell is shown."""
        uri = self._document.uri_of(cell.id) if self.cells is not None else None
        if uri is not None:
            return DocumentLine(uri, max(line, 1) - 1)
        if not cell.lines:
            return DocumentLine(self.uri, max(cell.span[0], 1) - 1)
        return DocumentLine(self.uri, cell.lines[min(max(line, 1), len(cell.lines)) - 1] - 1)

    def head(self, cell: Cell) -> DocumentLine:
        """Return where a cell begins: its marker or decorator; in JSON its first line of code."""
        if self.cells is not None or self.is_json:
            return self.spot(cell, 1)
        return DocumentLine(self.uri, max(cell.span[0], 1) - 1)

    def spot_of_source(self, path: str | None, line: int) -> DocumentLine | None:
        """Return what the debug session calls a source and a line of it; None: it is not of this notebook."""
        match parse_source(path or ""):
            case FilePath(found) if path and self.cells is None and same_path(found, self.path):
                return DocumentLine(self.uri, line - 1)
            case CellUri(uri, found, _) if self.cells is not None and same_path(found, self.path):
                known = {unquote(it): it for it in self.uris}  # editors differ in what they escape
                return DocumentLine(known.get(unquote(uri), uri), line - 1)
        return None

    def whole_line(self, spot: DocumentLine) -> types.Range:
        """Return the range of a line without the blanks before it."""
        text = self.line(spot.uri, spot.line)
        return self.range(spot, len(text) - len(text.lstrip()), len(text))

    def range(self, spot: DocumentLine, start: int, end: int) -> types.Range:
        """Return the range of columns, in characters, of one line."""
        text = self.line(spot.uri, spot.line)
        units = [self.codec.client_num_units(text[:it]) for it in (start, end)]
        return types.Range(types.Position(spot.line, units[0]), types.Position(spot.line, units[1]))


def path_of(uri: str) -> str | None:
    """Return the path of a file's URI, or the name of a text that was never saved; None: it is neither."""
    match parse_source(uri):
        case FilePath(path):
            return path
    return None


def lines_of(text: str) -> list[str]:
    """Return the lines of a text with their ends, as editors count them."""
    return LINE.findall(text)
