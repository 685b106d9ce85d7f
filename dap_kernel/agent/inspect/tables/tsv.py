"""A table as tab-separated values, as spreadsheets take them from a clipboard: whole rows alone.

What does not fit is not dropped in silence: the last line says what is missing. Knows nothing of pages.
"""

from collections.abc import Sequence

from .cell_values import cell_text, is_missing
from .grids import Grid, label_text

_LAST_LINE = 100  # characters that are kept for it
_CELLS_AT_ONCE = 5_000
_QUOTED = '\t\n\r"'


def tab_separated(grid: Grid, most: int, is_bare: bool = False) -> str:
    """Return the text of a table, at most about `most` characters; `is_bare`: without names and labels."""
    height, width = grid.size()
    has_labels = grid.has_labels and not is_bare
    lines, left = [], most - _LAST_LINE
    if not is_bare:
        names = [_quoted(label_text(grid.head(at).name)) for at in range(width)]
        lines.append(
            "\t".join([_quoted(label_text(tuple(grid.index_names))), *names] if has_labels else names)
        )
        left -= len(lines[0]) + 1
    count = max(_CELLS_AT_ONCE // max(width, 1), 1)
    for start in range(0, height, count):
        places = range(start, min(start + count, height))
        labels = [_quoted(label_text(it)) for it in grid.labels(places)] if has_labels else None
        columns = [grid.cells(places, at) for at in range(width)]
        for at in range(len(places)):
            line = _line([it[at] for it in columns], labels[at] if labels is not None else None, most)
            left -= len(line) + 1
            if left < 0:
                return "\n".join([*lines, _what_is_missing(start + at, height)])
            lines.append(line)
    return "\n".join(lines)


def _line(values: Sequence[object], label: str | None, most: int) -> str:
    cells = ["" if is_missing(it) else _quoted(cell_text(it, most)) for it in values]
    return "\t".join(cells if label is None else [label, *cells])


def _quoted(text: str) -> str:
    """Return a cell's text as spreadsheets read it, whatever is in it."""
    return '"' + text.replace('"', '""') + '"' if any(it in text for it in _QUOTED) else text


def _what_is_missing(shown: int, height: int) -> str:
    rest = f"{height - shown:,} more row{'s' * (height - shown != 1)}"
    return (
        f"… {rest} of {height:,}" if shown else f"… no row fits: there are {height:,}, each too long to copy"
    )
