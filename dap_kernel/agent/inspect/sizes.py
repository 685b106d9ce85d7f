"""How large a value is, as far as that is known without running the notebook's code."""

from collections import deque
from types import MappingProxyType
from typing import Any

from ..common.raised import PASS_ON
from .tables.array_likes import table_of
from .values import VIEWS

_SIZED: tuple[type, ...] = (
    *(list, tuple, dict, set, frozenset, deque, str, bytes, bytearray, range),
    *VIEWS,
)

_ENDS = {"[": "]", "(": ")", "{": "}", "'": "'", '"': '"'}
_UNITS: tuple[tuple[tuple[type, ...], str], ...] = (((str,), "characters"), ((bytes, bytearray), "bytes"))


def length_of(value: Any) -> int | None:
    """Return how many a container of Python's own holds, or one of a class that is made of it."""
    kind = type(value)
    if kind is MappingProxyType:
        return None  # of whatever mapping
    base: Any = next((it for it in _SIZED if issubclass(kind, it)), None)
    return None if base is None else base.__len__(value)


def sized(text: str, value: object, most: int) -> str:
    """Return the text of a value with how much there is in all, where the text is not the whole of it."""
    if "…" not in text or (length := length_of(value)) is None:
        return text
    units = next((unit for kinds, unit in _UNITS if issubclass(type(value), kinds)), "items")
    told = f" ({length:,} {units})"
    if len(text) + len(told) > most:
        end = _ENDS.get(text.removeprefix("b")[:1], "")
        text = text[: most - len(told) - 1 - len(end)].removesuffix("…") + "…" + end
    return text + told


def shape_of(value: Any) -> str | None:
    """Return the dimensions of an array, frame or series: "3 × 2"."""
    try:
        table = table_of(value)
        return None if table is None else " × ".join(map(str, table.shape()))
    except PASS_ON:
        raise
    except Exception:  # a subclass that is no table after all
        return None
