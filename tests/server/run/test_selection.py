"""Which cells run and why, as tables."""

import pytest

from dap_kernel.notebook.formats.reading import read
from dap_kernel.server.errors import DapError
from dap_kernel.server.run.records import Record, Records
from dap_kernel.server.run.selection import ChoiceBasis, choose, in_words, plan_of

PERCENT = """\
# %% load
a = 1

# %% train
b = a

# %% [markdown]
# words

# %% show
print(b)
"""
MARIMO = """\
import marimo
app = marimo.App()

@app.cell
def show(b):
    print(b)
    return

@app.cell
def load():
    a = 1
    return (a,)

@app.cell
def train(a):
    b = a
    return (b,)

@app.cell
def alone():
    c = 1
    return (c,)
"""


def state(text, *, last=None, **ran):
    """A notebook of which the cells named in `ran` have run: a state, or an earlier text."""
    notebook = read(text, "x.py")
    records = Records()
    for cell in notebook.cells:
        what = ran.get(cell.name)
        if what is not None:
            is_state = what in ("done", "failed", "stopped", "interrupted", "not reached")
            records.by_id[cell.id] = Record(what if is_state else "done", cell.source if is_state else what)
    ids = {it.name: it.id for it in notebook.cells}
    return ChoiceBasis(notebook, plan_of(notebook), records, ids.get(last))


ALL_RAN = {"load": "done", "train": "done", "show": "done"}


@pytest.mark.parametrize(
    "spec, ran, last, chosen",
    [
        ("all", {}, None, ["load ()", "train ()", "show ()"]),
        ("none", {}, None, []),
        ("stale", {}, None, ["load (new)", "train (new)", "show (new)"]),
        ("stale", ALL_RAN, None, []),
        ("stale", ALL_RAN | {"load": "a = 2"}, None, ["load (edited)"]),
        (
            "stale",
            {"load": "done", "train": "failed", "show": "not reached"},
            None,
            ["train (failed)", "show (not reached)"],
        ),
        ("stale", ALL_RAN | {"train": "stopped"}, None, ["train (quit)"]),
        ("stale", ALL_RAN | {"train": "interrupted"}, None, ["train (interrupted)"]),
        ("next", {}, None, ["load (next)"]),
        ("next", ALL_RAN, "load", ["train (next)"]),
        ("next", ALL_RAN, "show", []),
        ({"cells": [2]}, {}, None, ["train (new)"]),
        ({"cells": ["SHOW", "1"]}, ALL_RAN, None, ["load (asked for)", "show (asked for)"]),
        ({"above": 5}, {}, None, ["load (new)"]),
        ({"above": 4}, {}, None, ["load (new)"]),
        ({"below": 5}, {}, None, ["train (new)", "show (new)"]),
        ({"below": 8}, {}, None, ["show (new)"]),
        ({"at": 5}, {}, None, ["train (new)"]),
    ],
)
def test_percent_runs_top_to_bottom(spec, ran, last, chosen):
    found = choose(state(PERCENT, last=last, **ran), spec)
    assert [f"{it.cell.name} ({it.why})" for it in found] == chosen


TAGGED = PERCENT.replace("# %% train", '# %% train tags=["skip-execution"]').replace(
    "# %% show", "# %% show tags=['a', 'raises-exception']"
)


@pytest.mark.parametrize(
    "spec, ran, last, chosen",
    [
        ("all", {}, None, ["load ()", "show ()"]),
        ("stale", {}, None, ["load (new)", "show (new)"]),
        ("stale", {"load": "done", "show": "failed"}, None, []),
        ("stale", {"load": "failed", "show": "failed"}, None, ["load (failed)"]),
        ("next", {"load": "done"}, "load", ["show (next)"]),
        ("next", {"load": "done"}, "train", ["show (next)"]),
        ({"above": 8}, {}, None, ["load (new)"]),
        ({"below": 5}, {}, None, ["show (new)"]),
        ({"at": 5}, {}, None, ["train (asked for)"]),
        ({"cells": ["train"]}, {}, None, ["train (asked for)"]),
    ],
)
def test_tags_leave_out_what_is_not_asked_for(spec, ran, last, chosen):
    found = choose(state(TAGGED, last=last, **ran), spec)
    assert [f"{it.cell.name} ({it.why})" for it in found] == chosen


@pytest.mark.parametrize(
    "spec, ran, chosen",
    [
        ("all", {}, ["load ()", "train ()", "show ()", "alone ()"]),
        (
            "stale",
            {**ALL_RAN, "alone": "done", "load": "a = 0"},
            ["load (edited)", "train (depends on load)", "show (depends on train)"],
        ),
        (
            {"cells": ["train"]},
            {"alone": "done"},
            ["load (needed by train)", "train (new)", "show (depends on train)"],
        ),
        ({"cells": ["show"]}, {**ALL_RAN}, ["show (asked for)"]),
        ("next", {}, ["load (next)"]),
    ],
)
def test_marimo_runs_by_dataflow(spec, ran, chosen):
    found = choose(state(MARIMO, **ran), spec)
    assert [f"{it.cell.name} ({it.why})" for it in found] == chosen


@pytest.mark.parametrize("spec", [{"cells": ["nope"]}, {"cells": [9]}, {"at": 7}])
def test_what_is_no_cell_is_declined(spec):
    with pytest.raises(DapError):
        choose(state(PERCENT), spec)


def test_a_run_is_told_in_a_line():
    some = choose(state(PERCENT, load="a = 0", train="failed", show="done"), "stale")
    assert in_words(some, 3) == "runs 2 of 3: load (edited), train (failed)"
    assert in_words(some, 3, limit=1) == "runs 2 of 3: load (edited), 1 more"
    assert in_words(choose(state(PERCENT), "all"), 3) == "runs all 3 cells"
    assert in_words([], 3) == "runs nothing"
