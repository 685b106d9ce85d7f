"""One notebook and its life: on disk, in the client's editor, edited, broken for a moment, whole again.

The only file of this folder that reads a disk. Knows neither kernels nor DAP.
"""

import io
import os
import tokenize
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from .cells import Cell, Draft, Format, Notebook, NotebookError
from .formats import read, recognise
from .magics import is_foreign
from .matching import match
from .numbering import number_cells
from .text import unified

_CONFLICT = ("<<<<<<< ", "=======", ">>>>>>> ")


@dataclass(frozen=True)
class SyncedCell:
    """A cell as an editor that knows notebooks has it."""

    uri: str
    kind: Literal["code", "markdown", "raw"]
    text: str
    id: str | None = None  # the notebook's own id of it


class Document:
    """A notebook whose newest text that could be read whole is `notebook`."""

    def __init__(self, path: str, format: Format | None = None) -> None:
        """`format` overrides recognition. Nothing is read before `look` or a sync."""
        self.path = path
        self.wanted_format = format
        self.notebook = Notebook(format or Format.SCRIPT, (), "")
        self.problem: str | None = None  # why the newest text could not be read
        self.uris: dict[str, str] = {}  # a client's cell URI: the cell's id
        self._has_read = False
        self._is_synced = False
        self._stamp: tuple[int, int, int] | None = None
        self._data: bytes | None = None

    @property
    def format(self) -> Format:
        return self.notebook.format

    @property
    def is_synced(self) -> bool:
        """Whether the text is the client's, not the disk's."""
        return self._is_synced

    def uri_of(self, cell_id: str) -> str | None:
        """Return what the client calls a cell, if it has told."""
        return next((uri for uri, id in self.uris.items() if id == cell_id), None)

    def look(self) -> bool:
        """Read the file again if it may have changed; return whether the notebook did."""
        if self._is_synced:
            return False
        try:
            status = os.stat(self.path)
            stamp = status.st_mtime_ns, status.st_size, status.st_ino
            if stamp == self._stamp:
                return False
            with open(self.path, "rb") as file:
                data = file.read()
        except OSError as error:
            self._stamp = self._data = None
            self.problem = f"{self.path} cannot be read: {error.strerror or error}"
            return False
        self._stamp = stamp
        if data == self._data:
            return False
        self._data = data
        try:
            text = decode(data, self.path)
        except NotebookError as error:
            self.problem = str(error)
            return False
        return self._take(text, self.wanted_format)

    def sync(self, text: str | None, format: Format | None = None) -> bool:
        """Take `text` from the client, which wins over the disk; None goes back to the disk.

        Return whether the notebook changed.
        """
        self.uris = {}
        self._stamp = self._data = None
        self._is_synced = text is not None
        return self.look() if text is None else self._take(text, format or self.wanted_format)

    def sync_cells(self, cells: Sequence[SyncedCell]) -> bool:
        """Take the cells from the client, which win over the disk. Return whether the notebook changed."""
        if not self._has_read:
            self.look()
        self._is_synced = True
        self._stamp = self._data = None
        new = synced(self.notebook, cells)
        changed = self._accept(new)
        self.uris = {it.uri: cell.id for it, cell in zip(cells, self.notebook.cells, strict=True)}
        return changed

    def _take(self, text: str, format: Format | None) -> bool:
        try:
            new = read_whole(text, self.path, format, self.notebook if self._has_read else None)
        except NotebookError as error:
            self.problem = str(error)
            return False
        return self._accept(new)

    def _accept(self, new: Notebook) -> bool:
        self.problem = None
        old = self.notebook
        if self._has_read:
            new = match(old, new)
        changed = not self._has_read or new.text != old.text or new.cells != old.cells
        self._has_read = True
        if changed:
            self.notebook = new
        return changed


def read_whole(text: str, path: str, format: Format | None, old: Notebook | None) -> Notebook:
    """Return the notebook in `text`. Raises NotebookError for a text that is not whole.

    A text that has `old` as its last good one keeps its format: half a marimo file is no script.
    """
    name = os.path.basename(path)
    if old is not None and old.cells and not text.strip():
        raise NotebookError(f"{name} is empty: its last text is kept")
    line = conflict_line(text)
    if line is not None:
        raise NotebookError(f"{name} has conflict markers from line {line} on: its last text is kept")
    found = format or recognise(text, name)
    if old is not None and found is Format.SCRIPT and old.format in (Format.MARIMO, Format.PERCENT):
        found = old.format
    try:
        return read(text, name, found)
    except NotebookError as error:
        raise NotebookError(f"{name}: {error}") from None


def conflict_line(text: str) -> int | None:
    """Return the first line of a merge conflict, None if there is none."""
    if _CONFLICT[0] not in text or _CONFLICT[2] not in text:
        return None
    first, step = None, 0
    for number, line in enumerate(unified(text).split("\n"), 1):
        if line.startswith(_CONFLICT[step]):
            first = number if step == 0 else first
            step += 1
            if step == len(_CONFLICT):
                return first
    return None


def decode(data: bytes, path: str) -> str:
    """Return the text of a file; Python may declare its encoding (PEP 263). Raises NotebookError."""
    name = os.path.basename(path)
    encoding = "utf-8-sig"
    try:
        if not name.lower().endswith(".ipynb"):
            encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        reason = f"byte {error.start}" if isinstance(error, UnicodeDecodeError) else str(error)
        raise NotebookError(f"{name} is not {encoding.removesuffix('-sig')} text: {reason}") from None


def synced(old: Notebook, cells: Sequence[SyncedCell]) -> Notebook:
    """Return a client's cells as a notebook; those that `old` has with the same text keep its lines."""
    drafts = []
    for it in cells:
        text = unified(it.text)
        kind = "foreign" if it.kind == "code" and is_foreign(text) else it.kind
        drafts.append(Draft(kind, text, (), (0, 0), anchor=it.id))
    new = Notebook(old.format, number_cells(drafts), "\n".join(it.text for it in cells), old.python)
    known: dict[str, list[Cell]] = {}
    for cell in reversed(old.cells):
        known.setdefault(cell.source, []).append(cell)
    placed = []
    for cell in new.cells:
        same = known.get(cell.source)
        placed.append(_placed(cell, same.pop() if same else None))
    return replace(new, cells=tuple(placed))


def _placed(cell: Cell, same: Cell | None) -> Cell:
    """Return `cell` with the lines, name and anchor that it has in the file; else with its own lines."""
    if same is None:
        return replace(cell, lines=tuple(range(1, cell.source.count("\n") + 2)) if cell.source else ())
    name = cell.name if same.name.startswith("cell ") else same.name
    anchor = cell.anchor or same.anchor
    return replace(cell, lines=same.lines, span=same.span, column=same.column, name=name, anchor=anchor)
