"""Show any value as one bounded line, whatever the value does.

Containers are shown by us, never by their own repr: bounded in length, items and depth, cycles and
all. Everything else is asked, and its answer cut. A repr that raises is shown as such.
Knows nothing of children nor of the wire.
"""

import sys
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import islice
from types import (
    AsyncGeneratorType,
    CoroutineType,
    FunctionType,
    GeneratorType,
    MappingProxyType,
    MemberDescriptorType,
    ModuleType,
    SimpleNamespace,
    WrapperDescriptorType,
)
from typing import Any, NamedTuple

from ..common.errors import text_of
from ..common.object_access import (
    NOTHING,
    attribute,
    class_dict,
    instance_dict,
    is_one_of,
    lookup,
    mro,
    name,
    qualname,
    type_name,
    whole_qualname,
)
from ..common.raised import PASS_ON
from ..common.signal_handlers import is_of_handler
from ..common.text import clean
from .tables.array_likes import summary

LINE = 400  # characters of a value in a list of variables
MOST = 1_000_000  # characters of any value
VIEWS: tuple[type, ...] = (type({}.keys()), type({}.values()), type({}.items()))
_MOST_BITS = 14_000  # of an int in decimal: longer ones take long, and Python refuses
_MOST_DEPTH = 5
_ELLIPSIS = "…"


class _NamedSample(NamedTuple):
    field: int


_NAMEDTUPLE_REPR = _NamedSample.__repr__.__code__
_FACTORY = defaultdict.__dict__["default_factory"].__get__
_MAXLEN = deque.__dict__["maxlen"].__get__
_MOST_SORTED = 10_000  # entries of a Counter


def show(value: object, most: int = LINE, hex: bool = False) -> str:
    """Return the text of `value`, at most about `most` characters."""
    kind = type(value)
    if ((kind is int and not hex) or kind is float or kind is bool) and most >= LINE:
        return _integer(value, False) if kind is int else repr(value)  # type: ignore[arg-type]
    text = _Shower(most, hex).text(value, 0)
    if len(text) > most:
        text = text[: most - 1] + _ELLIPSIS
    return text if text.isascii() else clean(text)


def called_repr(value: object, most: int) -> str:
    """Return what the value itself says it is, cut; an exception it raises is shown as such."""
    try:
        text = str.__getitem__(repr(value), slice(0, most + 1))
    except PASS_ON:
        raise
    except BaseException as error:
        if is_of_handler(error):
            raise
        return f"<{type_name(value)}: repr() raised {qualname(type(error))}: {text_of(error)}>"[:most]
    return text


def slowness(value: object) -> int:
    """Return 0 where a text takes no time, 1 where what it holds decides, 2 where its own `__repr__` does."""
    way = _int if is_one_of(type(value), _QUICK) else _way(type(value))
    return 2 if way is None else int(way not in _SIMPLE)


class _Shower:
    """Shows one value; knows how many characters are left for it."""

    def __init__(self, most: int, hex: bool) -> None:
        self.left = most
        self.depth = _MOST_DEPTH if most < MOST else 100
        self.hex = hex
        self._around: set[int] = set()  # ids of the containers being shown

    def text(self, value: Any, depth: int) -> str:
        cls = type(value)
        show_it = _way(cls)
        if show_it is None:
            table = summary(value, lambda it: self.text(it, depth + 1))
            text = called_repr(value, self.left) if table is None else table
        elif show_it in _SIMPLE:
            text = show_it(self, value, depth)
        else:
            return self.once(show_it, value, depth)
        self.left -= len(text)
        return text

    def once(self, show_it: "_Show", value: Any, depth: int) -> str:
        """Return the text of a container, or, within itself, what its own repr has there."""
        if depth >= self.depth:
            return "..."
        if show_it in _UNGUARDED:
            return show_it(self, value, depth)
        if id(value) in self._around:
            return _AGAIN[show_it].format(name(type(value))) if show_it in _AGAIN else "..."
        self._around.add(id(value))
        try:
            return show_it(self, value, depth)
        finally:
            self._around.discard(id(value))

    def items(self, values: Iterable[object], depth: int) -> str:
        """Return `values` with commas between, as many as there is room for."""
        parts = []
        for value in values:
            if self.left <= 0:
                parts.append(_ELLIPSIS)
                break
            parts.append(self.text(value, depth + 1))
            self.left -= 2
        return ", ".join(parts)

    def pairs(self, values: Iterable[tuple[object, object]], depth: int, between: str = ": ") -> str:
        parts = []
        for key, value in values:
            if self.left <= 0:
                parts.append(_ELLIPSIS)
                break
            left = self.text(key, depth + 1) if between == ": " else str(key)
            parts.append(f"{left}{between}{self.text(value, depth + 1)}")
            self.left -= 4
        return ", ".join(parts)


_Show = Callable[[_Shower, Any, int], str]


def _way(cls: type) -> _Show | None:
    """Return how we show objects of `cls`: only where its repr is a container's, or was made for it."""
    found = lookup(cls, "__repr__")
    if type(found) is WrapperDescriptorType:
        return _BY_REPR.get(found)
    if type(found) is not FunctionType:
        return None
    if found is class_dict(Counter)["__repr__"]:
        return _counter
    if found.__code__ is _NAMEDTUPLE_REPR:
        return _namedtuple
    return _dataclass if _is_dataclasses(found) else None


@cache
def _sample_of(module: ModuleType) -> Any:
    """Return a dataclass that `dataclasses` has made. Its loading is left to the program that has one."""

    class Sample:
        field: int

    return module.dataclass(Sample)


def _is_dataclasses(found: FunctionType) -> bool:
    """Whether a `__repr__` was made by `dataclass`. From 3.13 on others are wrapped in the same code."""
    try:
        sample = _sample_of(sys.modules["dataclasses"]).__repr__
        if found.__code__ is not sample.__code__:
            return False
    except Exception:  # It is not loaded, or it is not Python's.
        return False
    made, ours = found.__dict__.get("__wrapped__"), sample.__dict__.get("__wrapped__")
    if type(made) is not FunctionType or type(ours) is not FunctionType:
        return sys.version_info < (3, 13)
    return made.__code__.co_qualname == ours.__code__.co_qualname


def _integer(value: int, hex: bool) -> str:
    bits = int.bit_length(value)
    if bits > _MOST_BITS:
        return f"{'-' if value < 0 else ''}0x{abs(value) >> (bits - 64):x}{_ELLIPSIS} ({bits} bits)"
    return int.__format__(value, "#x") if hex else int.__repr__(value)


def _int(shower: _Shower, value: int, _: int) -> str:
    return _integer(int(value), shower.hex)


def _float(shower: _Shower, value: float, _: int) -> str:
    return float.__repr__(value)


def _str(shower: _Shower, value: str, _: int) -> str:
    if str.__len__(value) <= shower.left:
        return str.__repr__(value)
    text = repr(str.__getitem__(value, slice(0, max(shower.left, 1))))
    return text[:-1] + _ELLIPSIS + text[-1]


def _bytes(shower: _Shower, value: bytes, _: int) -> str:
    if bytes.__len__(value) <= shower.left:
        return bytes.__repr__(value)
    text = repr(bytes.__getitem__(value, slice(0, max(shower.left, 1))))
    return text[:-1] + _ELLIPSIS + text[-1]


def _bytearray(shower: _Shower, value: bytearray, depth: int) -> str:
    start = bytes(bytearray.__getitem__(value, slice(0, shower.left + 1)))
    return _named(value, _bytes(shower, start, depth))


def _list(shower: _Shower, value: list[object], depth: int) -> str:
    return f"[{shower.items(list.__iter__(value), depth)}]"


def _tuple(shower: _Shower, value: tuple[object, ...], depth: int) -> str:
    comma = "," if tuple.__len__(value) == 1 else ""
    return f"({shower.items(tuple.__iter__(value), depth)}{comma})"


def _set(shower: _Shower, value: set[object] | frozenset[object], depth: int) -> str:
    base: Any = set if issubclass(type(value), set) else frozenset
    called = name(type(value))
    if base.__len__(value) == 0:
        return f"{called}()"
    inside = f"{{{shower.items(snapshot(base.__iter__, value, shower.left), depth)}}}"
    return inside if type(value) is set else f"{called}({inside})"


def _dict(shower: _Shower, value: dict[object, object], depth: int) -> str:
    return f"{{{shower.pairs(snapshot(entries, value, shower.left), depth)}}}"


def _defaultdict(shower: _Shower, value: defaultdict[object, object], depth: int) -> str:
    factory = shower.text(_FACTORY(value), depth + 1)
    return f"{name(type(value))}({factory}, {shower.once(_dict, value, depth)})"


def _ordered(shower: _Shower, value: OrderedDict[object, object], depth: int) -> str:
    pairs = snapshot(entries, value, shower.left)
    if sys.version_info >= (3, 12):
        return _named(value, f"{{{shower.pairs(pairs, depth)}}}" if pairs else "")
    inside = [f"({shower.text(key, depth + 1)}, {shower.text(it, depth + 1)})" for key, it in pairs]
    more = [_ELLIPSIS] if shower.left <= 0 or len(pairs) < dict.__len__(value) else []
    return _named(value, f"[{', '.join([*inside, *more])}]" if inside else "")


def _counter(shower: _Shower, value: dict[object, int], depth: int) -> str:
    """Show the most frequent first, as long as that takes neither long nor code of the user's."""
    size = dict.__len__(value)
    pairs = snapshot(entries, value, 3 * size if size <= _MOST_SORTED else shower.left)
    if all(type(count) is int or type(count) is float for _, count in pairs):
        pairs.sort(key=lambda it: it[1], reverse=True)
    return _named(value, f"{{{shower.pairs(pairs, depth)}}}" if pairs else "")


def _named(value: object, inside: str) -> str:
    return f"{name(type(value))}({inside})"


def _deque(shower: _Shower, value: deque[object], depth: int) -> str:
    most = _MAXLEN(value)
    end = "" if most is None else f", maxlen={most}"
    return _named(value, f"[{shower.items(snapshot(deque.__iter__, value, shower.left), depth)}]{end}")


def _proxy(shower: _Shower, value: Mapping[object, object], depth: int) -> str:
    return f"mappingproxy({{{shower.pairs(snapshot(iter, value.items(), shower.left), depth)}}})"


def _view(shower: _Shower, value: Iterable[object], depth: int) -> str:
    return f"{type_name(value)}([{shower.items(snapshot(iter, value, shower.left), depth)}])"


def _exception(shower: _Shower, value: BaseException, depth: int) -> str:
    arguments = BaseException.__dict__["args"].__get__(value)
    return _named(value, shower.items(arguments, depth))


def _namespace(shower: _Shower, value: SimpleNamespace, depth: int) -> str:
    called = "namespace" if type(value) is SimpleNamespace else name(type(value))
    held = [*(instance_dict(value) or {}).items()]
    return f"{called}({shower.pairs(held, depth, '=')})"


def _namedtuple(shower: _Shower, value: tuple[object, ...], depth: int) -> str:
    names = lookup(type(value), "_fields")
    fields = zip(names if type(names) is tuple else (), tuple.__iter__(value), strict=False)
    return _named(value, shower.pairs(fields, depth, "="))


def _dataclass(shower: _Shower, value: object, depth: int) -> str:
    """Show the fields of the class that the `__repr__` was made for; of fields that run code it is asked."""
    cls = type(value)
    owner = next(it for it in mro(cls) if "__repr__" in class_dict(it))
    fields = class_dict(owner).get("__dataclass_fields__")
    field = _sample_of(sys.modules["dataclasses"]).__dataclass_fields__["field"]._field_type
    names = [it for it, made in fields.items() if made.repr and made._field_type is field] if fields else []  # type: ignore[attr-defined]
    if lookup(cls, "__getattribute__") is not object.__getattribute__ or not all(
        _is_plain(value, it) for it in names
    ):
        text = called_repr(value, shower.left)
        shower.left -= len(text)
        return text
    held = ((it, attribute(value, it)) for it in names)
    return f"{whole_qualname(cls)}({shower.pairs(held, depth, '=')})"


def _is_plain(value: object, field: str) -> bool:
    """Whether a field can be read without code of the class."""
    if attribute(value, field) is NOTHING:
        return False
    found = lookup(type(value), field)
    if found is NOTHING or type(found) is MemberDescriptorType:
        return True
    is_own = field in (instance_dict(value) or ())
    return lookup(type(found), "__set__" if is_own else "__get__") is NOTHING


def _generator(shower: _Shower, value: Any, _: int) -> str:
    start = {"generator": "gi", "coroutine": "cr", "async_generator": "ag"}[type_name(value)]
    frame = getattr(value, start + "_frame")
    state = "finished" if frame is None else f"at line {frame.f_lineno}"
    return f"<{type_name(value)} {value.__qualname__}, {state}>"


def snapshot(iterate: Callable[[Any], Iterable[Any]], values: object, room: int) -> list[Any]:
    """Return the first values, as many as `room` can show; another thread may be changing them."""
    for _ in range(5):
        try:
            return list(islice(iterate(values), max(room, 0) // 3 + 2))
        except RuntimeError:
            continue
    return []


def entries(value: dict[object, object]) -> Iterable[tuple[object, object]]:
    if issubclass(type(value), OrderedDict):
        return OrderedDict.items(value)  # type: ignore[arg-type]
    return dict.items(value)


_BY_REPR: dict[object, _Show] = {
    int.__repr__: _int,
    float.__repr__: _float,
    str.__repr__: _str,
    bytes.__repr__: _bytes,
    bytearray.__repr__: _bytearray,
    list.__repr__: _list,
    tuple.__repr__: _tuple,
    set.__repr__: _set,
    frozenset.__repr__: _set,
    dict.__repr__: _dict,
    OrderedDict.__repr__: _ordered,
    defaultdict.__repr__: _defaultdict,
    deque.__repr__: _deque,
    MappingProxyType.__repr__: _proxy,
    BaseException.__repr__: _exception,
    SimpleNamespace.__repr__: _namespace,
    GeneratorType.__repr__: _generator,
    CoroutineType.__repr__: _generator,
    AsyncGeneratorType.__repr__: _generator,
    **{it.__repr__: _view for it in VIEWS},
}
_QUICK = (bool, complex, range, type(None), FunctionType)
_SIMPLE = (_int, _float, _str, _bytes, _bytearray, _generator)
_UNGUARDED = (_exception, _namedtuple, _defaultdict)  # their reprs leave it to what they hold
_AGAIN: dict[_Show, str] = {  # by way: what its repr has where it holds itself; of others it is "..."
    _list: "[...]",
    _deque: "[...]",
    _tuple: "(...)",
    _dict: "{{...}}",
    _set: "{}(...)",
    _namespace: "namespace(...)",
}
