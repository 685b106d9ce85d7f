"""What waits to run, as tables: what is asked for twice, late, or no more."""

import pytest

from dap_kernel.notebook.formats.reading import read
from dap_kernel.server.run.run_state import RunState

CELLS = read("# %% a\n1\n# %% b\n2\n# %% c\n3\n", "/nb.py").by_id


@pytest.fixture
def run():
    return RunState()


def ask(run, names, **how):
    asked = [next(it for it in CELLS.values() if it.name == name) for name in names]
    how = {"is_debugged": True, "stops_first": False, "is_late": False} | how
    return "".join(it.name for it in run.enqueue(asked, **how))


def waiting(run, is_so=lambda it: True):
    return "".join(it.cell.name for it in run.queue if is_so(it))


@pytest.mark.parametrize(
    ("first", "then", "is_late", "fresh", "queue"),
    [
        ("ab", "bc", False, "c", "abc"),
        ("ab", "a", False, "", "ab"),
        ("abc", "a", True, "a", "bca"),
    ],
)
def test_what_waits_already_keeps_its_place_but_at_an_exception(run, first, then, is_late, fresh, queue):
    assert ask(run, first) == first
    assert ask(run, then, is_late=is_late) == fresh
    assert waiting(run) == queue
    assert run.total == len(queue)


def test_a_cell_that_is_asked_for_both_ways_is_debugged(run):
    ask(run, "ab", is_debugged=False)
    ask(run, "bc")
    ask(run, "c", is_debugged=False)
    assert waiting(run, lambda it: it.is_debugged) == "bc"


def test_the_first_of_those_asked_for_stops(run):
    ask(run, "ab")
    ask(run, "bc", stops_first=True)
    assert waiting(run, lambda it: it.stops_first) == "b"


def test_what_was_asked_late_outlives_one_failure(run):
    ask(run, "ab")
    ask(run, "c", is_late=True)
    assert {CELLS[it].name for it in run.take_asked_late()} == {"c"}
    assert run.take_asked_late() == set()
    assert [it.name for it in run.drop({it.cell.id for it in run.queue})] == ["a", "b", "c"]
    assert not run.queue
