"""A notebook as an editor that knows notebooks has it: cells without a file around them.

Such a client counts lines within each cell, so the lines of the file are a best guess here.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec
from msgspec.structs import replace

from ..cells import Cell, Draft, Notebook, meant_tags
from ..line_map import line_map
from ..source.syntax import is_foreign
from ..source.text import unified
from .cell_numbering import number_cells


class SyncedCell(msgspec.Struct, frozen=True):
    uri: str
    kind: Literal["code", "markdown", "raw"]
    text: str
    id: str | None = None  # what the notebook itself calls it
    tags: list[str] | None = None  # None for all cells: those of the file


def synced(old: Notebook, cells: Sequence[SyncedCell]) -> Notebook:
    """Return a client's cells as a notebook of the format of `old`; `match` and `placed` come next."""
    drafts = []
    for it in cells:
        text = unified(it.text)
        kind = "foreign" if it.kind == "code" and is_foreign(text) else it.kind
        tags = meant_tags(it.tags)
        drafts.append(Draft(kind, text, _lines(text, 1), (0, 0), anchor=it.id, tags=tags))
    whole = "\0".join(it.text for it in cells)
    knows_tags = any(it.tags is not None for it in cells)
    return Notebook(old.format, number_cells(drafts), whole, old.python, knows_tags=knows_tags)


def placed(old: Notebook, new: Notebook) -> Notebook:
    """Return `new` with the names and lines that its cells have in the file `old`.

    A line that is not there stands where the one before it does.
    """
    cells = []
    line = 1
    for cell in new.cells:
        before = old.by_id.get(cell.id)
        if before is None:
            cell = replace(cell, lines=_lines(cell.source, line), span=(line, line))
        else:
            cell = _placed(cell, before, line)
            cell = cell if new.knows_tags else replace(cell, tags=before.tags)
        line = max(cell.span[1], line)
        cells.append(cell)
    return replace(new, cells=tuple(cells))


def _placed(cell: Cell, before: Cell, line: int) -> Cell:
    if cell.anchor is None and before.anchor is not None:
        cell = replace(cell, anchor=before.anchor, name=before.name)
    lines = before.lines
    if cell.source != before.source:
        same = line_map(cell.source, before.source) if before.lines else {}
        found = []
        at = before.lines[0] if before.lines else line
        for number in range(1, len(cell.lines) + 1):
            at = before.lines[same[number] - 1] if number in same else at
            found.append(at)
        lines = tuple(found)
    return replace(cell, lines=lines, span=before.span, column=before.column)


def _lines(text: str, line: int) -> tuple[int, ...]:
    """Return `line` for each line of a cell that stands nowhere else."""
    return (line,) * (text.count("\n") + 1) if text else ()
