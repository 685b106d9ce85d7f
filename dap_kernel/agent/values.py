"""Show any value as one bounded line, whatever the value does.

Containers are shown by us, never by their own repr: bounded in length, items and depth, cycles and
all. Everything else is asked, and its answer cut. A repr that raises is shown as such.
Knows nothing of children nor of the wire.
"""

from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from types import (
    AsyncGeneratorType,
    CoroutineType,
    FunctionType,
    GeneratorType,
    MappingProxyType,
    SimpleNamespace,
    WrapperDescriptorType,
)
from typing import Any, NamedTuple

from . import wire
from .safely import (
    NOTHING,
    PASS_ON,
    attribute,
    class_dict,
    instance_dict,
    is_one_of,
    lookup,
    qualname,
    text_of,
    type_name,
)
from .tables import summary

LINE = 400  # characters of a value in a list of variables
MOST = 1_000_000  # characters of any value
_MOST_BITS = 14_000  # of an int in decimal: longer ones take long, and Python refuses
_MOST_DEPTH = 5
_ELLIPSIS = "…"


class _Sample(NamedTuple):
    field: int


_NAMEDTUPLE_REPR = _Sample.__repr__.__code__
_DATACLASS_REPR = wire.Span.__repr__.__code__


def show(value: object, most: int = LINE, hex: bool = False) -> str:
    """Return the text of `value`, at most about `most` characters."""
    kind = type(value)
    if ((kind is int and not hex) or kind is float or kind is bool) and most >= LINE:
        return _integer(value, False) if kind is int else repr(value)  # type: ignore[arg-type]
    text = _Shower(most, hex).text(value, 0)
    if len(text) > most:
        text = text[: most - 1] + _ELLIPSIS
    return text if text.isascii() else wire.clean(text)


def called_repr(value: object, most: int) -> str:
    """Return what the value itself says it is, cut; an exception it raises is shown as such."""
    try:
        text = str.__getitem__(repr(value), slice(0, most + 1))
    except PASS_ON:
        raise
    except BaseException as error:
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
            if depth >= self.depth or id(value) in self._around:
                return "[...]" if id(value) in self._around else "..."
            self._around.add(id(value))
            try:
                text = show_it(self, value, depth)
            finally:
                self._around.discard(id(value))
            return text
        self.left -= len(text)
        return text

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
            name = self.text(key, depth + 1) if between == ": " else str(key)
            parts.append(f"{name}{between}{self.text(value, depth + 1)}")
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
        return _named_dict
    if found.__code__ is _NAMEDTUPLE_REPR:
        return _namedtuple
    return _dataclass if found.__code__ is _DATACLASS_REPR else None


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
    return f"{type_name(value)}({_bytes(shower, start, depth)})"


def _list(shower: _Shower, value: list[object], depth: int) -> str:
    return f"[{shower.items(list.__iter__(value), depth)}]"


def _tuple(shower: _Shower, value: tuple[object, ...], depth: int) -> str:
    comma = "," if tuple.__len__(value) == 1 else ""
    return f"({shower.items(tuple.__iter__(value), depth)}{comma})"


def _set(shower: _Shower, value: set[object] | frozenset[object], depth: int) -> str:
    base: Any = set if issubclass(type(value), set) else frozenset
    name = "" if type(value) is set else type_name(value)
    if base.__len__(value) == 0:
        return f"{name or 'set'}()"
    inside = f"{{{shower.items(snapshot(base.__iter__, value, shower.left), depth)}}}"
    return f"{name}({inside})" if name else inside


def _dict(shower: _Shower, value: dict[object, object], depth: int) -> str:
    return f"{{{shower.pairs(snapshot(entries, value, shower.left), depth)}}}"


def _defaultdict(shower: _Shower, value: defaultdict[object, object], depth: int) -> str:
    factory = shower.text(value.default_factory, depth + 1) if type(value) is defaultdict else _ELLIPSIS
    return f"{type_name(value)}({factory}, {_dict(shower, value, depth)})"


def _named_dict(shower: _Shower, value: dict[object, object], depth: int) -> str:
    return f"{type_name(value)}({_dict(shower, value, depth)})"


def _deque(shower: _Shower, value: deque[object], depth: int) -> str:
    return f"{type_name(value)}([{shower.items(snapshot(deque.__iter__, value, shower.left), depth)}])"


def _proxy(shower: _Shower, value: Mapping[object, object], depth: int) -> str:
    return f"mappingproxy({{{shower.pairs(snapshot(iter, value.items(), shower.left), depth)}}})"


def _view(shower: _Shower, value: Iterable[object], depth: int) -> str:
    return f"{type_name(value)}([{shower.items(snapshot(iter, value, shower.left), depth)}])"


def _exception(shower: _Shower, value: BaseException, depth: int) -> str:
    arguments = BaseException.__dict__["args"].__get__(value)
    return f"{type_name(value)}({shower.items(arguments, depth)})"


def _namespace(shower: _Shower, value: SimpleNamespace, depth: int) -> str:
    name = "namespace" if type(value) is SimpleNamespace else type_name(value)
    held = [*(instance_dict(value) or {}).items()]
    return f"{name}({shower.pairs(held, depth, '=')})"


def _namedtuple(shower: _Shower, value: tuple[object, ...], depth: int) -> str:
    names = lookup(type(value), "_fields")
    fields = zip(names if type(names) is tuple else (), tuple.__iter__(value), strict=False)
    return f"{type_name(value)}({shower.pairs(fields, depth, '=')})"


def _dataclass(shower: _Shower, value: object, depth: int) -> str:
    fields = lookup(type(value), "__dataclass_fields__")
    names = [it for it, made in fields.items() if made.repr] if type(fields) is dict else []
    held = ((it, attribute(value, it)) for it in names)
    shown = shower.pairs(((it, value) for it, value in held if value is not NOTHING), depth, "=")
    return f"{type_name(value)}({shown})"


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


_VIEWS: tuple[type, ...] = (type({}.keys()), type({}.values()), type({}.items()))
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
    OrderedDict.__repr__: _named_dict,
    defaultdict.__repr__: _defaultdict,
    deque.__repr__: _deque,
    MappingProxyType.__repr__: _proxy,
    BaseException.__repr__: _exception,
    SimpleNamespace.__repr__: _namespace,
    GeneratorType.__repr__: _generator,
    CoroutineType.__repr__: _generator,
    AsyncGeneratorType.__repr__: _generator,
    **{it.__repr__: _view for it in _VIEWS},
}
_QUICK = (bool, complex, range, type(None), FunctionType)
_SIMPLE = (_int, _float, _str, _bytes, _bytearray, _generator)
