"""Ids, numbers and names of the cells that a format has found. Knows no format."""

from collections.abc import Iterable

from ..cells import Cell, Draft
from ..files import NotebookError
from ..source.text import Unique, slug

MOST_CELLS = 20_000


def number_cells(drafts: Iterable[Draft]) -> tuple[Cell, ...]:
    """Return the drafts as cells.

    A cell is called what the notebook calls it, else after its position. As in `In [n]` after a
    clean run, only code with any text counts. Raises NotebookError when there are too many.
    """
    drafts = list(drafts)
    if len(drafts) > MOST_CELLS:
        raise NotebookError(f"it has more than {MOST_CELLS:,} cells")
    ids = Unique()
    cells = []
    number = 0
    for position, draft in enumerate(drafts, 1):
        runs = draft.kind in ("code", "foreign") and bool(draft.source.strip())
        number += runs
        wanted = (slug(draft.anchor) if draft.anchor else "") or f"cell-{position}"
        id = ids.reserve_name(wanted)
        name = draft.title or _name(draft, position, number if runs else None)
        cells.append(
            Cell(
                id,
                draft.kind,
                number if runs else None,
                name,
                draft.source,
                draft.lines,
                draft.column,
                draft.span,
                draft.anchor,
                draft.flaw,
                draft.tags,
            )
        )
    return tuple(cells)


def _name(draft: Draft, position: int, number: int | None) -> str:
    if number is not None:
        return f"cell {number}"
    if draft.flaw is not None:
        return f"cell at position {position}"
    what = "empty" if draft.kind == "code" else draft.kind
    return f"{what} cell at position {position}"
