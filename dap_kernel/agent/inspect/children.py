"""The children of containers and tables, by page; what is no container has attributes.

A page costs the same wherever it lies: by index where there is one, else from the nearer end.
Elements come from the base classes' own methods, whatever a subclass overrides.
Knows nothing of handles nor of how values are shown.
"""

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from itertools import islice
from types import MappingProxyType
from typing import Any

from ..common.object_access import is_a, is_one_of, lookup, type_name
from ..common.raised import PASS_ON
from ..evaluate.bindings import Bindings, InspectionError
from .items import MOST_NAMED, Children, Item, atom, distinct, key_text
from .objects import Attributes
from .tables.array_likes import DataTable, table_of
from .tables.table_parts import Fact, TableRow
from .values import VIEWS, show

_LEAVES = (int, float, complex, bool, str, bytes, bytearray, type(None), type(...), type(NotImplemented))
_PLAIN = (list, tuple, deque, range, set, frozenset, dict, OrderedDict, MappingProxyType, *VIEWS)
_MOST_KEY = 200  # characters
_MOST_COMPARED = 100_000  # columns whose names are compared
_LEN = "len()"
_TRIES = 5  # to read a container that another thread keeps changing


class Elements(Attributes):
    """A list, tuple, deque, range, set or view: elements by index; of a subclass the attributes too."""

    def __init__(self, value: Any, path: str | None, place: Bindings, base: type) -> None:
        super().__init__(value, path, place)
        self._base: Any = base
        self._is_ordered = base in (list, tuple, deque, range)

    def size(self) -> int:
        return int(self._base.__len__(self._value))

    def names(self) -> int:
        return 1 if is_one_of(type(self._value), _PLAIN) else len(self.named(0))

    def indexed(self, start: int, stop: int) -> list[Item]:
        """Return the elements from `start` up to `stop`, which may be beyond the last."""
        values = _stable(lambda: self._values(start, stop))
        return [Item(str(at), it, self._element(at)) for at, it in enumerate(values, start)]

    def named(self, stop: int) -> list[Item]:
        own = [] if is_one_of(type(self._value), _PLAIN) else super().named(stop)
        return [*own, _length(self.size(), self._path, self.place)]

    def assign(self, name: str, value: object) -> None:
        """Set the element at index `name` of a list or deque, or an attribute of a subclass's.

        Raises InspectionError for a type that cannot be changed, and what the program's own code raises.
        """
        if name == _LEN:
            raise InspectionError(f"{name} cannot be assigned to")
        if not name.isdecimal():
            return super().assign(name, value)
        if self._base not in (list, deque):
            raise InspectionError(f"a {type_name(self._value)} cannot be changed")
        self._value[int(name)] = value
        return None

    def _values(self, start: int, stop: int) -> Iterable[object]:
        if self._base in (list, tuple, range):
            found: Iterable[object] = self._base.__getitem__(self._value, slice(start, stop))
            return found
        if self._base is deque:
            return [deque.__getitem__(self._value, at) for at in range(start, stop)]
        return _between(lambda: self._base.__iter__(self._value), None, start, stop, self.size())

    def _element(self, at: int) -> str | None:
        path = self._path
        if path is None:
            return None
        name, kind = self._base.__name__, type(self._value)
        if self._is_ordered:
            if lookup(kind, "__getitem__") is lookup(self._base, "__getitem__"):
                return f"{path}[{at}]"
            is_known = name != "deque" and self.place.has_builtins(name)
            return f"{name}.__getitem__({path}, {at})" if is_known else None
        if not self.place.has_builtins("list"):
            return None
        if lookup(kind, "__iter__") is lookup(self._base, "__iter__") or self._base in VIEWS:
            return f"list({path})[{at}]"
        return f"list({name}.__iter__({path}))[{at}]" if self.place.has_builtins(name) else None


class Fields(Elements):
    """A named tuple: its elements by their names."""

    def size(self) -> int:
        return 0

    def names(self) -> int:
        return tuple.__len__(self._value)

    def named(self, stop: int) -> list[Item]:
        names: Any = lookup(type(self._value), "_fields")
        values = tuple.__iter__(self._value)
        return [Item(name, it, self._path_of(name)) for name, it in zip(names, values, strict=False)]

    def assign(self, name: str, value: object) -> None:
        raise InspectionError(f"a {type_name(self._value)} cannot be changed")


class Entries(Attributes):
    """A dictionary, whatever its class: entries by key; of a subclass the attributes too."""

    def __init__(self, value: Any, path: str | None, place: Bindings, base: type) -> None:
        super().__init__(value, path, place)
        self._base: Any = base
        self._keys: dict[str, object] = {}  # by shown name: those that were sent

    def _length(self) -> int:
        return len(self._value) if self._base is MappingProxyType else self._base.__len__(self._value)

    def size(self) -> int:
        length = self._length()
        return length if length > MOST_NAMED else 0

    def names(self) -> int:
        if not is_one_of(type(self._value), _PLAIN):
            return len(self.named(0))
        length = self._length()
        return 1 + (length if length <= MOST_NAMED else 0)

    def indexed(self, start: int, stop: int) -> list[Item]:
        length, items = self._length(), self._base.items
        pairs: Iterable[Any] = _stable(
            lambda: _between(
                lambda: iter(items(self._value)), lambda: reversed(items(self._value)), start, stop, length
            )
        )
        return [self._entry(at, key, value) for at, (key, value) in enumerate(pairs, start)]

    def named(self, stop: int) -> list[Item]:
        entries = self.indexed(0, self._length()) if self.size() == 0 else []
        own = [] if is_one_of(type(self._value), _PLAIN) else super().named(stop)
        return [*entries, *own, _length(self._length(), self._path, self.place)]

    def assign(self, name: str, value: object) -> None:
        """Set the entry that is shown as `name`, or an attribute of a subclass's.

        The key is the one that stood there when the entries were last listed: no text is made into a key.
        Raises InspectionError for a name that was not listed, and for a mapping proxy.
        """
        if name == _LEN and name not in self._keys:
            raise InspectionError(f"{name} cannot be assigned to")
        if name not in self._keys and self.size() == 0:  # the client has not asked for them
            self.indexed(0, self._length())
        if name not in self._keys and not is_one_of(type(self._value), _PLAIN):
            return super().assign(name, value)
        if self._base is MappingProxyType or name not in self._keys:
            raise InspectionError(f"{name} cannot be assigned to")
        self._value[self._keys[name]] = value
        return None

    def _entry(self, at: int, key: object, value: object) -> Item:
        shown = name = show(key, _MOST_KEY)
        number = 1
        while self._keys.get(name, key) is not key:  # another key looks like it
            number += 1
            name = f"{shown} ({number})"
        self._keys[name] = key
        return Item(name, value, self._path_of_key(key, at))

    def _path_of_key(self, key: object, at: int) -> str | None:
        path, text, kind = self._path, key_text(key), type(self._value)
        if path is None:
            return None
        is_own = lookup(kind, "__getitem__") is lookup(self._base, "__getitem__")
        if text is not None and is_own:
            return f"{path}[{text}]"
        if self._base is MappingProxyType or lookup(kind, "values") is lookup(self._base, "values"):
            return f"list({path}.values())[{at}]" if self.place.has_builtins("list") else None
        if not self.place.has_builtins("dict", "list"):
            return None
        if text is not None:
            return f"dict.__getitem__({path}, {text})"
        return f"list(dict.values({path}))[{at}]"


class Rows(Children):
    """An array, frame, series or tensor."""

    def __init__(self, table: DataTable, path: str | None, place: Bindings) -> None:
        super().__init__(place)
        self._table = table
        self._path = path
        self._positions: dict[str, int] = {}  # of the rows that were sent, by the name that each has alone
        self._names: dict[int, tuple[str, str]] = {}  # of these: label, name
        self._numbers: dict[str, int] = {}  # by label: how many have it
        self._width = table.width()
        # Clients ask for what is named only where there is some.
        self._told = {*table.told_names(), *(("columns",) if self._width else ())}

    def size(self) -> int:
        return self._table.length()

    def indexed(self, start: int, stop: int) -> list[Item]:
        suffix, items = self._table.row_suffix, []
        for at, (label, value) in enumerate(self._table.page(start, stop), start):
            items.append(Item(self._name(label, at), value, self._path and self._path + suffix.format(at)))
        return items

    def item(self, name: str) -> Item:
        position = self._positions.get(name)
        if position is not None and position < self.size():
            return self.indexed(position, position + 1)[0]
        return super().item(name)

    def _name(self, label: str, at: int) -> str:
        """Return a name that no other row has that was sent, for a child is found by it."""
        known = self._names.get(at)
        if known is not None and known[0] == label:
            return known[1]
        name, number = label, self._numbers.get(label, 1)
        while name in self._told or self._positions.get(name, at) != at:
            number += 1
            name = f"{label} ({number})"
        self._numbers[label] = number
        self._names[at], self._positions[name] = (label, name), at
        return name

    def names(self) -> int:
        return len(self._told)

    def named(self, stop: int) -> list[Item]:
        facts = [_told(it, self._path) for it in self._table.facts()]
        width = self._width
        if not width:
            return facts
        columns = Columns(self._table, self._path, self.place)
        text = f"{width:,} column{'s' * (width != 1)}"
        return [*facts, Item("columns", None, None, "virtual", ("readOnly",), columns, text, "")]

    def assign(self, name: str, value: object) -> None:
        position = self._positions.get(name)
        if position is None:
            raise InspectionError(f"{name} cannot be assigned to")
        self._table.put(position, value)


class Columns(Children):
    """The columns of a table, by page."""

    def __init__(self, table: DataTable, path: str | None, place: Bindings) -> None:
        super().__init__(place)
        self._table = table
        self._path = path
        self._positions: dict[str, int] = {}  # by name, of those whose names may be equal
        self._names: list[str] = []  # of these

    def size(self) -> int:
        return self._table.width()

    def names(self) -> int:
        return 0

    def indexed(self, start: int, stop: int) -> list[Item]:
        told = [_told(self._table.column_fact(at), self._path) for at in range(start, stop)]
        self._look()
        names = self._names
        return [it._replace(name=names[at]) if at < len(names) else it for at, it in enumerate(told, start)]

    def item(self, name: str) -> Item:
        self._look()
        at = self._positions.get(name)
        return super().item(name) if at is None else self.indexed(at, at + 1)[0]

    def _look(self) -> None:
        """Find the names that columns have alone."""
        if not self._names:
            self._names = distinct(self._table.column_names(_MOST_COMPARED))
            self._positions = {name: at for at, name in enumerate(self._names)}


class RowItems(Children):
    """A row of a frame, by column."""

    def __init__(self, row: TableRow, place: Bindings) -> None:
        super().__init__(place)
        self._row = row
        self._names = distinct(list(map(str, row.names)))

    def names(self) -> int:
        return len(self._row.values)

    def named(self, stop: int) -> list[Item]:
        return [Item(name, it) for name, it in zip(self._names, self._row.values, strict=False)]

    def assign(self, name: str, value: object) -> None:
        column = self._names.index(name)
        self._row.put(column, value)
        self._row.values[column] = value


def children_of(value: Any, path: str | None, place: Bindings) -> Children | None:
    """Return the children of `value`, None when it has none. `path` is the expression for it."""
    kind = type(value)
    if is_one_of(kind, _LEAVES):
        return None
    if is_one_of(kind, _PLAIN) and kind is not MappingProxyType and len(value) == 0:
        return None
    path = None if path is None else path if path.isidentifier() else atom(path)
    if kind is TableRow:
        return RowItems(value, place)
    for base, make in _CONTAINERS:
        if issubclass(kind, base):
            return (Fields if _has_fields(kind) else make)(value, path, place, base)
    if is_a(value, "numpy", "generic"):
        return None
    try:
        table = table_of(value)
        if table is not None and table.length() >= 0:
            return Rows(table, path, place)
    except PASS_ON:
        raise
    except Exception:  # a subclass that is no table after all
        return Attributes(value, path, place)
    return Attributes(value, path, place)


def _length(length: int, path: str | None, place: Bindings) -> Item:
    """Return the item that tells how many there are."""
    whole = f"len({path})" if path is not None and place.has_builtins("len") else None
    return Item(_LEN, length, whole, attributes=("readOnly",))


def _told(fact: Fact, path: str | None) -> Item:
    whole = path + fact.suffix if path and fact.suffix else None
    return Item(fact.name, fact.value, whole, text=fact.text)


def _has_fields(kind: type) -> bool:
    names = lookup(kind, "_fields")
    return issubclass(kind, tuple) and type(names) is tuple and 0 < len(names) <= MOST_NAMED


def _between(
    forward: Callable[[], Iterable[object]],
    backward: Callable[[], Iterable[object]] | None,
    start: int,
    stop: int,
    size: int,
) -> list[object]:
    """Return elements `start` to `stop`, counting from the nearer end where there are two."""
    if backward is None or start <= size - stop:
        return list(islice(forward(), start, stop))
    return list(islice(backward(), max(size - stop, 0), size - start))[::-1]


def _stable(read: Callable[[], Iterable[object]]) -> Iterable[object]:
    for _ in range(_TRIES):
        try:
            return read()
        except RuntimeError:  # it changed meanwhile
            continue
    raise InspectionError("another thread keeps changing it")


_CONTAINERS: tuple[tuple[type, Any], ...] = (
    (list, Elements),
    (tuple, Elements),
    (OrderedDict, Entries),
    (dict, Entries),
    (MappingProxyType, Entries),
    (set, Elements),
    (frozenset, Elements),
    (deque, Elements),
    (range, Elements),
    *((it, Elements) for it in VIEWS),
)
