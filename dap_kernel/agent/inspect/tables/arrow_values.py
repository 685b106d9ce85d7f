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
    if "pandas" in sys.modules:
        found: list[Any] = column.to_pylist()
        return found
    pyarrow: Any = sys.modules["pyarrow"]
    zone = column.type.tz if pyarrow.types.is_timestamp(column.type) else None
    if zone is None:
        return _without_nanoseconds(column).to_pylist()  # type: ignore[no-any-return]
    plain = column.cast(pyarrow.timestamp(column.type.unit))  # in UTC
    return _in_zone(_without_nanoseconds(plain).to_pylist(), zone)


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
    if types.is_struct(kind):
        fields = [kind.field(at) for at in range(kind.num_fields)]
        return pyarrow.struct([(it.name, _coarser(pyarrow, it.type)) for it in fields])
    if types.is_dictionary(kind):
        return _coarser(pyarrow, kind.value_type)
    if types.is_large_list(kind):
        return pyarrow.large_list(_coarser(pyarrow, kind.value_type))
    if types.is_list(kind) or types.is_fixed_size_list(kind):
        return pyarrow.list_(_coarser(pyarrow, kind.value_type))
    return kind
