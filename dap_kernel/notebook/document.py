"""One notebook and its life: on disk, in the client's editor, edited, broken for a moment, whole again.

Knows neither kernels nor DAP.
"""

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from .ahead import BIG, read_once, work_ahead
from .cells import Notebook
from .files import NotebookError, Stamp, Unreadable, decode, is_ipynb, most_of, read_file, stamp_of, too_long
from .format_traits import Format
from .formats.reading import read
from .source.text import unified

if TYPE_CHECKING:
    from .formats.synced import SyncedCell

_CONFLICT = ("<<<<<<< ", "=======", ">>>>>>> ")


class Document:
    """A notebook: `notebook` is the newest text of it that could be read whole."""

    def __init__(self, path: str, format: Format | None = None) -> None:
        """`format` overrides recognition. Nothing is read before `look` or a sync."""
        self.path = path
        self.notebook = Notebook(format or Format.SCRIPT, (), "")
        self.problem: str | None = None  # why the newest text could not be read
        self.is_synced = False  # the text is the client's, not the disk's
        self.lay_out: Callable[[Notebook], Notebook] | None = None  # for a client that shows no JSON
        self._json: Notebook | None = None  # the newest one, before `lay_out`
        self._wanted_format = format
        self._has_read = False
        self._stamp: Stamp | None = None
        self._ahead: Stamp | None = None  # what `read_ahead` has read
        self._data: bytes | None = None
        self._ids: dict[str, str] = {}  # by the client's cell URI
        self._uris: dict[str, str] = {}  # by cell id

    @property
    def format(self) -> Format:
        return self.notebook.format

    @property
    def has_uris(self) -> bool:
        """Whether the client has told what it calls cells."""
        return bool(self._uris)

    def id_of(self, uri: str) -> str | None:
        """Return the id of the cell that the client calls `uri`."""
        return self._ids.get(uri)

    def uri_of(self, cell_id: str) -> str | None:
        """Return what the client calls a cell, if it has told."""
        return self._uris.get(cell_id)

    def move(self, path: str) -> None:
        """Be at `path` from now on, with the cells and the text that there are."""
        self.path = path
        self._stamp = self._ahead = None

    def look(self) -> bool:
        """Read the file again if it may have changed; return whether the notebook did."""
        if self.is_synced:
            return False
        try:
            if stamp_of(self.path) == self._stamp:
                return False
            data, self._stamp = read_file(self.path)
        except Unreadable as problem:
            self._stamp = self._data = None
            return self._keep(str(problem))
        if data == self._data:
            return False
        self._data = data
        try:
            text = decode(data, self.path)
        except NotebookError as error:
            return self._keep(str(error))
        return self._take(text, self._wanted_format)

    @property
    def is_behind(self) -> bool:
        """Whether the next `look` will read a big text, so that `read_ahead` should come first."""
        try:
            stamp = None if self.is_synced else stamp_of(self.path)
        except Unreadable:
            return False
        return stamp is not None and stamp[1] >= BIG and stamp not in (self._stamp, self._ahead)

    def read_ahead(self) -> None:
        """Do what takes long of the next `look`. In any thread."""
        try:
            data, self._ahead = read_file(self.path)
            text = decode(data, self.path)
        except NotebookError:
            return  # `look` tells
        self._work_ahead(text, self._wanted_format)

    def sync_ahead(self, text: str, format: Format | None) -> None:
        """Do what takes long of a `sync`. In any thread."""
        if self._is_shown(text, format):
            work_ahead(_read_shown, text, self.notebook.python)
        else:
            self._work_ahead(text, format or self._wanted_format)

    def _work_ahead(self, text: str, format: Format | None) -> None:
        old = self.notebook if self._has_read else None
        work_ahead(read, text, os.path.basename(self.path), _format_of(format, old))

    def _is_shown(self, text: str, format: Format | None) -> bool:
        """Whether a text of the client's is the script as which it shows an `.ipynb`."""
        is_json = text.lstrip("\ufeff \t\r\n").startswith("{")
        return is_ipynb(self.path) and (format is Format.PERCENT or not is_json) and bool(text.strip())

    def sync(self, text: str | None, format: Format | None = None) -> bool:
        """Take `text` from the client, which wins over the disk; None goes back to the disk.

        Return whether the notebook changed.
        """
        self._name_cells([], [])
        self._stamp = self._data = self._json = None
        self.is_synced = text is not None
        if text is None:
            return self.look()
        if len(text) > most_of(self.path):
            return self._keep(f"{os.path.basename(self.path)} cannot be read: {too_long(most_of(self.path))}")
        if self._is_shown(text, format):
            return self._take_shown(text)
        return self._take(text, format or self._wanted_format)

    def sync_cells(self, cells: Sequence["SyncedCell"]) -> bool:
        """Take the client's cells, which win over the disk. Return whether they or their names changed."""
        from .formats.synced import synced

        if not self._has_read:
            self.look()
        self.is_synced = True
        self._stamp = self._data = self._json = None
        known = {index: self._ids[it.uri] for index, it in enumerate(cells) if it.uri in self._ids}
        changed, uris = self._accept(synced(self.notebook, cells), is_cells=True, known=known), self._uris
        self._name_cells([it.uri for it in cells], [cell.id for cell in self.notebook.cells])
        return changed or uris != self._uris

    def show(self, lay_out: Callable[[Notebook], Notebook] | None) -> None:
        """Have the notebook, if it is JSON, in the lines that `lay_out` gives its cells, from now on."""
        self.lay_out = lay_out
        self._stamp = self._data = None
        self.look()

    def lay_out_again(self) -> bool:
        """Take the lines that `lay_out` gives the cells by now. Return whether the notebook changed."""
        if self._json is None or self.lay_out is None:
            return False
        problem = self.problem
        changed = self._accept(self.lay_out(self._json))
        self.problem = problem
        return changed

    def _name_cells(self, uris: Sequence[str], ids: Sequence[str]) -> None:
        self._ids = dict(zip(uris, ids, strict=True))
        self._uris = dict(zip(ids, uris, strict=True))

    def _take(self, text: str, format: Format | None) -> bool:
        old = self.notebook if self._has_read else None
        try:
            new = read_whole(text, self.path, format, old)
        except NotebookError as error:
            return self._keep(str(error))
        if new.has_json_lines and self.lay_out is not None:
            self._json = new
            new = self.lay_out(new)
        return self._accept(new)

    def _take_shown(self, text: str) -> bool:
        """Take the script as which the client shows an `.ipynb`."""
        if not self._has_read and os.path.exists(self.path):
            self.is_synced = False
            self.look()  # the file knows the cells' ids, and the kernel
            self.is_synced = True
        if line := conflict_line(text):
            return self._keep(f"{os.path.basename(self.path)} has conflict markers from line {line} on")
        try:
            return self._accept(read_once(_read_shown, text, self.notebook.python))
        except NotebookError as error:
            return self._keep(f"{os.path.basename(self.path)}: {error}")

    def _keep(self, problem: str) -> bool:
        """Say what is wrong with the newest text; the one before stays."""
        self.problem = f"{problem}; its last good text is used" if self._has_read else problem
        return False

    def _accept(self, new: Notebook, is_cells: bool = False, known: dict[int, str] | None = None) -> bool:
        self.problem = None
        old = self.notebook
        if self._has_read and (Format.SCRIPT not in (old.format, new.format) or new.format is old.format):
            from .matching import match

            new = match(old, new, known)
            if is_cells:
                from .formats.synced import placed

                new = placed(old, new)
        changed = not self._has_read or new != old
        self._has_read = True
        if changed:
            self.notebook = new
        return changed


def read_whole(text: str, path: str, format: Format | None, old: Notebook | None) -> Notebook:
    """Return the notebook in `text`. Raises NotebookError for a text that is not whole.

    A notebook keeps the format of its last good text, `old`: half a marimo file is no script.
    """
    name = os.path.basename(path)
    if _has_text(old) and not text.strip():
        raise NotebookError(f"{name} is empty")
    line = conflict_line(text)
    if line is not None:
        raise NotebookError(f"{name} has conflict markers from line {line} on")
    try:
        return read_once(read, text, name, _format_of(format, old))
    except NotebookError as error:
        raise NotebookError(f"{name}: {error}") from None


def _has_text(notebook: Notebook | None) -> bool:
    return notebook is not None and any(cell.source.strip() for cell in notebook.cells)


def _format_of(wanted: Format | None, old: Notebook | None) -> Format | None:
    """Return the format that a text is read in; None: as it looks."""
    return old.format if wanted is None and old is not None and _has_text(old) else wanted


def _read_shown(text: str, python: str | None) -> Notebook:
    from .formats.as_script import read_shown

    return read_shown(text, python)


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
