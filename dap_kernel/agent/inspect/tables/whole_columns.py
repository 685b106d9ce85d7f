"""The whole of one column: the order of its values, which of them pass a filter, figures about them.

A column is an array of numpy's or a list, whichever library it is of. `places` are positions of rows in the
value, in the order shown: a range, a list or an array. Missing values come last. Knows neither rows nor
pages.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from math import inf
from time import monotonic
from typing import Any, NamedTuple

from ...common.raised import PASS_ON
from ...evaluate.bindings import InspectionError
from ...wire.messages import TableFilter
from .cell_values import (
    COMPARE,
    MOST_RAW,
    Family,
    Test,
    cell_text,
    family_of,
    is_always_missing,
    is_missing,
    is_of_numpy,
    may_be_missing,
    not_a_time,
    read,
    test_of,
)

Places = Any  # a range, a list or an array of numpy's
_AT_ONCE = 50_000  # rows between two looks at the clock
_MOST_BOUNDS = 4_000  # values that are looked at for the bounds of the parts that are sorted
_BOUND_EVERY = 20
_DATE = r"\d{4}(?:-\d\d(?:-\d\d(?:[T ]\d\d(?::\d\d(?::\d\d(?:\.\d{1,9})?)?)?)?)?)?"
_MOST_RANKED = 200  # characters of a text that orders what has no order
_MOST_CATEGORIES = 10  # that are named
_MOST_COUNTED = 20_000_000  # rows: more are not sorted to count the distinct ones


class ColumnFigures(NamedTuple):
    """What is told about a column's values; None: not known, or there was no time."""

    missing: int | None = None
    distinct: int | None = None
    least: int | None = None  # where it is
    greatest: int | None = None


class Deadline:
    """A moment until which there is time."""

    def __init__(self, seconds: float) -> None:
        self._end = monotonic() + seconds
        self.is_missed = False  # something was left out for it

    def is_over(self) -> bool:
        self.is_missed = self.is_missed or monotonic() > self._end
        return self.is_missed


def listed(places: Places) -> Sequence[int]:
    """Return places as Python's own integers."""
    if type(places) is range or type(places) is list:
        return places
    found: list[int] = places.tolist()
    return found


class ListColumn:
    """Any values. With `ranks`, numbers, those are what orders them: positions in `categories`."""

    def __init__(
        self, values: list[Any], ranks: list[int] | None = None, categories: Sequence[Any] = ()
    ) -> None:
        self._categories = categories
        samples = _samples(values)
        if any(is_of_numpy(type(it)) for it in samples.values()):
            values = [it.item() if is_of_numpy(type(it)) else it for it in values]
            samples = _samples(values)
        self._values = values
        self._ranks = values if ranks is None else ranks
        self._samples = {it: sample for it, sample in samples.items() if not is_always_missing(type(sample))}
        self._may_miss = {
            it for it, sample in samples.items() if it not in self._samples or may_be_missing(type(sample))
        }
        families = {family_of(type(it)) for it in self._samples.values() if self._is_there(it)}
        self._is_plain = "other" not in families
        one = ranks is not None or len(families) <= 1 or families == {"number", "boolean"}
        self._is_ordered = self._is_plain and one  # any two values can be compared, as far as types tell

    def order(self, places: Places, descending: bool) -> Places:
        """Sort `places` by rank where there are ranks that can be compared, else by kind and value."""
        there, gone = self._split(places)
        if self._is_ordered:
            try:
                return _in_order(there, self._ranks.__getitem__, descending) + gone
            except PASS_ON:
                raise
            except Exception:  # Some times know their zone, and some do not.
                pass
        return _in_order(there, lambda at: _rank(self._values[at]), descending) + gone

    def passing(self, places: Places, wanted: TableFilter) -> Places:
        """Return those of `places` whose value passes, in their order.

        A missing value passes "missing" and "!=" alone. Raises InspectionError if `wanted.value` cannot be
        compared with the column.
        """
        values = self._values
        there, gone = self._split(places)
        match wanted.operator:
            case "missing":
                return gone
            case "present":
                return there
            case "contains":
                part = wanted.value.casefold()
                return [at for at in there if part in cell_text(values[at], MOST_RAW).casefold()]
        if self._categories and wanted.operator not in ("=", "!="):
            rank = self._rank_of(wanted.value)
            return [at for at in there if COMPARE[wanted.operator](self._ranks[at], rank)]
        tests = self._tests(wanted)
        passing = [at for at in there if tests[id(type(values[at]))](values[at])]
        return sorted(passing + gone) if wanted.operator == "!=" else passing

    def figures(self, places: Places, deadline: Deadline) -> ColumnFigures:
        """Count missing and distinct values, and find the positions of the least and the greatest.

        A figure is None where it makes no sense for the values, or where `deadline` was over before.
        """
        there, gone = self._split(places)
        if not self._is_plain or not there or deadline.is_over():
            return ColumnFigures(len(gone), 0 if not there else None)
        seen: set[object] = set()
        for start in range(0, len(there), _AT_ONCE):
            if deadline.is_over():
                return ColumnFigures(len(gone))
            seen.update([self._values[at] for at in there[start : start + _AT_ONCE]])
        if not self._is_ordered or deadline.is_over():
            return ColumnFigures(len(gone), len(seen))
        try:
            key = self._ranks.__getitem__
            return ColumnFigures(len(gone), len(seen), min(there, key=key), max(there, key=key))
        except PASS_ON:
            raise
        except Exception:  # Some times know their zone, and some do not.
            return ColumnFigures(len(gone), len(seen))

    def _is_there(self, sample: Any) -> bool:
        """Whether a type has any value that is not missing: NaN in a column of texts is no number."""
        kind = type(sample)
        return not is_missing(sample) or any(type(it) is kind and not is_missing(it) for it in self._values)

    def _split(self, places: Places) -> tuple[list[int], list[int]]:
        """Return where there are values, and where they are missing."""
        values, places, may_miss = self._values, listed(places), self._may_miss
        if not may_miss:
            return list(places), []
        gone = [at for at in places if id(type(values[at])) in may_miss and is_missing(values[at])]
        if not gone:
            return list(places), []
        without = set(gone)
        return [at for at in places if at not in without], gone

    def _rank_of(self, text: str) -> int:
        """Return which category a text names. Raises InspectionError."""
        names = [cell_text(it, MOST_RAW) for it in self._categories]
        if text not in names:
            some = ", ".join(names[:_MOST_CATEGORIES]) + ", …" * (len(names) > _MOST_CATEGORIES)
            raise InspectionError(f"{text!r} is none of its categories: {some}")
        return names.index(text)

    def _tests(self, wanted: TableFilter) -> dict[int, Test]:
        """Return what asks a value, by the id of its type. Raises InspectionError where all refuse."""
        tests: dict[int, Test] = {}
        refusal: InspectionError | None = None
        for number, sample in self._samples.items():
            try:
                tests[number] = test_of(wanted.operator, wanted.value, sample)
            except InspectionError as error:
                refusal = error
        if refusal is not None and not tests:
            raise refusal
        return {it: tests.get(it, _never) for it in self._samples}


class ArrayColumn:
    """Numbers, booleans or times, in an array of numpy's with one dimension; `gone` marks what is masked."""

    def __init__(self, numpy: Any, values: Any, gone: Any = None) -> None:
        self._numpy = numpy
        self._values = values
        self._gone = gone
        names: dict[str, Family] = {"b": "boolean", "M": "time", "m": "duration"}
        self._family: Family = names.get(values.dtype.kind, "number")

    def order(self, places: Places, descending: bool) -> Places:
        """Sort `places` by value, equal ones in the order that they have; what is missing comes last."""
        places, values, gone = self._chosen(places)
        there, values = places[~gone], values[~gone]
        if descending:  # Backwards, and that twice: equal ones stay in their order.
            order = len(values) - 1 - values[::-1].argsort(kind="stable")[::-1]
        else:
            order = values.argsort(kind="stable")
        return self._numpy.concatenate((there[order], places[gone]))

    def passing(self, places: Places, wanted: TableFilter) -> Places:
        """Return those of `places` whose value passes, as an array, in their order.

        A missing value passes "missing" and "!=" alone. Raises InspectionError if `wanted.value` cannot be
        compared with the column.
        """
        places, values, gone = self._chosen(places)
        match wanted.operator:
            case "missing":
                return places[gone]
            case "present":
                return places[~gone]
            case "contains":
                places, values = places[~gone], values[~gone]
                return places[ListColumn(plain_list(values)).passing(range(len(places)), wanted)]
        meant = self._meant(wanted.value)
        with self._numpy.errstate(all="ignore"):  # its warnings would come out at the user
            passing = COMPARE[wanted.operator](values, meant)
        return places[passing | gone if wanted.operator == "!=" else passing & ~gone]

    def figures(self, places: Places, deadline: Deadline) -> ColumnFigures:
        """Count missing and distinct values, and find the positions of the least and the greatest.

        A figure is None where the array is too long to count, or where `deadline` was over before.
        """
        if deadline.is_over():
            return ColumnFigures()
        places, values, gone = self._chosen(places)
        missing = int(gone.sum())
        there, values = places[~gone], values[~gone]
        if not len(values) or deadline.is_over():
            return ColumnFigures(missing, None if len(values) else 0)
        least, greatest = int(there[values.argmin()]), int(there[values.argmax()])
        if len(values) > _MOST_COUNTED or deadline.is_over():
            return ColumnFigures(missing, None, least, greatest)
        values.sort()
        return ColumnFigures(missing, 1 + int((values[1:] != values[:-1]).sum()), least, greatest)

    def _meant(self, text: str) -> Any:
        if self._family != "time":
            return _in_range(read(text, self._family))
        if not re.fullmatch(_DATE, text.strip()):  # numpy takes "", "now" and, with a warning, time zones
            raise InspectionError(not_a_time(text))
        try:
            return self._values.dtype.type(text.strip())
        except (ValueError, OverflowError):
            raise InspectionError(not_a_time(text)) from None

    def _chosen(self, places: Places) -> tuple[Any, Any, Any]:
        """Return the places, a copy of their values, and which of these are missing, as arrays."""
        is_range = type(places) is range
        places = self._numpy.arange(len(places)) if is_range else self._numpy.asarray(places, dtype="intp")
        values = self._values[places]
        gone = values != values  # NaN and NaT alone
        return places, values, gone if self._gone is None else gone | self._gone[places]


def _in_range(number: Any) -> Any:
    """Return a number that arrays can be compared with: numpy takes no integer that is too long."""
    if type(number) is not int or -(2**63) <= number < 2**64:
        return number
    try:
        return float(number)
    except OverflowError:
        return inf if number > 0 else -inf


def _in_order(places: list[int], key: Callable[[int], Any], descending: bool) -> list[int]:
    """Return `sorted()`, in many parts: no other thread runs during one call, not even the agent's."""
    if len(places) <= _AT_ONCE:
        return sorted(places, key=key, reverse=descending)
    bounds = sorted(map(key, places[:: len(places) // _MOST_BOUNDS]))[::_BOUND_EVERY]
    parts: list[list[int]] = [[] for _ in range(len(bounds) + 1)]
    for at in places:
        parts[bisect_right(bounds, key(at))].append(at)
    found: list[int] = []
    for part in reversed(parts) if descending else parts:
        found += sorted(part, key=key, reverse=descending)
    return found


def plain_list(values: Any) -> list[object]:
    """Return the elements of an array of numpy's as Python's own values, times as texts."""
    found: list[object] = [str(it) for it in values] if values.dtype.kind in "Mm" else values.tolist()
    return found


def _samples(values: list[Any]) -> dict[int, Any]:
    """Return a value of each type, by the type's id: types need not have a hash."""
    return {id(type(it)): it for it in values}


def _never(value: object) -> object:
    return False


def _rank(value: Any) -> tuple[int, Any, str]:
    """Return what orders values of any types: numbers, then texts, then all others by their text."""
    match family_of(type(value)):
        case "number" | "boolean":
            try:
                return 0, value if issubclass(type(value), int) else float(value), ""
            except (ValueError, OverflowError):  # Python's Decimal has NaN that no float takes
                return 2, 0, cell_text(value, _MOST_RANKED)
        case "text":
            return 1, 0, value
    return 2, 0, cell_text(value, _MOST_RANKED)
