"""Arrays, data frames, series and tensors: their shape, their rows, their text.

The libraries are never imported: a value is one of theirs only if it is already in `sys.modules`.
What is called here is the library's code, not the notebook's. Knows nothing of handles.
"""

from collections.abc import Callable
from typing import Any

from ...common.object_access import is_a, module, mro, qualname, type_name
from ...common.raised import PASS_ON
from ...evaluate.bindings import InspectionError
from .arrow_values import arrow_list
from .table_parts import Fact, TableRow, fact_of

Show = Callable[[object], str]
_FIRST = 12  # elements in a summary
_OPTIONAL = ("dtype", "device", "requires_grad", "size")  # attributes that not all arrays have
_MOST_COLUMNS = 100  # that are shown as children of a table, or of one of its rows
_LIBRARIES = {"numpy", "pandas", "polars", "torch", "jax", "jaxlib", "tensorflow", "cupy", "array", "pyarrow"}
_TENSORS = {"Tensor", "EagerTensor", "ArrayImpl", "ndarray"}


class DataTable:
    """What is indexed in a value of a library, and what else is told of it."""

    row_suffix = "[{}]"
    is_copied = False  # to spreadsheets; one with two dimensions is, whatever it is
    is_bare = True  # without names and labels
    told: tuple[str, ...] = ("shape", "dtype", "device", "requires_grad", "size")  # attributes

    def __init__(self, value: Any) -> None:
        self.value = value

    def told_names(self) -> list[str]:
        """Return which attributes are told beside the rows."""
        return [it for it in self.told if it not in _OPTIONAL or self._has(it)]

    def facts(self) -> list[Fact]:
        """Return what is told beside the rows; a property that raises costs its own line alone."""
        return [self._fact(it) for it in self.told_names()]

    def _has(self, name: str) -> bool:
        try:
            return hasattr(self.value, name)
        except PASS_ON:
            raise
        except Exception:  # there it is, and tells what it raises
            return True

    def _fact(self, name: str) -> Fact:
        def fact() -> Fact:
            value = getattr(self.value, name)
            return Fact(name, value, "." + name, self.fact_text(name, value))

        return fact_of(fact, name, "." + name)

    def column_fact(self, position: int) -> Fact:
        """Return a column, or what it raises."""
        return fact_of(lambda: self.column(position), str(position), None)

    def fact_text(self, name: str, value: Any) -> str | None:
        """Return what is shown of an attribute in place of the value itself."""
        return None

    def length(self) -> int:
        return int(self.value.shape[0]) if len(self.value.shape) else 0

    def shape(self) -> tuple[int, ...]:
        return tuple(map(int, self.value.shape))

    def page(self, start: int, stop: int) -> list[tuple[str, object]]:
        """Return names and values of rows or elements."""
        return [(str(at), self.value[at]) for at in range(start, stop)]

    def width(self) -> int:
        """Return how many columns can be looked at, 0 where there are none but the rows' own."""
        return self.shape()[1] if len(self.shape()) == 2 else 0

    def column(self, position: int) -> Fact:
        return Fact(str(position), self.value[:, position], f"[:, {position}]")

    def column_names(self, most: int) -> list[str]:
        """Return the names of the first columns where two may be the same."""
        return []

    def put(self, index: int, value: object) -> None:
        self.value[index] = value

    def text(self, show: Show) -> str:
        shape = tuple(self.value.shape)
        start = self.value[(*(slice(4) for _ in shape[:-1]), slice(_FIRST))] if shape else self.value
        shown = show(_cut(start.tolist(), shape))
        dtype = str(self.value.dtype).removeprefix("torch.")
        return f"{type_name(self.value)} {shape} {dtype} {shown}"


class PandasFrame(DataTable):
    is_copied, is_bare = True, False
    row_suffix = ".iloc[{}]"
    told = ("shape", "dtypes", "index")

    def page(self, start: int, stop: int) -> list[tuple[str, object]]:
        part = self.value.iloc[start:stop, :_MOST_COLUMNS]
        names = list(part.columns)
        columns = [part.iloc[:, at].tolist() for at in range(len(names))]
        rows = zip(*columns, strict=True) if columns else ((),) * len(part)
        made = [TableRow(names, list(row), self._putter(start + at)) for at, row in enumerate(rows)]
        return list(zip(map(str, part.index.tolist()), made, strict=True))

    def fact_text(self, name: str, value: Any) -> str | None:
        if name != "dtypes":
            return None
        return _listed([f"{name}: {kind}" for name, kind in value.iloc[:_FIRST].items()], len(value))

    def column_names(self, most: int) -> list[str]:
        return list(map(str, self.value.columns[:most]))

    def column(self, position: int) -> Fact:
        name = self.value.columns[position]
        is_key = (type(name) is str or type(name) is int) and self.value.columns.is_unique
        suffix = f"[{name!r}]" if is_key else f".iloc[:, {position}]"
        return Fact(str(name), self.value.iloc[:, position], suffix)

    def _putter(self, row: int) -> Callable[[int, object], None]:
        def put(column: int, value: object) -> None:
            self.value.iat[row, column] = value

        return put

    def put(self, index: int, value: object) -> None:
        self.value.iloc[index] = value

    def text(self, show: Show) -> str:
        height, width = self.value.shape
        kinds = [f"{name}: {kind}" for name, kind in self.value.dtypes.iloc[:_FIRST].items()]
        return f"{type_name(self.value)} {_count(height, width)} [{_listed(kinds, width)}]"


class PandasSeries(DataTable):
    is_copied, is_bare = True, False
    row_suffix = ".iloc[{}]"
    told = ("name", "shape", "dtype", "index")

    def page(self, start: int, stop: int) -> list[tuple[str, object]]:
        part = self.value.iloc[start:stop]
        return list(zip(map(str, part.index.tolist()), part.tolist(), strict=True))

    def put(self, index: int, value: object) -> None:
        self.value.iloc[index] = value

    def text(self, show: Show) -> str:
        shown = show(_cut(self.value.iloc[:_FIRST].tolist(), self.value.shape))
        name = "" if self.value.name is None else f" {self.value.name!r}"
        return f"{type_name(self.value)}{name} ({self.length()},) {self.value.dtype} {shown}"


class PandasIndex(DataTable):
    is_copied = True
    told = ("name", "shape", "dtype")

    def page(self, start: int, stop: int) -> list[tuple[str, object]]:
        return [(str(start + at), it) for at, it in enumerate(self.value[start:stop].tolist())]

    def text(self, show: Show) -> str:
        shown = show(_cut(self.value[:_FIRST].tolist(), self.value.shape))
        return f"{type_name(self.value)} ({self.length()},) {self.value.dtype} {shown}"


class PolarsFrame(DataTable):
    is_copied, is_bare = True, False
    row_suffix = ".row({})"
    told = ("shape", "dtypes")

    def page(self, start: int, stop: int) -> list[tuple[str, object]]:
        names = self.value.columns[:_MOST_COLUMNS]
        part = self.value.slice(start, stop - start).select(names)
        return [
            (str(start + at), TableRow(names, list(row), self._putter(start + at)))
            for at, row in enumerate(part.rows())
        ]

    def fact_text(self, name: str, value: Any) -> str | None:
        if name != "dtypes":
            return None
        kinds = [f"{name}: {kind}" for name, kind in zip(self.value.columns[:_FIRST], value, strict=False)]
        return _listed(kinds, len(value))

    def column(self, position: int) -> Fact:
        name = self.value.columns[position]
        return Fact(str(name), self.value.to_series(position), f"[{name!r}]")

    def _putter(self, row: int) -> Callable[[int, object], None]:
        def put(column: int, value: object) -> None:
            self.value[row, column] = value

        return put

    def text(self, show: Show) -> str:
        height, width = self.value.shape
        first = zip(self.value.columns[:_FIRST], self.value.dtypes[:_FIRST], strict=True)
        kinds = [f"{name}: {kind}" for name, kind in first]
        return f"{type_name(self.value)} {_count(height, width)} [{_listed(kinds, width)}]"


class PolarsSeries(PandasIndex):
    def page(self, start: int, stop: int) -> list[tuple[str, object]]:
        return [
            (str(start + at), it) for at, it in enumerate(self.value.slice(start, stop - start).to_list())
        ]

    def text(self, show: Show) -> str:
        shown = show(_cut(self.value.head(_FIRST).to_list(), self.value.shape))
        return f"Series {self.value.name!r} ({self.length()},) {self.value.dtype} {shown}"


class ArrowTable(DataTable):
    """A Table or a RecordBatch of pyarrow."""

    is_copied, is_bare = True, False

    row_suffix = ".slice({}, 1)"
    told = ("shape", "schema")

    def length(self) -> int:
        return int(self.value.num_rows)

    def shape(self) -> tuple[int, ...]:
        return int(self.value.num_rows), int(self.value.num_columns)

    def page(self, start: int, stop: int) -> list[tuple[str, object]]:
        names = list(self.value.schema.names[:_MOST_COLUMNS])
        columns = [arrow_list(self.value.column(at).slice(start, stop - start)) for at in range(len(names))]
        rows = zip(*columns, strict=True) if columns else ((),) * (stop - start)
        return [(str(start + at), TableRow(names, list(row), _refuse)) for at, row in enumerate(rows)]

    def fact_text(self, name: str, value: Any) -> str | None:
        return self._kinds() if name == "schema" else None

    def column_names(self, most: int) -> list[str]:
        return list(self.value.schema.names[:most])

    def column(self, position: int) -> Fact:
        return Fact(self.value.schema.names[position], self.value.column(position), f".column({position})")

    def put(self, index: int, value: object) -> None:
        _refuse(index, value)

    def text(self, show: Show) -> str:
        return f"{type_name(self.value)} {_count(*self.shape())} [{self._kinds()}]"

    def _kinds(self) -> str:
        schema, width = self.value.schema, self.shape()[1]
        fields = (schema.field(at) for at in range(min(width, _FIRST)))
        return _listed([f"{it.name}: {it.type}" for it in fields], width)


class StructuredArray(DataTable):
    """An array of numpy's whose elements have fields."""

    is_copied, is_bare = True, False

    def width(self) -> int:
        return len(self.value.dtype.names)

    def column(self, position: int) -> Fact:
        name = self.value.dtype.names[position]
        return Fact(name, self.value[name], f"[{name!r}]")


class ArrowArray(DataTable):
    """A column of pyarrow's."""

    is_copied = True

    told = ("type", "null_count")

    def length(self) -> int:
        return len(self.value)

    def shape(self) -> tuple[int, ...]:
        return (len(self.value),)

    def page(self, start: int, stop: int) -> list[tuple[str, object]]:
        found = arrow_list(self.value.slice(start, stop - start))
        return [(str(start + at), it) for at, it in enumerate(found)]

    def put(self, index: int, value: object) -> None:
        _refuse(index, value)

    def text(self, show: Show) -> str:
        shown = show(_cut(arrow_list(self.value.slice(0, _FIRST)), self.shape()))
        return f"{type_name(self.value)} ({self.length()},) {self.value.type} {shown}"


class StandardArray(DataTable):
    """`array.array`."""

    told = ("typecode",)

    def length(self) -> int:
        return len(self.value)

    def shape(self) -> tuple[int, ...]:
        return (len(self.value),)

    def page(self, start: int, stop: int) -> list[tuple[str, object]]:
        return [(str(start + at), it) for at, it in enumerate(self.value[start:stop])]

    def text(self, show: Show) -> str:
        shown = show(_cut(self.value[:_FIRST].tolist(), (len(self.value),)))
        return f"array({self.value.typecode!r}, {shown})"


_KINDS: tuple[tuple[str, str, type[DataTable]], ...] = (
    ("pandas", "DataFrame", PandasFrame),
    ("pandas", "Series", PandasSeries),
    ("pandas", "Index", PandasIndex),
    ("polars", "DataFrame", PolarsFrame),
    ("polars", "Series", PolarsSeries),
    ("pyarrow", "Table", ArrowTable),
    ("pyarrow", "RecordBatch", ArrowTable),
    ("pyarrow", "ChunkedArray", ArrowArray),
    ("pyarrow", "Array", ArrowArray),
    ("numpy", "ndarray", DataTable),
    ("array", "array", StandardArray),
)


def is_of_library(value: object) -> bool:
    """Whether a value's class is, or is made of, one of a library that makes arrays or tables."""
    return any(_is_librarys(it) for it in mro(type(value)))


def _is_librarys(cls: type) -> bool:
    return module(cls).partition(".")[0] in _LIBRARIES


def table_of(value: object) -> DataTable | None:
    """Return how to look into an array, frame, series or tensor; None for anything else."""
    if not is_of_library(value):
        return None
    for where, name, kind in _KINDS:
        if is_a(value, where, name):
            return StructuredArray(value) if kind is DataTable and _has_fields(value) else kind(value)
    if any(qualname(it) in _TENSORS and _is_librarys(it) for it in mro(type(value))):
        return DataTable(value)
    return None


def summary(value: object, show: Show) -> str | None:
    """Return one line for an array, frame, series, tensor, row or number of numpy's; None for others."""
    if type(value) is TableRow:
        pairs = zip(value.names, value.values, strict=False)
        return ", ".join(f"{name}={show(it)}" for name, it in pairs)
    try:
        table = table_of(value)
        if table is not None:
            return table.text(show)
        if is_a(value, "numpy", "generic") and type(value.item()) in (bool, int, float, complex, str, bytes):  # type: ignore[attr-defined]
            return show(value.item())  # type: ignore[attr-defined]
    except PASS_ON:
        raise
    except Exception:  # a subclass that is no table after all: its repr may know better
        return None
    return None


class _More:
    def __repr__(self) -> str:
        return "…"


def _cut(start: Any, shape: tuple[int, ...]) -> object:
    """Mark in the first elements, as lists, where there are more."""
    if not shape or not isinstance(start, list):
        return start
    inner: list[object] = [_cut(it, shape[1:]) for it in start]
    return [*inner, _More()] if len(inner) < shape[0] else inner


def _count(height: int, width: int) -> str:
    return f"{height} row{'s' * (height != 1)} × {width} column{'s' * (width != 1)}"


def _listed(kinds: list[str], width: int) -> str:
    return ", ".join(kinds) + (", …" if width > len(kinds) else "")


def _has_fields(array: Any) -> bool:
    return array.dtype.names is not None and len(array.shape) == 1


def _refuse(at: int, value: object) -> None:
    raise InspectionError("a table of pyarrow cannot be changed")
