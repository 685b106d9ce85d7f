"""A page of a table as it travels: texts of some rows and columns, bounded in number, length and time.

Texts that take no code of the notebook's come first, so that they are there when another takes too long.
"""

import builtins
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from ...common.object_access import full_name, module, qualname
from ...common.text import clean
from ...evaluate.bindings import InspectionError
from ...wire import messages as wire
from ...wire.codec import encoded_length
from ...wire.structs import replace
from .cell_values import MOST_RAW, cell_text, is_missing, is_quick
from .grids import Grid, is_quick_label, label_text
from .table_views import ViewedTable
from .whole_columns import Deadline, listed

LEFT_OUT = "<not shown: another value's repr() takes too long>"
_MOST_ROWS = 1_000
_MOST_COLUMNS = 500
_MOST_CELL = 200  # characters
_MOST_FIGURE = 80  # characters
_MOST_TYPE = 200  # characters
_MOST_PAGE = 4 * 2**20  # bytes of all cells in the frame
_MOST_ROW = 16 * 2**20  # bytes of the one row that a page has in any case: a quarter of the longest frame
_MOST_ESCAPED = 12  # bytes of one character in the frame
_FIGURES_S = 2.0


def table_page(table: ViewedTable, asked: wire.Table, path: str | None) -> "Filling":
    """Return the page asked for; `path` is the expression for the table. Raises InspectionError.

    All is in it that takes no code of the notebook's; `Filling.whole` puts in the rest.
    """
    grid = table.grid
    height, width = grid.size()
    for at in (*(it.position for it in asked.sort), *(it.position for it in asked.filters)):
        if not 0 <= at < width:
            raise InspectionError(f"there is no column {at}: there are {width}, counted from 0")
    rows = table.places(asked.sort, asked.filters)
    start = min(max(asked.start, 0), len(rows))
    places = listed(rows[start : start + min(max(asked.count, 0), _MOST_ROWS)])
    first = min(max(asked.first_column, 0), width)
    columns = range(first, min(first + min(max(asked.column_count, 0), _MOST_COLUMNS), width))
    deadline = Deadline(_FIGURES_S)
    page = wire.TablePage(
        grid.kind,
        cell_text(_type(type(table.value)), _MOST_TYPE),
        height,
        len(rows),
        width,
        [_column(table, at, asked, deadline) for at in columns],
        [],
        [],
        evaluate_name=path if path is None else clean(path),
        is_cut=True,
    )
    return Filling(page, grid, places, columns, asked.raw, deadline)


class Filling:
    """Puts texts into a page."""

    def __init__(
        self,
        page: wire.TablePage,
        grid: Grid,
        places: Sequence[int],
        columns: range,
        is_raw: bool,
        deadline: Deadline,
    ) -> None:
        self._page = page
        self._deadline = deadline
        self._names = [grid.head(at).name for at in columns]
        self._index_name = tuple(grid.index_names)
        labels = list(grid.labels(places))
        self._values = [grid.cells(places, at) for at in columns]
        count = min([len(labels), *map(len, self._values)])  # another thread may have taken some away
        self._labels = labels[:count]
        self._is_raw = is_raw
        self._most = MOST_RAW if is_raw else _MOST_CELL
        self._left = _MOST_PAGE
        self._rooms: list[int] = []  # by row: bytes that its cells may still take
        self._slow: list[tuple[int, int, Any]] = []  # row, column, value; -1: the row's label
        self._fill_quickly()

    def kept_as(self, handle: int) -> None:
        """Tell by which handle other pages are asked for."""
        self._page.table = handle

    def whole(self) -> wire.TablePage:
        """Put in what may take code of the notebook's, and return the page."""
        self._fill_slowly()
        self._page.is_cut = self._deadline.is_missed
        return self._page

    def so_far(self) -> wire.TablePage:
        """Return a page of what is in already. On any thread."""
        page = self._page
        missing = page.missing
        count = min(len(page.cells), len(page.index), len(missing) if missing else len(page.cells))
        cells = [list(it) for it in page.cells[:count]]
        return replace(
            page, columns=list(page.columns), index=page.index[:count], cells=cells, missing=missing[:count]
        )

    def _fill_quickly(self) -> None:
        """Put in what takes no code of the notebook's."""
        page = self._page
        for column, name in zip(page.columns, self._names, strict=True):
            column.name = _quick_label(name)
        page.index_name = _quick_label(self._index_name) if self._index_name else None
        for at, label in enumerate(self._labels):
            self._add_row(at, label)
            if self._left < 0 and at:
                self._cut(at)
                break
        if not any(page.missing):
            page.missing = []

    def _fill_slowly(self) -> None:
        """Put in the rest."""
        page = self._page
        for row, column, value in self._slow:
            if row >= len(page.cells):
                break
            if column < 0:
                page.index[row] = label_text(value)
                continue
            page.cells[row][column] = self._fitting(cell_text(value, self._most), row)
            if self._left < 0 and row:
                self._cut(row)
        for at, name in enumerate(self._names):
            if not is_quick_label(name):
                page.columns[at].name = label_text(name)
        if self._index_name:
            page.index_name = label_text(self._index_name)

    def _add_row(self, at: int, label: object) -> None:
        texts, missing = [], []
        self._rooms.append(_MOST_ROW)
        for column, values in enumerate(self._values):
            value = values[at]
            if is_missing(value):
                missing.append(column)
                text = "" if self._is_raw else cell_text(value, self._most)
            elif is_quick(value):
                text = cell_text(value, self._most)
            else:
                text = LEFT_OUT
                self._slow.append((at, column, value))
            texts.append(self._fitting(text, at))
        self._page.cells.append(texts)
        self._page.missing.append(missing)
        self._page.index.append(_quick_label(label))
        if not is_quick_label(label):
            self._slow.append((at, -1, label))

    def _fitting(self, text: str, row: int) -> str:
        """Return a cell's text as far as its row has room for it."""
        length = encoded_length(text)
        if text and length > max(self._rooms[row], 0):
            text = text[: max(self._rooms[row], 0) // _MOST_ESCAPED] + "…"
            length = encoded_length(text)
        self._rooms[row] -= length
        self._left -= length
        return text

    def _cut(self, rows: int) -> None:
        """Leave out the rows from there on: they are too long for one page."""
        for it in (self._page.cells, self._page.index, self._page.missing):
            del it[rows:]


def _quick_label(label: object) -> str:
    return label_text(label) if is_quick_label(label) else LEFT_OUT


def _type(cls: type) -> str:
    """Return a class's name with its library's, where it can be had from there: "polars.DataFrame"."""
    top, name = sys.modules.get(module(cls).partition(".")[0]), qualname(cls)
    is_there = type(top) is ModuleType and vars(top).get(name) is cls
    return f"{module(cls).partition('.')[0]}.{name}" if is_there and top is not builtins else full_name(cls)


def _column(table: ViewedTable, at: int, asked: wire.Table, deadline: Deadline) -> wire.TableColumn:
    _, type_, kind = table.grid.head(at)
    column = wire.TableColumn("", cell_text(type_, _MOST_TYPE), kind)
    if asked.statistics:
        found = table.figures(at, asked.filters, deadline)
        column.missing, column.distinct = found.missing, found.distinct
        column.min, column.max = (
            None if it is None else cell_text(table.grid.cells([it], at)[0], _MOST_FIGURE)
            for it in (found.least, found.greatest)
        )
    return column
