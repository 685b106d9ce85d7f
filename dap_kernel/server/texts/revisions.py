"""Revisions: the texts of cells that were compiled, each for ever under a filename of its own.

Code of a cell that stands in a file counts its lines from the file's beginning, as it was when the cell was
compiled. Here alone lines of code become lines of the cell's source, and back. Knows neither formats nor
kernels.
"""

import msgspec
from msgspec.structs import replace

from ...agent.wire.filenames import virtual_filename
from ...notebook.cells import SCRIPT_CELL, Cell
from ...notebook.line_map import line_map, nearest


class Revision(msgspec.Struct, frozen=True):
    cell_id: str
    number: int  # from 1
    filename: str  # what it is compiled as
    source: str
    first_line: int = 0  # that its code gives to the source's first; 0: lines count from the cell

    def to_code(self, line: int) -> int:
        """Return the line that code of this revision has for a line of its source."""
        return line + self.first_line - 1 if self.first_line else line

    def to_source(self, line: int) -> int:
        """Return the line of the source that code has as `line`."""
        return max(line - self.first_line + 1, 1) if self.first_line else line


def filename_of(path: str, cell_id: str, number: int) -> str:
    """Return what a revision is compiled as. A script keeps its real path."""
    return path if cell_id == SCRIPT_CELL else virtual_filename(path, cell_id, number)


class Revisions:
    """The revisions of one notebook. `path` is what the kernel calls it, wherever its file is by now."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._last: dict[str, Revision] = {}  # by cell id
        self._by_filename: dict[str, Revision] = {}  # by the filename of its code
        self._ran: dict[str, dict[str, Revision]] = {}  # by cell id, then by filename
        self._compiled: set[str] = set()  # filenames that any kernel knows
        self._by_text: dict[
            tuple[str, str, int], Revision
        ] = {}  # what ran, by cell id, source and first line
        self._numbers: dict[str, int] = {}  # the highest, by cell id
        self._maps: dict[tuple[str, str], dict[int, int]] = {}  # by two texts: line to line

    def current(self, cell: Cell, first_line: int = 0) -> Revision:
        """Return the revision of exactly this text: the last one, one that ran, or a new one.

        `first_line` is where the cell begins; one that was compiled keeps the line where it began then.
        """
        last = self._last.get(cell.id)
        if last is not None and last.source == cell.source:
            if last.first_line == first_line or last.filename in self._ran.get(cell.id, ()):
                return last
            return self._keep(replace(last, first_line=first_line))
        if last is not None and cell.id != SCRIPT_CELL and last.filename not in self._compiled:
            return self._keep(replace(last, source=cell.source, first_line=first_line))  # no code has it
        return self._new(cell, first_line)

    def to_run(self, cell: Cell, first_line: int = 0) -> Revision:
        """Return the revision that is to be compiled now: a new one also where the cell has moved."""
        revision = self.current(cell, first_line)
        if revision.first_line != first_line:
            revision = self._new(cell, first_line)
        self.mark_run(revision)
        return revision

    def _new(self, cell: Cell, first_line: int) -> Revision:
        known = self._by_text.get((cell.id, cell.source, first_line))
        if known is not None:  # the text has come back
            self._last[cell.id] = known
            return known
        number = self._numbers.get(cell.id, 0) + 1
        filename = filename_of(self.path, cell.id, number)
        return self._keep(Revision(cell.id, number, filename, cell.source, first_line))

    def _keep(self, revision: Revision) -> Revision:
        self._last[revision.cell_id] = revision
        self._count(revision)
        if revision.cell_id == SCRIPT_CELL:  # whose filename is that of all: one ran
            self._by_filename.setdefault(revision.filename, revision)
        else:
            self._by_filename[revision.filename] = revision
        return revision

    def mark_run(self, revision: Revision) -> None:
        """Note that a kernel has compiled `revision`."""
        self._by_filename[revision.filename] = revision
        ran = self._ran.setdefault(revision.cell_id, {})
        ran.pop(revision.filename, None)
        ran[revision.filename] = revision  # the newest
        self._compiled.add(revision.filename)
        self._count(revision)
        if revision.cell_id != SCRIPT_CELL:
            self._by_text[revision.cell_id, revision.source, revision.first_line] = revision

    def _count(self, revision: Revision) -> None:
        self._numbers[revision.cell_id] = max(revision.number, self._numbers.get(revision.cell_id, 0))

    def forget_runs(self, path: str) -> None:
        """Note a fresh kernel: nothing is compiled any more. Filenames and numbers go on, unless it calls the
        notebook by another `path`.
        """
        self._ran.clear()
        self._by_text.clear()
        self._called(path)

    def _called(self, path: str) -> None:
        if path != self.path:
            self.path = path
            self._last.clear()  # of another name

    def by_filename(self, filename: str) -> Revision | None:
        """Return what was compiled as `filename`; of a script the text that ran last."""
        return self._by_filename.get(filename)

    def live(self, cell_id: str) -> list[Revision]:
        """Return the revisions of a cell that were compiled, oldest first, then the current one."""
        found = dict(self._ran.get(cell_id, {}))
        last = self._last.get(cell_id)
        if last is not None:
            found.setdefault(last.filename, last)
        return list(found.values())

    def adopt(self, path: str, ran: list[Revision]) -> None:
        """Take over what a kernel, which calls the notebook `path`, has already run, oldest first."""
        self._called(path)
        for revision in ran:
            last = self._last.get(revision.cell_id)
            if last is None or revision.number >= last.number or revision.filename == last.filename:
                self._last[revision.cell_id] = revision
            self.mark_run(revision)

    def to_today(self, revision: Revision, line: int, cell: Cell) -> int | None:
        """Return the line of `cell`'s text now that is `line` in code of `revision`; None: it is gone."""
        return self._map(revision.source, cell.source).get(revision.to_source(line))

    def moved_to(self, revision: Revision, line: int, cell: Cell) -> int | None:
        """Return the line of `cell` now for `line` in the source of `revision`, or the nearest one, or None.

        A line that was edited where it stood counts as the same line.
        """
        lines = self._map(revision.source, cell.source)
        found = lines.get(line) or nearest(lines, line)
        return found if found is not None and found <= cell.source.count("\n") + 1 else None

    def from_today(self, revision: Revision, line: int, cell: Cell) -> int | None:
        """Return the line in code of `revision` that is `line` of `cell`'s text now; None: it is new."""
        found = self._map(cell.source, revision.source).get(line)
        return None if found is None else revision.to_code(found)

    def _map(self, old: str, new: str) -> dict[int, int]:
        key = old, new
        if key not in self._maps:
            if len(self._maps) > 256:
                self._maps.clear()
            self._maps[key] = line_map(old, new)
        return self._maps[key]
