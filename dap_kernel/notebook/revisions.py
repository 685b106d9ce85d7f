"""Revisions: the texts of cells that were compiled, each for ever under a filename of its own.

Knows neither formats nor kernels; lines here are lines of a cell's source.
"""

from dataclasses import dataclass

from .cells import SCRIPT_CELL, Cell
from .line_map import line_map, nearest


@dataclass(frozen=True)
class Revision:
    cell_id: str
    number: int  # from 1
    filename: str  # what it is compiled as
    source: str


def filename_of(path: str, cell_id: str, number: int) -> str:
    """Return what a revision is compiled as. A script keeps its real path."""
    return path if cell_id == SCRIPT_CELL else f"{path}#{cell_id}@{number}.py"


class Revisions:
    """The revisions of one notebook."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._last: dict[str, Revision] = {}  # by cell id
        self._by_filename: dict[str, Revision] = {}
        self._ran: dict[str, dict[str, Revision]] = {}  # by cell id, then by filename
        self._maps: dict[tuple[str, str], dict[int, int]] = {}  # by two texts: line to line

    def current(self, cell: Cell) -> Revision:
        """Return the revision of exactly this text: the last one, or a new one if the text is another."""
        last = self._last.get(cell.id)
        if last is not None and last.source == cell.source:
            return last
        number = last.number + 1 if last else 1
        revision = Revision(cell.id, number, filename_of(self.path, cell.id, number), cell.source)
        self._last[cell.id] = revision
        self._by_filename.setdefault(revision.filename, revision)
        return revision

    def mark_run(self, revision: Revision) -> None:
        """Note that a kernel has compiled `revision`."""
        self._by_filename[revision.filename] = revision
        self._ran.setdefault(revision.cell_id, {})[revision.filename] = revision

    def forget_runs(self) -> None:
        """Note a fresh kernel: nothing is compiled any more. Filenames and numbers go on."""
        self._ran.clear()

    def of(self, filename: str) -> Revision | None:
        """Return what was compiled as `filename`; of a script the text that ran last."""
        return self._by_filename.get(filename)

    def live(self, cell_id: str) -> list[Revision]:
        """Return the revisions of a cell that were compiled, oldest first, then the current one."""
        found = dict(self._ran.get(cell_id, {}))
        last = self._last.get(cell_id)
        if last is not None:
            found.setdefault(last.filename, last)
        return list(found.values())

    def adopt(self, ran: list[tuple[str, int, str, str]]) -> None:
        """Take over what a kernel has already run: cell id, number, filename, source; oldest first."""
        for cell_id, number, filename, source in ran:
            revision = Revision(cell_id, number, filename, source)
            last = self._last.get(cell_id)
            if last is None or number >= last.number or filename == last.filename:
                self._last[cell_id] = revision
            self.mark_run(revision)

    def to_today(self, revision: Revision, line: int, cell: Cell) -> int | None:
        """Return the line of `cell`'s text now that was `line` of `revision`; None: it is gone."""
        return self._map(revision.source, cell.source).get(line)

    def moved_to(self, revision: Revision, line: int, cell: Cell) -> int | None:
        """The same for a line that may have been edited where it stood; None: it was deleted."""
        lines = self._map(revision.source, cell.source)
        found = lines.get(line) or nearest(lines, line)
        return found if found is not None and found <= cell.source.count("\n") + 1 else None

    def from_today(self, revision: Revision, line: int, cell: Cell) -> int | None:
        """Return the line of `revision` that is `line` of `cell`'s text now; None: it is new."""
        return self._map(cell.source, revision.source).get(line)

    def _map(self, old: str, new: str) -> dict[int, int]:
        key = old, new
        if key not in self._maps:
            if len(self._maps) > 256:
                self._maps.clear()
            self._maps[key] = line_map(old, new)
        return self._maps[key]
