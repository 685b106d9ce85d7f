"""A page of a table as lines of text that fit a width: for consoles, and for editors without a grid.

Columns stand under each other in a terminal's cells. What does not fit beside the others is named. Pure.
"""

import re
from unicodedata import combining, east_asian_width

from ...protocol.tables import NotebookTableResponse

_MOST_CELL = 40  # of a terminal's cells, in a column that is not the only one
_LEAST_CELL = 8
_MOST_NAMED = 20  # columns that do not fit
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def table_text(table: NotebookTableResponse, width: int, start: int, first_column: int) -> str:
    """Return the lines of a page that begins at row `start` and column `first_column`."""
    width = max(width, 2 * _LEAST_CELL)
    header = [table.index_name or "", *(it.name for it in table.columns)]
    rows = [[label, *cells] for label, cells in zip(table.index, table.cells, strict=True)]
    columns = [[_one_line(it) for it in column] for column in zip(header, *rows, strict=True)]
    is_right = [False, *(it.kind == "number" for it in table.columns)]
    widths = _fitting([max(map(_cells, it)) for it in columns], width)
    shown = [
        [_padded(it, room, right) for it in column]
        for column, room, right in zip(columns, widths, is_right, strict=False)
    ]
    lines = ["  ".join(it).rstrip() for it in zip(*shown, strict=True)]
    return "\n".join(
        [*(lines if table.columns else []), *_about(table, start, first_column, len(widths) - 1)]
    )


def _about(table: NotebookTableResponse, start: int, first_column: int, shown: int) -> list[str]:
    """Return what is not to be seen of a table."""
    hidden = [it.name for it in table.columns[shown:]]
    count = table.total_columns - first_column - shown
    lines = []
    if count > 0:
        names = ", ".join(_one_line(it)[:_MOST_CELL] for it in hidden[:_MOST_NAMED])
        more = ", …" if count > len(hidden[:_MOST_NAMED]) else ""
        lines.append(f"… {count:,} more column{'s' * (count != 1)}: {names}{more}")
    kept = "" if table.rows == table.total_rows else f" that pass, of {table.total_rows:,}"
    if not table.cells:
        said = f"no rows{kept}" if not table.rows else f"no row from {start:,} on: there are {table.rows:,}"
    else:
        said = f"rows {start:,} to {start + len(table.cells) - 1:,} of {table.rows:,}{kept}"
    return [
        *lines,
        f"{said}, {table.total_columns:,} column{'s' * (table.total_columns != 1)} ({table.type})",
    ]


def _fitting(wanted: list[int], width: int) -> list[int]:
    """Return how wide the first columns are, as many as fit; the first is that of labels."""
    widths: list[int] = []
    left = width + 2
    for at, most in enumerate(wanted):
        is_only = len(wanted) <= 2
        room = min(most, _MOST_CELL if not is_only or not at else width)
        if room + 2 > left:
            if at >= 2 or left < _LEAST_CELL:
                break
            room = left - 2
        widths.append(room)
        left -= room + 2
    return widths


def _padded(text: str, room: int, is_right: bool) -> str:
    text = _cut(text, room)
    blanks = " " * (room - _cells(text))
    return blanks + text if is_right else text + blanks


def _cut(text: str, room: int) -> str:
    if _cells(text) <= room:
        return text
    kept, left = [], room - 1
    for it in text:
        left -= _cells(it)
        if left < 0:
            break
        kept.append(it)
    return "".join(kept) + "…"


def _one_line(text: str) -> str:
    return _UNSEEN.sub(" ", text)


def _cells(text: str) -> int:
    """Return how many of a terminal's cells a text takes."""
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(it) in "WF" else 0 if combining(it) else 1 for it in text)
