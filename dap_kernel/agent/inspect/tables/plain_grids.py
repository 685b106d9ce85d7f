"""Lists and dictionaries as tables, and which values are tables at all.

The libraries are never imported: a value is one of theirs only if it is already in `sys.modules`. Of
containers the base classes' own methods are called, whatever a subclass overrides. Knows neither order nor
filters.
"""

import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import Any

from ...common.object_access import is_a, lookup, type_name
from ...common.raised import PASS_ON
from ...evaluate.bindings import InspectionError
from ..values import entries
from .array_likes import DataTable, StandardArray, is_of_library, table_of
from .cell_values import family_of
from .grids import (
    SAMPLE,
    ArrayGrid,
    ArrowColumnGrid,
    ArrowGrid,
    ColumnHead,
    Grid,
    GridKind,
    PandasGrid,
    PolarsGrid,
    TensorGrid,
    WholeColumn,
    sampled,
)
from .table_parts import TableRow

_TRIES = 5  # to read a container that another thread keeps changing
_AT_ONCE = 50_000  # rows
_LISTS = (list, tuple, range, deque, set, frozenset)
_SAY = "frames, series, arrays, lists and dictionaries are"


class PlainGrid(Grid):
    """Rows in a list, with labels where they come of a dictionary."""

    def __init__(self, rows: Sequence[Any], labels: list[object] | None = None) -> None:
        super().__init__(rows)
        self._labels = labels
        self.has_labels = labels is not None

    def size(self) -> tuple[int, int]:
        return len(self.value), 1

    def head(self, position: int) -> ColumnHead:
        return ColumnHead("value", *sampled(self.cells(range(min(self.size()[0], SAMPLE)), position)))

    def labels(self, places: Sequence[int]) -> Sequence[object]:
        return places if self._labels is None else [self._labels[it] for it in places]

    def cells(self, places: Sequence[int], position: int) -> list[Any]:
        if type(places) is range:
            return list(self.value[places.start : places.stop])
        return [self.value[it] for it in places]


class RangeGrid(PlainGrid):
    """A RangeIndex of pandas, however long: its numbers are nowhere in memory."""

    kind: GridKind = "series"

    def __init__(self, index: Any) -> None:
        super().__init__(range(index.start, index.stop, index.step))
        self._head = ColumnHead("value" if index.name is None else index.name, str(index.dtype), "number")

    def head(self, position: int) -> ColumnHead:
        return self._head


class RecordsGrid(PlainGrid):
    """Dictionaries: their keys are the columns."""

    kind: GridKind = "records"

    def __init__(self, rows: Sequence[Any], labels: list[object] | None, keys: list[Any]) -> None:
        super().__init__(rows, labels)
        self._keys = keys

    def size(self) -> tuple[int, int]:
        return len(self.value), len(self._keys)

    def head(self, position: int) -> ColumnHead:
        return super().head(position)._replace(name=self._keys[position])

    def cells(self, places: Sequence[int], position: int) -> list[Any]:
        key = self._keys[position]
        return [
            dict.get(row, key) if issubclass(type(row), dict) else None for row in super().cells(places, 0)
        ]


class RowsGrid(PlainGrid):
    """Lists or tuples of the values of a row; columns are called as fields of named tuples, or by number."""

    kind: GridKind = "records"

    def __init__(self, rows: Sequence[Any], labels: list[object] | None, width: int) -> None:
        super().__init__(rows, labels)
        self._width = width
        fields = lookup(type(rows[0]), "_fields")
        self._fields: tuple[Any, ...] = fields if type(fields) is tuple else ()

    def size(self) -> tuple[int, int]:
        return len(self.value), self._width

    def head(self, position: int) -> ColumnHead:
        name = self._fields[position] if position < len(self._fields) else str(position)
        return super().head(position)._replace(name=name)

    def cells(self, places: Sequence[int], position: int) -> list[Any]:
        def cell(row: Any) -> object:
            is_there = _is_row(row) and position < _base(row).__len__(row)
            return _base(row).__getitem__(row, position) if is_there else None

        return [cell(it) for it in super().cells(places, 0)]


class ColumnsGrid(Grid):
    """A dictionary of columns: lists, arrays, series; those that end early have values missing."""

    kind = "columns"

    def __init__(self, columns: list[tuple[object, Grid]]) -> None:
        super().__init__(columns)

    def size(self) -> tuple[int, int]:
        return max((it.size()[0] for _, it in self.value), default=0), len(self.value)

    def head(self, position: int) -> ColumnHead:
        name, column = self.value[position]
        return column.head(0)._replace(name=name)  # type: ignore[no-any-return]

    def cells(self, places: Sequence[int], position: int) -> list[Any]:
        column: Grid = self.value[position][1]
        height = column.size()[0]
        if type(places) is range:
            there: Sequence[int] = range(min(places.start, height), min(places.stop, height))
            return column.cells(there, 0) + [None] * (len(places) - len(there))
        found = iter(column.cells([it for it in places if it < height], 0))
        return [next(found) if it < height else None for it in places]

    def whole(self, position: int) -> WholeColumn:
        column: Grid = self.value[position][1]
        is_whole = column.size()[0] == self.size()[0]
        return column.whole(0) if is_whole else super().whole(position)


def grid_of(value: Any) -> Grid:
    """Return a value as rows and columns. Raises InspectionError for what is no table."""
    kind = type(value)
    if kind is TableRow:
        return PlainGrid(value.values, value.names)
    found = _of_library(value) if is_of_library(value) else None
    if found is not None:
        return found
    if issubclass(kind, (dict, MappingProxyType)):
        pairs = _copied(lambda: value.items() if kind is MappingProxyType else entries(value))
        return _of_entries([it for it, _ in pairs], [it for _, it in pairs])
    if issubclass(kind, _LISTS):
        return _of_rows(value if kind is range else _plain(value), None)
    raise InspectionError(f"a {type_name(value)} is no table: {_SAY}")


def is_table(value: Any) -> bool:
    """Whether a value is best looked at as a table: by its type, and by what a container begins with."""
    try:
        return _is_table(value)
    except PASS_ON:
        raise
    except Exception:  # a subclass that is no table after all; or another thread has changed it just now
        return False


def _is_table(value: Any) -> bool:
    kind = type(value)
    if issubclass(kind, dict):
        first = next(iter(dict.values(value)), None)
        return _is_record(first) or _is_row(first) or (first is not None and is_table(first))
    if issubclass(kind, (list, tuple)):
        base: Any = list if issubclass(kind, list) else tuple
        first = base.__getitem__(value, 0) if base.__len__(value) else None
        return _is_record(first) or (issubclass(kind, list) and _is_row(first))
    table = table_of(value)
    return table is not None and len(table.shape()) in (1, 2)


def _of_library(value: Any) -> Grid | None:
    if is_a(value, "numpy", "ndarray"):
        numpy: Any = sys.modules["numpy"]
        dimensions = len(numpy.asarray(value).shape)
        if dimensions in (1, 2):
            return ArrayGrid(numpy, value)
        hint = "look at a part of it, as in x[0]" if dimensions else "it is one number"
        raise InspectionError(f"an array of {dimensions} dimensions is no table: {hint}")
    if is_a(value, "polars", "LazyFrame"):
        raise InspectionError("a LazyFrame has no rows yet: look at .collect() or .head().collect()")
    made = next((make(value) for where, name, make in _TABLES if is_a(value, where, name)), None)
    other = table_of(value) if made is None else None
    if other is None:
        return made
    if type(other) is StandardArray:
        return PlainGrid(value)
    if type(other) is not DataTable or len(other.shape()) not in (1, 2):
        return None
    return TensorGrid(value)


def _pandas_frame(value: Any) -> Grid:
    base: Any = vars(sys.modules["pandas"])["DataFrame"]
    return PandasGrid(value, lambda it: it if type(it) is base else base(it))


def _pandas_series(value: Any) -> Grid:
    base: Any = vars(sys.modules["pandas"])["Series"]
    name = None if (value if type(value) is base else base(value)).name is not None else "value"
    return _of_series(PandasGrid(value, lambda it: (it if type(it) is base else base(it)).to_frame(), name))


def _pandas_index(value: Any) -> Grid:
    if is_a(value, "pandas", "RangeIndex"):
        return RangeGrid(value)
    has_name = len(value.names) > 1 or value.name is not None
    frame = value.to_frame(index=False)  # of its own, for an index never changes
    return _of_series(PandasGrid(frame, lambda it: it, None if has_name else "value"))


def _polars_frame(value: Any) -> Grid:
    base: Any = vars(sys.modules["polars"])["DataFrame"]
    return PolarsGrid(value if type(value) is base else base(value))


def _polars_series(value: Any) -> Grid:
    return _of_series(PolarsGrid(value.to_frame(), value.name or "value"))


def _of_series(grid: Grid) -> Grid:
    grid.kind = "series"
    return grid


_TABLES: tuple[tuple[str, str, Callable[[Any], Grid]], ...] = (
    ("pandas", "DataFrame", _pandas_frame),
    ("pandas", "Series", _pandas_series),
    ("pandas", "Index", _pandas_index),
    ("polars", "DataFrame", _polars_frame),
    ("polars", "Series", _polars_series),
    ("pyarrow", "Table", ArrowGrid),
    ("pyarrow", "RecordBatch", ArrowGrid),
    ("pyarrow", "ChunkedArray", ArrowColumnGrid),
    ("pyarrow", "Array", ArrowColumnGrid),
)


def _of_rows(rows: Any, labels: list[object] | None) -> Grid:
    first = next(iter(rows), None)
    if _is_record(first) and (keys := _keys(rows)) is not None:
        return RecordsGrid(rows, labels, keys)
    if _is_row(first) and (width := _width(rows)) is not None:
        return RowsGrid(rows, labels, width)
    return PlainGrid(rows, labels)


def _of_entries(keys: list[object], values: list[Any]) -> Grid:
    columns = [_column(it) for it in values[:SAMPLE]]
    if columns and None not in columns:
        columns += [_column(it) for it in values[SAMPLE:]]
        return ColumnsGrid([(key, it) for key, it in zip(keys, columns, strict=True) if it is not None])
    return _of_rows(values, keys)


def _column(value: Any) -> Grid | None:
    """Return what can be a column of a dictionary as a table with that one; None: it cannot."""
    kind = type(value)
    if issubclass(kind, (list, tuple, range, deque)):
        return PlainGrid(value if kind is range else _plain(value))
    table = table_of(value)
    found = _of_library(value) if table is not None and len(table.shape()) in (1, 2) else None
    return found if found is not None and found.size()[1] == 1 else None


def _parts(rows: Any) -> Iterator[tuple[list[Any], list[type]]]:
    """Yield all rows but those that are None, and their types, a part at a time: others are to run, too."""
    for start in range(0, len(rows), _AT_ONCE):
        part = [it for it in rows[start : start + _AT_ONCE] if it is not None]
        yield part, list({id(it): it for it in map(type, part)}.values())


def _keys(rows: Any) -> list[Any] | None:
    """Return the keys of records in their order; None where a row is none, or a key has code in its hash.

    So a key is looked up only once its type is known.
    """
    found: dict[object, None] = {}
    for part, kinds in _parts(rows):
        if not all(issubclass(it, dict) for it in kinds):
            return None
        for key in {id(it): it for row in part for it in dict.keys(row)}.values():
            if not _is_plain_key(key):
                return None
            found[key] = None
    return list(found)


def _width(rows: Any) -> int | None:
    """Return how many values the longest row has; None where one is no row."""
    width = 0
    for part, kinds in _parts(rows):
        if not all(issubclass(it, (list, tuple)) for it in kinds):
            return None
        width = max(width, max((_base(it).__len__(it) for it in part), default=0))
    return width


def _is_plain_key(key: object) -> bool:
    return family_of(type(key)) != "other" or type(key) is bytes or key is None


def _is_record(value: object) -> bool:
    return issubclass(type(value), dict)


def _is_row(value: object) -> bool:
    return issubclass(type(value), (list, tuple))


def _base(row: object) -> Any:
    return list if issubclass(type(row), list) else tuple


def _plain(value: Any) -> Any:
    """Return a container's elements by the base class's own way: the container itself where it is plain."""
    kind = type(value)
    if kind is list or kind is tuple:
        return value
    base: Any = next(it for it in _LISTS if issubclass(kind, it))
    if base in (list, tuple):
        return base.__getitem__(value, slice(None))
    return _copied(lambda: base.__iter__(value))


def _copied(read: Callable[[], Iterable[Any]]) -> list[Any]:
    for _ in range(_TRIES):
        with suppress(RuntimeError):  # it changed meanwhile
            return list(read())
    raise InspectionError("another thread keeps changing it")
