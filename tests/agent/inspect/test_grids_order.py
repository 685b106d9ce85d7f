"""Tables sorted, filtered and summed up in the kernel, with pandas as the oracle."""

import datetime
import decimal
import fractions
import random
from itertools import pairwise

import pytest

from dap_kernel.agent.evaluate.bindings import InspectionError
from dap_kernel.agent.inspect.tables.plain_grids import grid_of
from dap_kernel.agent.inspect.tables.whole_columns import Deadline

from ..paging import LIBRARIES, Rude, column, library, page

np = pytest.importorskip("numpy")
pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")


CHANCE = random.Random(5)
MANY = {
    "n": [CHANCE.choice([None, 0, 1, 2, 3, -4, 2**40]) for _ in range(300)],
    "x": [CHANCE.choice([1.5, -0.5, 2.25, float("nan")]) for _ in range(300)],
    "t": [CHANCE.choice(["Ab", "b", "", "ä", None]) for _ in range(300)],
    "b": [CHANCE.choice([True, False]) for _ in range(300)],
    "d": [datetime.datetime(2020, 1, CHANCE.randrange(1, 9)) for _ in range(300)],
}
ORDERS = [[0], [(0, True)], [1], [(1, True)], [2], [(2, True)], [3], [(4, True)], [3, (2, True), 1], [0, 4]]


@pytest.mark.parametrize("which", LIBRARIES)
@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_sorted_as_pandas_does(which, order):
    value = library(which, MANY)
    wanted = pd.DataFrame(MANY).astype({"t": object})
    for it in reversed(order):
        position, descending = it if isinstance(it, tuple) else (it, False)
        name = list(MANY)[position]
        wanted = wanted.sort_values(name, ascending=not descending, kind="stable", na_position="last")
    assert page(value, sort=order, count=1_000).index == [str(it) for it in wanted.index]


FILTERS = [
    ((0, "=", "2"), lambda it: it.n == 2),
    ((0, "!=", "2"), lambda it: it.n != 2),
    ((0, ">=", "1e0"), lambda it: it.n >= 1),
    ((0, "missing", ""), lambda it: it.n.isna()),
    ((1, "<", " 1.75 "), lambda it: it.x < 1.75),
    ((1, "present", ""), lambda it: it.x.notna()),
    ((1, "contains", ".5"), lambda it: it.x.isin([1.5, -0.5])),
    ((2, "contains", "B"), lambda it: it.t.isin(["Ab", "b"])),
    ((2, "=", ""), lambda it: it.t == ""),
    ((2, ">", "Ab"), lambda it: it.t.isin(["b", "ä"])),
    ((3, "=", "True"), lambda it: it.b),
    ((3, "!=", "yes"), lambda it: ~it.b),
    ((4, "<=", "2020-01-03"), lambda it: it.d <= "2020-01-03"),
    ((4, "=", "2020-01-03 00:00"), lambda it: it.d == "2020-01-03"),
]


@pytest.mark.parametrize("which", LIBRARIES)
@pytest.mark.parametrize(("wanted", "oracle"), FILTERS, ids=[str(it[0]) for it in FILTERS])
def test_filtered_as_pandas_does(which, wanted, oracle):
    value = library(which, MANY)
    frame = pd.DataFrame(MANY).astype({"t": object})
    passing = frame[oracle(frame).fillna(False).astype(bool)]
    shown = page(value, filters=[wanted], count=1_000)
    assert shown.index == [str(it) for it in passing.index]
    assert (shown.rows, shown.total_rows) == (len(passing), 300)
    both = page(value, filters=[wanted, (3, "=", "true")], sort=[(4, True)], count=1_000)
    assert both.rows == passing.b.sum()
    assert all(one >= two for one, two in pairwise(it[4] for it in both.cells))


WRONG = [
    (pd.DataFrame(MANY), (0, "=", "many"), "column 'n' cannot be filtered so: 'many' is no number"),
    (pd.DataFrame(MANY), (3, "=", "perhaps"), "'perhaps' is neither true nor false"),
    (pd.DataFrame(MANY), (4, "<", "soon"), "'soon' is no date or time: write it as 2020-01-31"),
    (MANY, (4, "<", "soon"), "'soon' is no date or time: write it as 2020-01-31"),
    (pd.Series(pd.to_timedelta(["1D"])), (0, "<", "1"), "durations can be sorted, but not compared"),
    ([[{}]], (0, "<", "1"), "values of type dict have no order"),
    (pd.DataFrame(MANY), (5, "=", ""), "there is no column 5: there are 5, counted from 0"),
    (pd.DataFrame(MANY), (-1, "=", ""), "there is no column -1"),
]


@pytest.mark.parametrize(("value", "wanted", "why"), WRONG, ids=[it[2] for it in WRONG])
def test_what_cannot_be_filtered(value, wanted, why):
    with pytest.raises(InspectionError, match=why):
        page(value, filters=[wanted])


def test_values_of_several_types_have_an_order_and_are_asked_each_by_its_own():
    values = [3, "b", None, {}, 1.5, "a", True, Rude()]
    kept = [str(it) for it in (6, 4, 0, 5, 1)]
    index = page(values, sort=[0]).index
    assert index[:5] == kept
    assert index[-1] == "2"
    assert column(values, filters=[(0, "=", "3")]) == ["3"]
    assert column(values, filters=[(0, ">", "a")]) == ["b"]
    zones = [datetime.datetime(2020, 1, 2), datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)]
    assert page(zones, sort=[0]).index == ["1", "0"]
    assert page(zones, statistics=True).columns[0].distinct == 2


def test_values_that_python_cannot_compare_are_sorted_and_told_all_the_same():
    odd = [
        decimal.Decimal("sNaN"),
        decimal.Decimal(2),
        fractions.Fraction(10**400),
        1,
        decimal.Decimal("NaN"),
    ]
    assert len(page(odd, sort=[0], statistics=True).cells) == 5
    assert column(odd, filters=[(0, "=", "2")]) == ["2"]
    zones = [datetime.datetime(2020, 1, 2), datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)]
    assert len(column(zones, filters=[(0, ">", "2019-01-01")])) == 1
    nested = pl.DataFrame({"l": [[2], [1], None], "s": [{"a": 2}, {"a": 1}, None]})
    assert page(nested, sort=[0], statistics=True).index == ["1", "0", "2"]
    assert column(nested, 1, sort=[1]) == ["{'a': 1}", "{'a': 2}", "None"]


@pytest.mark.parametrize("which", ["polars", "pyarrow"])
@pytest.mark.parametrize("zone", [None, datetime.UTC], ids=["naive", "utc"])
def test_times_of_each_library(which, zone):
    days = [datetime.datetime(2020, 1, it, tzinfo=zone) for it in (3, 1, 2)]
    spans = [datetime.timedelta(days=it) for it in (3, 1, 2)]
    table = library(which, {"d": days, "s": spans, "day": [it.date() for it in days]})
    for position in range(3):
        assert page(table, sort=[position]).index == ["1", "2", "0"]
        assert page(table, statistics=True).columns[position].distinct == 3
    assert page(table, filters=[(0, "<", "2020-01-02 12:00")]).index == ["1", "2"]
    assert page(table, filters=[(2, "=", "2020-01-02")]).index == ["2"]


@pytest.mark.parametrize("values", [list(range(10)), ["a"] * 10], ids=["array", "list"])
def test_without_time_there_are_no_figures_and_that_is_said(values):
    whole = grid_of(pd.Series(values)).whole(0)
    late, early = Deadline(-1.0), Deadline(60.0)
    assert whole.figures(range(10), late).distinct is None
    assert late.is_missed
    assert whole.figures(range(10), early).distinct == len(set(values))
    assert not early.is_missed


def test_times_with_zones_and_ordered_categories():
    days = pd.to_datetime(["2020-01-02", None, "2020-01-01"]).tz_localize("Europe/Vienna")
    frame = pd.DataFrame({"d": days, "c": pd.Categorical(["lo", "hi", None], ["lo", "hi"], ordered=True)})
    assert page(frame, sort=[0]).index == ["2", "0", "1"]
    assert page(frame, filters=[(0, ">", "2020-01-01 12:00")]).index == ["0"]
    assert page(frame, sort=[(1, True)]).index == ["1", "0", "2"]
    figures = page(frame, statistics=True).columns[1]
    assert (figures.min, figures.max, figures.missing, figures.distinct) == ("lo", "hi", 1, 2)


@pytest.mark.parametrize("which", LIBRARIES)
def test_figures_are_those_of_pandas(which):
    value = library(which, MANY)
    frame = pd.DataFrame(MANY).astype({"t": object})
    for filters, part in (([], frame), ([(3, "=", "true")], frame[frame.b])):
        shown = page(value, statistics=True, filters=filters)
        for it in shown.columns:
            assert (it.missing, it.distinct) == (part[it.name].isna().sum(), part[it.name].nunique()), it.name
        numbers, times = shown.columns[1], shown.columns[4]
        assert (float(numbers.min), float(numbers.max)) == (part.x.min(), part.x.max())
        assert times.min.startswith(f"{part.d.min():%Y-%m-%d}")
        assert page(value, filters=filters).columns[0].missing is None


def test_no_value_is_changed_and_none_of_the_notebooks_code_is_called_but_reprs():
    frame = pd.DataFrame(MANY)
    before = frame.copy(deep=True)
    page(frame, sort=[(0, True)], filters=[(2, "contains", "b")], statistics=True)
    pd.testing.assert_frame_equal(frame, before)
    shown = page([{"r": Rude(), "n": 1}, {"r": Rude(), "n": 0}], sort=[1, 0], statistics=True)
    assert shown.cells[0][1] == "0"
    assert shown.columns[0].distinct is None
