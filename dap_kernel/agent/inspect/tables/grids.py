"""The tables of libraries, as rows and columns that are read by page.

A subclass is read as what its base class is, so that none of its own code runs. Knows neither order nor
filters.
"""

import re
import sys
from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

from ...common.object_access import is_a, module, type_name
from .arrow_values import arrow_array, arrow_list
from .cell_values import ColumnKind, cell_text, family_of, is_missing, is_of_numpy, is_quick, kind_of
from .whole_columns import ArrayColumn, ListColumn, plain_list

GridKind = Literal["frame", "series", "array", "records", "columns", "list"]
WholeColumn = ListColumn | ArrayColumn
SAMPLE = 100  # values that tell what a column or a container holds where nothing else does
_MOST_TYPES = 3  # that a column's type names
MOST_LABEL = 100  # characters
_MOST_NAME = 100  # characters of a type that tell its kind
_MOST_LEVELS = 20  # of a label that are told
_WORDS: dict[ColumnKind, tuple[str, ...]] = {
    "number": ("int", "uint", "float", "double", "half", "halffloat", "decimal", "complex"),
    "boolean": ("bool", "boolean"),
    "text": (
        *("str", "string", "large_string", "string_view", "utf", "large_utf"),
        *("categorical", "category", "enum"),
    ),
    "time": ("date", "datetime", "time", "timestamp", "timedelta", "duration", "period"),
}
_OUTER = re.compile(r"(?:dictionary<values=|sparse\[)(.*)", re.DOTALL)
_WORD = re.compile(r"[a-z_]*")
_PLAIN_POLARS = ("Int", "UInt", "Float", "Boolean", "Date", "Duration")
_PLAIN_ARROW = ("int", "uint", "float", "double", "timestamp", "duration")
_PLAIN_ARRAY = "biufMm"  # kinds of numpy's types that are compared as an array


class ColumnHead(NamedTuple):
    """What a column is called, and what it holds."""

    name: object  # as it is: `label_text` has its text
    type: str
    kind: ColumnKind


class Grid:
    """Rows and columns of one value. Positions count from 0."""

    kind: GridKind = "list"
    index_names: Sequence[object] = ()  # of the levels that have one
    has_labels = False  # of its own: else a row's label is its position

    def __init__(self, value: Any) -> None:
        self.value = value

    def size(self) -> tuple[int, int]:
        """Return how many rows and columns there are, now."""
        raise NotImplementedError

    def head(self, position: int) -> ColumnHead:
        raise NotImplementedError

    def labels(self, places: Sequence[int]) -> Sequence[object]:
        return places

    def cells(self, places: Sequence[int], position: int) -> list[Any]:
        """Return values of one column; takes no time for the others."""
        raise NotImplementedError

    def whole(self, position: int) -> WholeColumn:
        """Return the whole column at `position`, from 0: what sorts, filters and sums up asks for it."""
        return ListColumn(self.cells(range(self.size()[0]), position))


class PandasGrid(Grid):
    """A DataFrame of pandas."""

    kind = "frame"
    has_labels = True

    def __init__(self, value: Any, plain: Callable[[Any], Any], name: str | None = None) -> None:
        """`plain` makes a frame of `value`: each time anew, for memory that is shared is copied on writes."""
        super().__init__(value)
        self._plain = plain
        self._name = name  # of the one column
        self.index_names = [it for it in self._frame.index.names if it is not None]

    @property
    def _frame(self) -> Any:
        return self._plain(self.value)

    def size(self) -> tuple[int, int]:
        height, width = self._frame.shape
        return int(height), int(width)

    def head(self, position: int) -> ColumnHead:
        frame = self._frame
        column = frame.iloc[:SAMPLE, position]
        name, kind = self._name or frame.columns[position], str(column.dtype)
        return ColumnHead(name, kind, sampled(column.tolist())[1] if kind == "object" else _kind(kind))

    def labels(self, places: Sequence[int]) -> Sequence[object]:
        found: list[object] = self._frame.index[_run(places)].tolist()
        return found

    def cells(self, places: Sequence[int], position: int) -> list[Any]:
        found: list[Any] = self._frame.iloc[_run(places), position].tolist()
        return found

    def whole(self, position: int) -> WholeColumn:
        column = self._frame.iloc[:, position]
        if module(type(column.dtype)).startswith("numpy") and column.dtype.kind in _PLAIN_ARRAY:
            return ArrayColumn(sys.modules["numpy"], column.to_numpy())
        if is_a(column.dtype, "pandas", "CategoricalDtype") and column.dtype.ordered:
            return ListColumn(column.tolist(), column.cat.codes.tolist(), column.cat.categories.tolist())
        return ListColumn(column.tolist())


class PolarsGrid(Grid):
    """A DataFrame of polars."""

    kind = "frame"

    def __init__(self, value: Any, name: str | None = None) -> None:
        super().__init__(value)
        self._name = name

    def size(self) -> tuple[int, int]:
        height, width = self.value.shape
        return int(height), int(width)

    def head(self, position: int) -> ColumnHead:
        kind = str(self.value.dtypes[position])
        return ColumnHead(self._name or self.value.columns[position], kind, _kind(kind))

    def cells(self, places: Sequence[int], position: int) -> list[Any]:
        column, run = self.value.to_series(position), _run(places)
        part = column.slice(run.start, len(places)) if type(run) is slice else column.gather(run)
        found: list[Any] = part.to_list()
        return found

    def whole(self, position: int) -> WholeColumn:
        """Return a column as an array where numpy has its type, else as a list of Python's values."""
        column, numpy = self.value.to_series(position), sys.modules.get("numpy")
        kind = str(column.dtype)
        if numpy is None or not kind.startswith(_PLAIN_POLARS) or "128" in kind or "time_zone='" in kind:
            return ListColumn(column.to_list())
        if kind.startswith(("Date", "Duration")):  # whose missing values numpy has, too
            return ArrayColumn(numpy, column.to_numpy())
        gone = column.is_null().to_numpy() if column.null_count() else None
        filled = column if gone is None else column.fill_null(False if kind == "Boolean" else 0)
        return ArrayColumn(numpy, filled.to_numpy(), gone)


class ArrowGrid(Grid):
    """A Table or a RecordBatch of pyarrow."""

    kind: GridKind = "frame"

    def size(self) -> tuple[int, int]:
        return int(self.value.num_rows), int(self.value.num_columns)

    def head(self, position: int) -> ColumnHead:
        field = self.value.schema.field(position)
        return ColumnHead(field.name, str(field.type), _kind(str(field.type)))

    def cells(self, places: Sequence[int], position: int) -> list[Any]:
        column, run = self._column(position), _run(places)
        if type(run) is slice:
            return arrow_list(column.slice(run.start, len(places)))
        return [arrow_list(column.slice(at, 1))[0] for at in run]

    def whole(self, position: int) -> WholeColumn:
        column, numpy = self._column(position), sys.modules.get("numpy")
        kind = str(column.type)
        if numpy is None or column.null_count or not kind.startswith(_PLAIN_ARROW) or "tz=" in kind:
            return ListColumn(arrow_list(column))
        parts = column.chunks if hasattr(column, "chunks") else [column]
        arrays = [arrow_array(numpy, it) for it in parts]
        return ArrayColumn(numpy, numpy.concatenate(arrays) if arrays else numpy.empty(0))

    def _column(self, position: int) -> Any:
        return self.value.column(position)


class ArrowColumnGrid(ArrowGrid):
    """An Array or a ChunkedArray of pyarrow."""

    kind: GridKind = "series"

    def size(self) -> tuple[int, int]:
        return len(self.value), 1

    def head(self, position: int) -> ColumnHead:
        return ColumnHead("value", str(self.value.type), _kind(str(self.value.type)))

    def _column(self, position: int) -> Any:
        return self.value


class ArrayGrid(Grid):
    """An array of numpy's with one dimension or two, or a structured one, whose fields are columns."""

    kind = "array"

    def __init__(self, numpy: Any, value: Any) -> None:
        super().__init__(numpy.asarray(value))
        self._numpy = numpy
        masked = is_a(value, "numpy.ma", "MaskedArray")
        self._gone = sys.modules["numpy.ma"].getmaskarray(value) if masked else None
        self._fields = self.value.dtype.names if self.value.ndim == 1 else None

    def size(self) -> tuple[int, int]:
        if self._fields is not None:
            return len(self.value), len(self._fields)
        return len(self.value), int(self.value.shape[1]) if self.value.ndim == 2 else 1

    def head(self, position: int) -> ColumnHead:
        """Return the name of a column and what is in it."""
        name = "value" if self.value.ndim == 1 else str(position)
        column = self._column(self.value, position)
        if column.dtype.kind == "O":
            return ColumnHead(
                self._fields[position] if self._fields else name, *sampled(column[:SAMPLE].tolist())
            )
        kinds: dict[str, ColumnKind] = {"b": "boolean", "S": "other", "U": "text", "V": "other"}
        kind = kinds.get(column.dtype.kind, "time" if column.dtype.kind in "Mm" else "number")
        return ColumnHead(self._fields[position] if self._fields else name, str(column.dtype), kind)

    def cells(self, places: Sequence[int], position: int) -> list[Any]:
        run = _run(places)
        found = plain_list(self._column(self.value, position)[run])
        if self._gone is not None:
            gone = self._column(self._gone, position)[run].tolist()
            return [None if is_gone else it for it, is_gone in zip(found, gone, strict=True)]
        return [None if it == "NaT" else it for it in found] if self._is_of_times(position) else found

    def whole(self, position: int) -> WholeColumn:
        column = self._column(self.value, position)
        if column.ndim == 1 and column.dtype.kind in _PLAIN_ARRAY:
            gone = None if self._gone is None else self._column(self._gone, position)
            return ArrayColumn(self._numpy, column, gone)
        return super().whole(position)

    def _is_of_times(self, position: int) -> bool:
        return self._column(self.value, position).dtype.kind in "Mm"

    def _column(self, values: Any, position: int) -> Any:
        if self._fields is not None:
            return values[self._fields[position]]
        return values[:, position] if values.ndim == 2 else values


class TensorGrid(Grid):
    """What has the shape of an array, by one or two dimensions, and `tolist()`."""

    kind = "array"

    def size(self) -> tuple[int, int]:
        shape = [*map(int, self.value.shape), 1]
        return shape[0], shape[1]

    def head(self, position: int) -> ColumnHead:
        name = "value" if len(self.value.shape) == 1 else str(position)
        return ColumnHead(name, str(self.value.dtype).removeprefix("torch."), "number")

    def cells(self, places: Sequence[int], position: int) -> list[Any]:
        if type(places) is not range:
            return [it for at in places for it in self.cells(range(at, at + 1), position)]
        run, is_flat = slice(places.start, places.stop), len(self.value.shape) == 1
        found: list[Any] = (self.value[run] if is_flat else self.value[run, position]).tolist()
        return found


def sampled(values: list[Any]) -> tuple[str, ColumnKind]:
    """Return what a column holds by its first values."""
    there = [it for it in values if not is_missing(it)]
    names = list(dict.fromkeys(map(type_name, there)))
    families = {family_of(type(it.item() if is_of_numpy(type(it)) else it)) for it in there}
    kind = (
        kind_of(families.pop())
        if len(families) == 1
        else "number"
        if families == {"number", "boolean"}
        else "other"
    )
    return " | ".join(names) if len(names) <= _MOST_TYPES else "mixed", kind


def label_text(label: object) -> str:
    """Return what a label of a column or a row is called; of several levels all, as far as there is room."""
    if type(label) is not tuple:
        return cell_text(label, MOST_LABEL)
    return cell_text(", ".join(map(label_text, label[:_MOST_LEVELS])), MOST_LABEL)


def is_quick_label(label: object) -> bool:
    """Whether the text of a label is had without any code of the notebook's."""
    return all(map(is_quick_label, label[:_MOST_LEVELS])) if type(label) is tuple else is_quick(label)


def _kind(type_: str) -> ColumnKind:
    """Return what a type of pandas, polars or pyarrow holds, by its name."""
    name = type_[:_MOST_NAME].lower()
    if inner := _OUTER.match(name):
        return _kind(inner[1])
    word = _WORD.match(name)
    return next((kind for kind, words in _WORDS.items() if word and word[0] in words), "other")


def _run(places: Sequence[int]) -> Any:
    """Return places as a slice where they follow each other, else as a list."""
    return slice(places.start, places.stop) if type(places) is range else list(places)
