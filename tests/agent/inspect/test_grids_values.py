"""What is in a table is what is shown of it, is found by a filter, and is read anew where it has changed."""

import collections
import datetime
import decimal
import fractions
import random
import subprocess
import sys
import warnings

import pytest

from dap_kernel.agent.evaluate.bindings import InspectionError
from dap_kernel.agent.inspect.tables.plain_grids import is_table
from dap_kernel.agent.wire import messages as wire

from ..inspecting import Look, at
from ..paging import Tensor, column, page

np = pytest.importorskip("numpy")
pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")

CATEGORIES = pd.Series(pd.Categorical(["low", "high", None, "mid"], ["low", "mid", "high"], ordered=True))
FILTERS = [
    ([1, None, 10], (0, "contains", "0"), ["10"]),
    (pl.Series([1, None, 10]), (0, "contains", "0"), ["10"]),
    (np.ma.masked_array([1, 0, 10], [0, 1, 0]), (0, "contains", "0"), ["10"]),
    (np.array(["2020-01-31", "NaT"], "M8[D]"), (0, "contains", "na"), []),
    (np.array([1.5, np.nan]), (0, "contains", "n"), []),
    ([decimal.Decimal("0.1"), decimal.Decimal("0.2")], (0, "=", "0.1"), ["0.1"]),
    ([decimal.Decimal("0.1"), decimal.Decimal("0.2")], (0, ">", "0.1"), ["0.2"]),
    ([fractions.Fraction(1, 10), fractions.Fraction(1, 3)], (0, "=", "0.1"), ["1/10"]),
    ([fractions.Fraction(1, 10), fractions.Fraction(1, 3)], (0, "=", "1/3"), ["1/3"]),
    ([fractions.Fraction(1, 10)], (0, "<", "1e99999999"), ["1/10"]),
    ([0.1, decimal.Decimal("0.1")], (0, "=", "0.1"), ["0.1", "0.1"]),
    (CATEGORIES, (0, ">", "low"), ["high", "mid"]),
    (CATEGORIES, (0, "<=", "mid"), ["low", "mid"]),
    (CATEGORIES, (0, "=", "high"), ["high"]),
    ([np.float32("nan"), np.float32(1.5)], (0, "missing", ""), ["nan"]),
    ([np.datetime64("NaT"), np.datetime64("2020-01-31")], (0, "present", ""), ["2020-01-31"]),
    (np.array([1, 2]), (0, "<", "1" + "0" * 400), ["1", "2"]),
    (np.array([1.5, 2]), (0, ">", "-1" + "0" * 400), ["1.5", "2.0"]),
    (np.array([1.5], "f2"), (0, "<", "100000"), ["1.5"]),
    (np.array(["2020-01-31"], "M8[ns]"), (0, ">", "2020"), ["2020-01-31T00:00:00.000000000"]),
]


@pytest.mark.parametrize(("value", "wanted", "found"), FILTERS, ids=lambda it: repr(it)[:40])
def test_a_filter_finds_what_is_meant(value, wanted, found):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert column(value, filters=[wanted]) == found


DAYS = np.array(["2020-01-31"], "M8[D]")
REFUSED = [
    *((DAYS, it, "is no date or time") for it in ("", "NaT", "now", "today", "2020-01-31T00:00+01:00")),
    ([datetime.date(2020, 1, 31)], "2020-01-31 12:00", "is no date: write it as 2020-01-31$"),
    ([datetime.time(12)], "noon", "is no time of day: write it as 12:00"),
    (CATEGORIES, "none", "is none of its categories: low, mid, high"),
]


@pytest.mark.parametrize(("value", "text", "why"), REFUSED, ids=lambda it: repr(it)[:40])
def test_a_filter_that_means_nothing_is_refused(value, text, why):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(InspectionError, match=why):
            page(value, filters=[(0, "<", text)])


LATE = [{"a": it} for it in range(150)]
SHOWN = [
    ([*LATE, {"b": 5}], "a b", [None, "5"]),
    ([*LATE, "odd"], "value", ["odd"]),
    ([*LATE, None], "a", [None]),
    ([[1], [2]] * 60 + [7], "value", ["7"]),
    (pd.MultiIndex.from_tuples([("a", 1)], names=["p", "q"]), "p q", ["a", "1"]),
    (pd.MultiIndex.from_tuples([("a", 1)]), "0 1", ["a", "1"]),
    (pd.RangeIndex(3, name="n"), "n", ["2"]),
    (pd.RangeIndex(10**12)[-3:], "value", ["999999999999"]),
]


@pytest.mark.parametrize(("value", "names", "last"), SHOWN, ids=lambda it: repr(it)[-30:])
def test_nothing_of_a_table_is_left_out(value, names, last):
    shown = page(value, count=1_000)
    assert " ".join(it.name for it in shown.columns) == names
    missing = shown.missing[-1] if shown.missing else []
    assert [None if at in missing else it for at, it in enumerate(shown.cells[-1])] == last


KINDS = [
    (pl.Series([{"a": 1}]), "other"),
    (pd.Series(pd.interval_range(0, 2)), "other"),
    (pd.Series([1], dtype="Int64"), "number"),
    (pd.Series(pd.arrays.SparseArray([0.0, 1.0])), "number"),
    (pd.Series(["a"], dtype="category"), "text"),
    (pd.Series(["a"], dtype="string"), "text"),
    (pl.Series(["a"]), "text"),
    (pl.Series([[1]]), "other"),
    (pl.Series([datetime.timedelta(1)]), "time"),
    (pd.Series([datetime.timedelta(1)]), "time"),
    (pd.Series([True], dtype="boolean"), "boolean"),
]


@pytest.mark.parametrize(("value", "kind"), KINDS, ids=lambda it: str(getattr(it, "dtype", it))[:30])
def test_the_kind_of_a_column(value, kind):
    assert page(value).columns[0].kind == kind


# What changes while it is looked at.

CHANGES = [
    ("{'a': 1}", "it.update(b=2)", 2),
    ("{'a': [1]}", "it['a'].append(2)", 2),
    ("{'a': deque([1])}", "it['a'].append(2)", 2),
    ("deque([1, 2], 2)", "it.append(3)", 2),
    ("{1}", "it.add(2)", 2),
    ("Rows([1])", "it.append(2)", 2),
    ("[1]", "names['it'] = [1, 2]", 2),
    ("{'a': 1}", "it['a'] = 2", 1),
]


@pytest.mark.parametrize(("made", "change", "rows"), CHANGES, ids=[it[1] for it in CHANGES])
def test_what_another_thread_changes_is_read_anew(made, change, rows):
    known = {"deque": collections.deque, "Rows": type("Rows", (list,), {})}
    names = {"it": eval(made, known)}
    look = Look(None, names)
    ask = wire.Table(look.id, "it")
    look.answer(ask)
    exec(change, {"it": names["it"], "names": names})
    shown = look.answer(ask)
    assert shown.total_rows == rows
    assert shown.cells[-1] == [{"deque([1, 2], 2)": "3"}.get(made, "2")]


def test_a_series_that_was_looked_at_still_writes_into_its_array():
    array = np.zeros(3)
    series = pd.Series(array, copy=False)
    look = Look(None, {"series": series})
    look.answer(wire.Table(0, "series", statistics=True, sort=[wire.TableSort(0)]))
    series.iloc[0] = 7
    assert array[0] == 7
    assert look.answer(wire.Table(0, "series")).cells[0] == ["7.0"]


# What it costs.


def test_what_is_too_long_to_be_sorted_is_shown_all_the_same():
    for value in (range(10**9), pd.RangeIndex(10**9)):
        assert page(value, start=10**9 - 1).cells == [[str(10**9 - 1)]]
        with pytest.raises(InspectionError, match="1,000,000,000 rows are too many to sort or to filter"):
            page(value, sort=[0])
        assert page(value, count=1, statistics=True).columns[0].distinct is None


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("kind", ["texts", "few", "mixed"])
def test_long_columns_are_sorted_in_parts_as_in_one(kind, descending):
    chance = random.Random(3)
    values = [str(chance.randrange(10 if kind == "few" else 10**6)) for _ in range(120_000)]
    if kind == "mixed":
        values = [it if at % 3 else int(it) for at, it in enumerate(values)]
    key = (lambda at: (type(values[at]) is str, values[at])) if kind == "mixed" else values.__getitem__
    wanted = sorted(range(len(values)), key=key, reverse=descending)
    shown = page(values, sort=[(0, descending)], count=1_000, start=60_000)
    assert shown.index == [str(it) for it in wanted[60_000:61_000]]


# Subclasses and properties that raise.


class Odd(pd.DataFrame):
    @property
    def dtypes(self):
        raise ValueError("no")


class Odder(np.ndarray):
    def __getattr__(self, name):
        raise ValueError(name)


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (Odd({"a": [1, 2]}), "dtypes=<dtypes raised ValueError: no>"),
        (np.array([1, 2]).view(Odder), "requires_grad=<requires_grad raised ValueError: requires_grad>"),
    ],
    ids=["dtypes", "requires_grad"],
)
def test_a_property_that_raises_costs_its_own_line(value, line):
    look = at(value)
    shown = {it.name: it.value for it in look.children(look.evaluate("it"))}
    assert line in [f"{name}={text}" for name, text in shown.items()]
    assert {"shape", "0", "1"} <= set(shown)


LIBRARIES = [
    *(pd.DataFrame({"a": [1]}), pd.Series([1]), pd.Index([1]), pd.RangeIndex(2)),
    *(pl.DataFrame({"a": [1]}), pl.Series([1]), np.zeros(2), np.zeros((2, 2)), Tensor([1])),
]


@pytest.mark.parametrize("value", LIBRARIES, ids=lambda it: type(it).__name__)
def test_what_is_said_to_be_a_table_is_one(value):
    assert is_table(value)
    assert page(value).cells


def test_what_stands_in_rows_after_the_millionth_is_there():
    rows = [{"a": 1}] * 1_000_001 + [{"b": 2}, None]
    shown = page(rows, start=1_000_000)
    assert [it.name for it in shown.columns] == ["a", "b"]
    assert shown.cells == [["1", "None"], ["None", "2"], ["None", "None"]]
    assert page(rows, filters=[(1, "present")]).index == ["1000001"]
    shown = page([(1,)] * 1_000_001 + [(2, 3)], start=1_000_000)
    assert shown.cells == [["1", "None"], ["2", "3"]]
    assert page([{"a": 1}] * 1_000_001 + [5], count=1).kind == "list"


# pyarrow's, which not all have.


def test_the_columns_of_pyarrow_are_tables():
    pa = pytest.importorskip("pyarrow")
    for value in (pa.array([3, None, 1]), pa.chunked_array([[3], [None, 1]])):
        assert is_table(value)
        shown = page(value, sort=[0], statistics=True)
        assert (shown.kind, shown.columns[0].name, shown.columns[0].type) == ("series", "value", "int64")
        assert ([it[0] for it in shown.cells], shown.index) == (["1", "3", "None"], ["2", "0", "1"])
    kinds = {"number": pa.array([1]), "text": pa.array(["a"]).dictionary_encode()}
    kinds["other"] = pa.array([{"a": 1}])
    assert {page(it).columns[0].kind for it in kinds.values()} == set(kinds)


ARROW = """\
import sys
import pyarrow as pa
from tests.agent.inspecting import Look
from dap_kernel.agent.wire import messages as wire
ns, list_of, struct = pa.timestamp("ns"), pa.list_(pa.timestamp("ns")), pa.struct([("a", pa.timestamp("ns"))])
def made(*numbers):  # for `pa.array` imports pandas itself
    buffer = pa.py_buffer(b"".join(it.to_bytes(8, "little") for it in numbers))
    return pa.Array.from_buffers(pa.int64(), len(numbers), [None, buffer])
offsets = pa.py_buffer(b"".join(it.to_bytes(4, "little") for it in (0, 1, 2)))
arrays = {
    "t": made(10**18, 0).cast(ns), "fine": made(1, 2).cast(ns), "d": made(1000, 0).cast(pa.duration("ns")),
    "z": made(10**18, 0).cast(pa.timestamp("ns", "UTC")), "u": made(1, 2).cast(pa.timestamp("us")),
    "l": pa.Array.from_buffers(list_of, 2, [None, offsets], children=[made(1000, 0).cast(ns)]),
    "n": made(1, 2), "x": made(1, 2).cast(pa.float64()),
    "day": made(0, 86_400_000).cast(pa.date64()),
    "s": pa.Array.from_buffers(struct, 2, [None], children=[made(1000, 0).cast(ns)]),
}
for unit in ("us", "ns"):
    zoned = pa.timestamp(unit, "Europe/Oslo")
    times, starts = made(0, 10**6).cast(pa.timestamp("us", "UTC")).cast(zoned), made(0, 1, 2).cast(pa.int32())
    lists = pa.Array.from_buffers(pa.list_(zoned), 2, [None, offsets], children=[times])
    nested = {
        "l": lists,
        "s": pa.Array.from_buffers(pa.struct([("a", pa.list_(zoned))]), 2, [None], children=[lists]),
        "m": pa.MapArray.from_arrays(starts, made(1, 2).cast(pa.string()), times),
        "d": pa.DictionaryArray.from_arrays(made(0, 1), times),
    }
    arrays |= {unit + "_" + it: value for it, value in nested.items()}
table = pa.Table.from_arrays(list(arrays.values()), names=list(arrays))
assert "pandas" not in sys.modules
names = {"table": table, **{"it_" + it: table.column(it) for it in table.column_names}}
look = Look(None, names)
filters = [wire.TableFilter(0, ">", "1970-01-01")]
asked = dict(sort=[wire.TableSort(0, True)], filters=filters, statistics=True)
for name in list(names):
    look.answer(wire.Table(0, name))
    try:
        look.answer(wire.Table(0, name, **asked))
    except Exception as error:
        assert type(error).__name__ == "InspectionError", error
    for it in look.children(look.evaluate(name)):
        if it.reference:
            look.children(it)
print(look.answer(wire.Table(0, "table")).cells[0])
print("pandas" in sys.modules)
"""


def test_pandas_is_not_imported_for_a_table_of_pyarrow():
    pytest.importorskip("pyarrow")
    done = subprocess.run([sys.executable, "-c", ARROW], capture_output=True, text=True, check=True)
    cells, is_imported = done.stdout.splitlines()
    assert eval(cells)[:3] == ["2001-09-09 01:46:40", "1970-01-01 00:00:00.000000001", "0:00:00.000001"]
    assert is_imported == "False"
