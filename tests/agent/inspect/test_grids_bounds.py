"""No page of a table is too long for its frame, or no JSON, or waits for a name: whatever is in the table."""

import json

import pytest

from dap_kernel.agent.inspect.tables.table_pages import table_page
from dap_kernel.agent.inspect.tables.table_views import ViewedTable
from dap_kernel.agent.wire import messages as wire
from dap_kernel.agent.wire.codec import MAX_FRAME, encode, encoded_length

from ..paging import page

np = pytest.importorskip("numpy")
pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")

LONG = "\u8bed" * 200_000
LONE = "\ud800"
WIDE = {f"c{it}": "\u8bed" * 40_000 for it in range(500)}


class Big:
    def __repr__(self):
        return "\U0001f600" * 40_000


def fields(name):
    return np.zeros(2, [(name, "i4")])


BIG = {
    "cells": pd.DataFrame([WIDE]),
    "records": [WIDE, WIDE],
    "shown by repr": [[Big()] * 300] * 3,
    "index name": pd.DataFrame({"a": [1]}, index=pd.Index([1], name=LONG)),
    "index names": pd.DataFrame({"a": [1]}, index=pd.MultiIndex.from_tuples([(1, 2)], names=[LONG, LONG])),
    "labels": pd.DataFrame({"a": [1] * 500}, index=pd.MultiIndex.from_tuples([(LONG,) * 30] * 500)),
    "column": pd.DataFrame({(LONG,) * 30: [1], LONG: [2]}),
    "field": fields(LONG),
    "polars": pl.DataFrame({LONG: [1]}),
    "enum": pl.Series([None], dtype=pl.Enum([f"{it}-{it}" for it in range(50_000)])).to_frame(),
    "key": [{LONG: 1}],
    "class": [type("\u8bed" * 100_000, (), {})()],
}


@pytest.mark.parametrize("which", BIG)
def test_a_page_fits_its_frame(which):
    for raw in (False, True):
        shown = page(BIG[which], raw=raw, column_count=500, statistics=not raw)
        frame = encode(wire.Reply(1, shown))
        assert len(frame) < MAX_FRAME // 2
        assert shown.cells
        if which not in ("cells", "records", "shown by repr"):
            assert len(frame) < 1_500_000


def test_what_does_not_fit_a_row_is_marked():
    shown = page(BIG["cells"], raw=True, column_count=500)
    assert (len(shown.cells), len(shown.cells[0])) == (1, 500)
    assert len(shown.cells[0][0]) == 32_767
    assert shown.cells[0][-1] == "…"
    ascii_only = page(
        pd.DataFrame([{f"c{it}": "x" * 40_000 for it in range(500)}]), raw=True, column_count=500
    )
    assert {len(it) for it in ascii_only.cells[0]} == {32_767}


LONELY = {
    "index name": pd.DataFrame({"a": [1]}).rename_axis(index=LONE),
    "column": pd.DataFrame([[1]], columns=pd.Index([LONE], dtype=object)),
    "levels": pd.DataFrame([[1]], columns=pd.Index([(LONE, 1)], dtype=object, tupleize_cols=False)),
    "field": fields(LONE),
    "key": [{LONE: LONE}],
    "label": {LONE: {"a": 1}},
}


@pytest.mark.parametrize("which", LONELY)
def test_a_page_is_json_whatever_its_names_are(which):
    text = json.dumps(json.loads(encode(wire.Reply(1, page(LONELY[which])))[4:]), ensure_ascii=False)
    assert "\\ud800" in text.encode().decode()


TEXTS = [
    ("a", "a"),
    ("\ud800", "\\ud800"),
    ("\udfff\ud800", "\\udfff\\ud800"),
    ("\ud83d", "\\ud83d"),
    ("\U0001f600\udc00\U0001f600", "\U0001f600\\udc00\U0001f600"),
    ("\\ud800", "\\ud800"),
    ("\\\ud800", "\\\\ud800"),
    ('"\\"\udabc"\n', '"\\"\\udabc"\n'),
]


@pytest.mark.parametrize(("text", "told"), TEXTS, ids=ascii)
def test_every_frame_is_json(text, told):
    read = json.loads(encode(wire.Note(text))[4:])["text"]
    assert read.encode().decode() == told
    assert encoded_length(text) == len(json.dumps(text))


class Named:
    """Something that is used as a name, and says so."""

    asked = 0

    def __repr__(self):
        Named.asked += 1
        return "Named()"

    __str__ = __repr__


NAMED = {
    "index name": lambda it: pd.DataFrame({"a": [1]}, index=pd.Index([1], name=it)),
    "column": lambda it: pd.DataFrame([[1]], columns=pd.Index([it], dtype=object)),
    "level": lambda it: pd.DataFrame([[1]], columns=pd.MultiIndex.from_tuples([("a", it)])),
    "label": lambda it: pd.DataFrame([[1]], index=pd.Index([it], dtype=object)),
    "series": lambda it: pd.Series([1], name=it),
    "key": lambda it: {it: [1]},
}


@pytest.mark.parametrize("which", NAMED)
def test_a_name_that_takes_code_of_the_notebooks_comes_last(which):
    value = NAMED[which](Named())
    asked = Named.asked
    filling = table_page(ViewedTable(value), wire.Table(0, "it"), "it")
    early = filling.so_far()
    assert Named.asked == asked
    assert early.cells == [["1"]]
    assert "not shown" in " ".join([*early.index, str(early.index_name), early.columns[0].name])
    told = filling.whole()
    assert "Named()" in " ".join([*told.index, str(told.index_name), told.columns[0].name])
    assert early.cells is not told.cells


def test_a_page_that_was_taken_early_stays_whole():
    filling = table_page(ViewedTable([[Big()] * 30] * 30), wire.Table(0, "it", raw=True), "it")
    early, told = filling.so_far(), filling.whole()
    assert len(told.cells) == len(told.index) < 30
    assert len(early.cells) == len(early.index) == 30
    assert "not shown" in early.cells[0][0]


def test_labels_of_several_levels_are_there_at_once():
    series = pd.Series([1], index=pd.MultiIndex.from_tuples([("a", np.int64(1))], names=["p", "q"]))
    early = table_page(ViewedTable(series), wire.Table(0, "it"), "it").so_far()
    assert (early.index, early.index_name) == (["a, 1"], "p, q")


def test_numbers_that_are_their_own_item_have_a_text():
    assert page([np.longdouble(1.5), np.clongdouble(2)]).cells == [["1.5"], ["(2+0j)"]]
