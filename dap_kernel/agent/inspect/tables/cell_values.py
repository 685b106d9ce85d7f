"""Single values of a table's cells: which are missing, what they compare with, what their text is.

Only values of Python's own types, and of the libraries that make tables, are compared or asked for their
text; all others are shown as everywhere. Knows neither rows nor columns.
"""

import sys
from collections.abc import Callable
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Literal

from ...common.object_access import is_one_of, module, mro, qualname
from ...common.raised import PASS_ON
from ...common.text import clean
from ...evaluate.bindings import InspectionError
from ..values import show

Family = Literal["number", "boolean", "text", "time", "day", "clock", "duration", "other"]
ColumnKind = Literal["number", "text", "boolean", "time", "other"]
Test = Callable[[Any], object]
MOST_RAW = 32_767  # characters of a cell that is copied: a spreadsheet takes no more
_FAMILIES: dict[tuple[str, str], Family] = {
    ("builtins", "int"): "number",
    ("builtins", "float"): "number",
    ("builtins", "bool"): "boolean",
    ("builtins", "str"): "text",
    ("decimal", "Decimal"): "number",
    ("fractions", "Fraction"): "number",
    ("datetime", "datetime"): "time",
    ("datetime", "date"): "day",
    ("datetime", "time"): "clock",
    ("datetime", "timedelta"): "duration",
    ("pandas", "Timestamp"): "time",
    ("pandas", "Timedelta"): "duration",
}
_KINDS: dict[Family, ColumnKind] = {
    "number": "number",
    "boolean": "boolean",
    "text": "text",
    "time": "time",
    "day": "time",
    "clock": "time",
    "duration": "time",
}
_MISSING = {("pandas", "NaTType"), ("pandas", "NAType"), ("numpy", "MaskedConstant")}
_MAY_MISS = ("floating", "complexfloating", "datetime64", "timedelta64")  # of numpy
_OWN_TEXT = {
    *(("numpy", "datetime64"), ("numpy", "timedelta64"), ("pandas", "Period"), ("pandas", "Interval")),
    *(("uuid", "UUID"), ("pathlib", "PosixPath")),
    *(("numpy", "longdouble"), ("numpy", "clongdouble")),  # whose `item()` is their like
}
_EXACT = (("decimal", "Decimal"), ("fractions", "Fraction"))
_QUICK = (str, int, float, bool, type(None))
COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": eq,
    "!=": ne,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
}
_BOOLEANS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def family_of(kind: type) -> Family:
    """Return which values those of this very type can be compared with."""
    return _FAMILIES.get(_named(kind), "other")


def kind_of(family: Family) -> ColumnKind:
    return _KINDS.get(family, "other")


def is_always_missing(kind: type) -> bool:
    """Whether all values of a type stand for none: None, NaT, NA."""
    return kind is type(None) or _named(kind) in _MISSING


def is_missing(value: object) -> bool:
    """Whether a value stands for none: None, NaN, NaT, NA."""
    kind = type(value)
    if issubclass(kind, float):
        number = float.__float__(value)  # type: ignore[arg-type]
        return number != number
    if is_one_of(kind, (str, int, bool)):
        return False
    if module(kind) == "numpy" and may_be_missing(kind):  # NaN or NaT of numpy's
        return bool(value != value)
    return is_always_missing(kind)


def may_be_missing(kind: type) -> bool:
    """Whether some values of a type stand for none, and others do not."""
    if issubclass(kind, float):
        return True
    if module(kind) != "numpy":
        return False
    numpy = sys.modules.get("numpy")
    kinds: tuple[Any, ...] = () if numpy is None else tuple(vars(numpy).get(it) for it in _MAY_MISS)
    return any(is_one_of(it, kinds) for it in mro(kind)[:2])


def is_of_numpy(kind: type) -> bool:
    """Whether values of a type are numbers or texts of numpy's, which have one of Python's own in them."""
    numpy = sys.modules.get("numpy")
    generic: Any = None if numpy is None else vars(numpy).get("generic")
    return module(kind) == "numpy" and _named(kind) not in _OWN_TEXT and is_one_of(generic, mro(kind))


def is_quick(value: object) -> bool:
    """Whether the text of a value is had without any code of the notebook's."""
    kind = type(value)
    if is_of_numpy(kind):
        return is_quick(value.item())  # type: ignore[attr-defined]
    return is_one_of(kind, _QUICK) or _has_own_text(kind)


def cell_text(value: Any, most: int) -> str:
    """Return the text of a cell, at most about `most` characters: strings as they are."""
    kind = type(value)
    if kind is str:
        text: str = value[: most + 1]
    elif is_one_of(kind, _QUICK) or not _has_own_text(kind):
        return cell_text(value.item(), most) if is_of_numpy(kind) else show(value, most)
    else:
        try:
            text = str(value)[: most + 1]
        except ValueError:  # a Fraction of more digits than Python writes
            return show(value, most)
    if len(text) > most:
        text = text[: most - 1] + "…"
    return text if text.isascii() else clean(text)


def test_of(operator: str, text: str, sample: Any) -> Test:
    """Return what compares values of the sample's type with what `text` means. Raises InspectionError."""
    compare, family = COMPARE[operator], family_of(type(sample))
    if family == "other":
        if operator not in ("=", "!="):
            raise InspectionError(f"values of type {qualname(type(sample))} have no order")
        return lambda value: compare(cell_text(value, MOST_RAW), text)
    wanted = read(text, family, sample)

    def test(value: Any) -> object:
        try:
            return compare(value, wanted)
        except PASS_ON:
            raise
        except Exception:  # of one that knows no time zone, say
            return operator == "!="

    return test


def read(text: str, family: Family, sample: Any = None) -> Any:
    """Return the value of a family that `text` means; times as the sample is. Raises InspectionError."""
    stripped = text.strip()
    if family == "text":
        return text
    if family == "number":
        # No float is 0.1 as they are. A Fraction writes out every zero of 1e99999999.
        is_exact = is_one_of(type(sample), _exact()) and "e" not in stripped.lower()
        for made in (type(sample), int, float) if is_exact else (int, float):
            try:
                return made(stripped)
            except (ValueError, ArithmeticError):
                continue
        raise InspectionError(f"{text!r} is no number")
    if family == "boolean":
        if stripped.lower() not in _BOOLEANS:
            raise InspectionError(f"{text!r} is neither true nor false")
        return _BOOLEANS[stripped.lower()]
    if family == "duration":
        raise InspectionError("durations can be sorted, but not compared with a text")
    try:
        made = type(sample).fromisoformat(stripped)
        zone = getattr(sample, "tzinfo", None)
        return made.replace(tzinfo=zone) if zone is not None and made.tzinfo is None else made
    except PASS_ON:
        raise
    except Exception:  # it is none, or of a class of the user's whose constructor raises
        raise InspectionError(not_a_time(text, family)) from None


def not_a_time(text: str, family: Family = "time") -> str:
    """Return the sentence for a text that means none of a family's values."""
    if family == "day":
        return f"{text!r} is no date: write it as 2020-01-31"
    if family == "clock":
        return f"{text!r} is no time of day: write it as 12:00 or 12:00:30"
    return f"{text!r} is no date or time: write it as 2020-01-31 or 2020-01-31 12:00"


def _exact() -> tuple[type, ...]:
    """Return the types whose numbers no float has; those of modules that are there."""
    found: list[Any] = [vars(sys.modules[it]).get(name) for it, name in _EXACT if it in sys.modules]
    return tuple(it for it in found if issubclass(type(it), type))


def _has_own_text(kind: type) -> bool:
    named = _named(kind)
    return named in _FAMILIES or named in _OWN_TEXT or named in _MISSING


def _named(kind: type) -> tuple[str, str]:
    return module(kind).partition(".")[0], qualname(kind)
