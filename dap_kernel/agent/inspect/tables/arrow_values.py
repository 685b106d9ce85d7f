"""The values of pyarrow's columns, read so that nothing is imported into the user's kernel.

pyarrow imports pandas for times in nanoseconds (`TimestampScalar.as_py`), and for those of a time zone.
Without pandas they are read as datetimes, and as texts where those are too coarse.
"""

import sys
from typing import Any

from ...common.raised import PASS_ON

_FLOATS = {"halffloat": "float16", "float": "float32", "double": "float64"}  # numpy's names, by pyarrow's


def arrow_list(column: Any) -> list[Any]:
    """Return the values of an Array or a ChunkedArray as Python's own."""
    if "pandas" in sys.modules or not _has_times(column.type):
        found: list[Any] = column.to_pylist()
        return found
    if hasattr(column, "chunks"):
        return [it for part in column.chunks for it in arrow_list(part)]
    pyarrow: Any = sys.modules["pyarrow"]
    kind, types = column.type, pyarrow.types
    if isinstance(kind, pyarrow.BaseExtensionType):
        return arrow_list(column.storage)
    if types.is_timestamp(kind) and kind.tz is not None:
        plain = column.cast(pyarrow.timestamp(kind.unit))  # in UTC
        return _in_zone(_without_nanoseconds(plain).to_pylist(), kind.tz)
    if types.is_dictionary(kind):
        values = arrow_list(column.dictionary)
        return [None if it is None else values[it] for it in column.indices.to_pylist()]
    if types.is_struct(kind):
        return _structs(column)
    if types.is_map(kind):
        return _maps(column)
    if types.is_nested(kind):
        return _lists(column) if hasattr(column, "value_lengths") else [f"<{kind}>"] * len(column)
    if getattr(types, "is_run_end_encoded", _never)(kind):
        return [f"<{kind}>"] * len(column)
    return _without_nanoseconds(column).to_pylist()  # type: ignore[no-any-return]


def _has_times(kind: Any) -> bool:
    """Whether there are times in a type, or in what it is made of, for which pyarrow imports pandas."""
    if isinstance(kind, sys.modules["pyarrow"].BaseExtensionType):
        return _has_times(kind.storage_type)
    text = str(kind)
    return "[ns" in text or "tz=" in text or "extension<" in text


def _never(kind: Any) -> bool:
    return False


def _structs(column: Any) -> list[Any]:
    kind, is_there = column.type, column.is_valid().to_pylist()
    names = [kind.field(at).name for at in range(kind.num_fields)]
    fields = [arrow_list(column.field(at)) for at in range(kind.num_fields)]
    return [
        dict(zip(names, [it[at] for it in fields], strict=True)) if is_there[at] else None
        for at in range(len(column))
    ]


def _lists(column: Any) -> list[Any]:
    inner = arrow_list(column.flatten())  # without those under a list that is missing
    found, start = list[Any](), 0
    for length in column.value_lengths().to_pylist():
        found.append(None if length is None else inner[start : start + length])
        start += length or 0
    return found


def _maps(column: Any) -> list[Any]:
    """Return maps as lists of pairs."""
    starts, is_there = column.offsets.to_pylist(), column.is_valid().to_pylist()
    first = starts[0]
    parts = [arrow_list(it.slice(first, starts[-1] - first)) for it in (column.keys, column.items)]
    pairs = list(zip(*parts, strict=True))
    spans = zip(starts, starts[1:], is_there, strict=False)
    return [pairs[start - first : stop - first] if it else None for start, stop, it in spans]


def arrow_array(numpy: Any, part: Any) -> Any:
    """Return an Array without missing values as one of numpy's: numbers, or times as such.

    It is read out of its buffer, for `Array.to_numpy` imports pandas.
    """
    types, kind = sys.modules["pyarrow"].types, part.type
    letter = "M" if types.is_timestamp(kind) else "m" if types.is_duration(kind) else ""
    name = f"{letter}8[{kind.unit}]" if letter else _FLOATS.get(str(kind), str(kind))
    if not len(part):
        return numpy.empty(0, name)
    return numpy.frombuffer(part.buffers()[1], name)[part.offset : part.offset + len(part)]


def _in_zone(times: list[Any], zone: str) -> list[Any]:
    """Return times in UTC as those of a zone; in UTC where no zones are known."""
    clock: Any = sys.modules["datetime"]  # which pyarrow has imported
    known: Any = sys.modules.get("zoneinfo")
    there = utc = clock.timezone.utc
    try:
        if known is not None:
            there = known.ZoneInfo(zone)
    except PASS_ON:
        raise
    except Exception:  # "+01:00", or there is no such zone
        there = utc
    return [it.replace(tzinfo=utc).astimezone(there) if type(it) is clock.datetime else it for it in times]


def _without_nanoseconds(column: Any) -> Any:
    pyarrow: Any = sys.modules["pyarrow"]
    plain = _coarser(pyarrow, column.type)
    if plain is column.type:
        return column
    for wanted, is_safe in ((plain, True), (pyarrow.string(), True), (plain, False)):
        try:
            return column.cast(wanted, safe=is_safe)
        except PASS_ON:
            raise
        except Exception:  # it would lose something, or there is no such cast
            continue
    return column.cast(pyarrow.string(), safe=False)


def _coarser(pyarrow: Any, kind: Any) -> Any:
    """Return a type with microseconds in the place of nanoseconds, itself where it has none."""
    types = pyarrow.types
    if "[ns" not in str(kind):
        return kind
    if types.is_timestamp(kind):
        return pyarrow.timestamp("us", kind.tz)
    if types.is_duration(kind):
        return pyarrow.duration("us")
    return pyarrow.time64("us") if types.is_time64(kind) else kind
