"""A page of a table as it travels: texts of some rows and columns, bounded in number, length and time.

Texts that take no code of the notebook's come first, so that they are there when another takes too long.
"""

import builtins
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from . import wire
from .bindings import InspectionError
from .cell_values import MOST_RAW, cell_text, is_missing, is_quick
from .grids import MOST_LABEL, Grid, label_text
from .safely import full_name, module, qualname
from .table_views import ViewedTable
from .whole_columns import Deadline, listed

LEFT_OUT = "<not shown: another value's repr() takes too long>"
_MOST_ROWS = 1_000
_MOST_COLUMNS = 500
_MOST_CELL = 200  # characters
_MOST_FIGURE = 80  # characters
_MOST_PAGE = 2 * 2**20  # characters of all cells
_FIGURES_S = 2.0


def table_page(
    table: ViewedTable, asked: wire.Table, path: str | None
) -> tuple[wire.TablePage, Callable[[], None]]:
    """Return the page asked for; `path` is the expression for the table. Raises InspectionError.

    All is in it that takes no code of the notebook's; what comes with it puts in the rest.
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
        _type(type(table.value)),
        height,
        len(rows),
        width,
        [_column(table, at, asked, deadline) for at in columns],
        [],
        [],
        index_name=grid.index_name,
        evaluate_name=path,
        is_cut=True,
    )
    filling = _Filling(page, grid, places, columns, asked.raw)
    filling.fill_quickly()

    def fill() -> None:
        filling.fill_slowly()
        page.is_cut = deadline.is_missed

    return page, fill


class _Filling:
    """Puts texts into a page."""

    def __init__(
        self, page: wire.TablePage, grid: Grid, places: Sequence[int], columns: range, is_raw: bool
    ) -> None:
        self._page = page
        labels = list(grid.labels(places))
        self._values = [grid.cells(places, at) for at in columns]
        count = min([len(labels), *map(len, self._values)])  # another thread may have taken some away
        self._labels = labels[:count]
        self._is_raw = is_raw
        self._most = MOST_RAW if is_raw else _MOST_CELL
        self._left = _MOST_PAGE
        self._slow: list[tuple[int, int, Any]] = []  # row, column, value; -1: the row's label

    def fill_quickly(self) -> None:
        """Put in what takes no code of the notebook's."""
        for at, label in enumerate(self._labels):
            self._add_row(at, label)
            if self._left < 0 and at:
                self._cut(at)
                break
        if not any(self._page.missing):
            self._page.missing = []

    def fill_slowly(self) -> None:
        """Put in the rest."""
        page = self._page
        for row, column, value in self._slow:
            if row >= len(page.cells):
                break
            if column < 0:
                page.index[row] = label_text(value)
                continue
            text = page.cells[row][column] = cell_text(value, self._most)
            self._left -= len(text)
            if self._left < 0 and row:
                self._cut(row)

    def _add_row(self, at: int, label: object) -> None:
        texts, missing = [], []
        for column, values in enumerate(self._values):
            value = values[at]
            if is_missing(value):
                missing.append(column)
                texts.append("" if self._is_raw else cell_text(value, self._most))
            elif is_quick(value):
                texts.append(cell_text(value, self._most))
            else:
                texts.append(LEFT_OUT)
                self._slow.append((at, column, value))
        self._left -= sum(map(len, texts))
        self._page.cells.append(texts)
        self._page.missing.append(missing)
        if is_quick(label):
            self._page.index.append(cell_text(label, MOST_LABEL))
        else:
            self._page.index.append(LEFT_OUT)
            self._slow.append((at, -1, label))

    def _cut(self, rows: int) -> None:
        """Leave out the rows from there on: they are too long for one page."""
        for it in (self._page.cells, self._page.index, self._page.missing):
            del it[rows:]


def _type(cls: type) -> str:
    """Return a class's name with its library's, where it can be had from there: "polars.DataFrame"."""
    top, name = sys.modules.get(module(cls).partition(".")[0]), qualname(cls)
    is_there = type(top) is ModuleType and vars(top).get(name) is cls
    return f"{module(cls).partition('.')[0]}.{name}" if is_there and top is not builtins else full_name(cls)


def _column(table: ViewedTable, at: int, asked: wire.Table, deadline: Deadline) -> wire.TableColumn:
    name, type_, kind = table.grid.head(at)
    column = wire.TableColumn(name, wire.clean(type_), kind)
    if asked.statistics:
        found = table.figures(at, asked.filters, deadline)
        column.missing, column.distinct = found.missing, found.distinct
        column.min, column.max = (
            None if it is None else cell_text(table.grid.cells([it], at)[0], _MOST_FIGURE)
            for it in (found.least, found.greatest)
        )
    return column
