"""What is kept of tables between their pages, and until when."""

import gc
import weakref
from typing import ClassVar

import pytest

from dap_kernel.agent.evaluate.bindings import InspectionError
from dap_kernel.agent.stops.stop import Stop, StoppedFrame
from dap_kernel.agent.wire import messages as wire

from ..inspecting import Look, at


class Frame(dict):
    """A table whose objects are counted."""

    living: ClassVar[weakref.WeakSet] = weakref.WeakSet()

    def __init__(self, data):
        super().__init__(data)
        Frame.living.add(self)

    __hash__ = object.__hash__  # type: ignore[assignment]


class Counting:
    def __init__(self):
        self.asked = 0

    @property
    def frame(self):
        self.asked += 1
        return [[self.asked], [0]]


@pytest.mark.parametrize("is_path", [True, False])
def test_an_expression_is_evaluated_once_for_all_its_pages(is_path):
    counting = Counting()
    look = at(counting)
    table = look.answer(wire.Table(look.id, "it.frame", is_path)).table
    for asked in ({"start": 1}, {"sort": [wire.TableSort(0)]}, {"statistics": True}, {"raw": True}):
        shown = look.answer(wire.Table(look.id, table=table, **asked))
        assert (shown.table, shown.evaluate_name, shown.total_rows) == (table, "it.frame", 2)
    look.value("str(1)", "watch")
    assert look.answer(wire.Table(look.id, table=table)).cells == [["1"], ["0"]]
    look.run("x = 1")  # after which a path may lead to another value
    if is_path:
        with pytest.raises(InspectionError, match="notStopped"):
            look.answer(wire.Table(look.id, table=table))
    else:
        assert look.answer(wire.Table(look.id, table=table)).cells == [["1"], ["0"]]
    look.stop.end()
    assert not look.stop.owns(table)
    assert counting.asked == 1


def test_what_is_evaluated_anew_takes_the_place_of_what_was_kept():
    look = at(Counting())
    first = look.answer(wire.Table(look.id, "it.frame")).table
    second = look.answer(wire.Table(look.id, "it.frame", table=first))
    assert second.cells == [["2"], ["0"]]
    assert look.answer(wire.Table(look.id, table=second.table)).cells == second.cells
    assert not look.stop.owns(first)
    with pytest.raises(InspectionError):
        look.answer(wire.Table(look.id, "5", table=second.table))
    assert look.answer(wire.Table(look.id, table=second.table)).cells == second.cells


def test_what_is_kept_shows_what_the_console_has_changed_in_it():
    look = at([3, 1])
    ask = wire.Table(look.id, "list(it) and it", sort=[wire.TableSort(0)])
    ask = wire.Table(look.id, table=look.answer(ask).table, sort=ask.sort)
    look.run("it[0] = 0")
    assert look.answer(ask).index == ["0", "1"]


def at_two_stops(**names):
    """Look at an idle notebook, and at the stop of another thread."""
    look = Look(None, names)
    return look, Stop(2, "step", [StoppedFrame(20, None, 1, "cell")])


def test_what_another_stop_keeps_of_names_is_let_go_where_a_thread_runs_on():
    look, other = at_two_stops(it=[3, 1])
    asked = [("it", True), ("it[:]", False)]
    tables = [look.inspector.answer(other, wire.Table(20, *it)).table for it in asked]
    assert [other.owns(it) for it in tables] == [True, True]
    look.inspector.forget_tables()
    assert [other.owns(it) for it in tables] == [False, True]


def test_an_order_is_made_anew_where_a_thread_has_run_on():
    values = [3, 1]
    look, other = at_two_stops(it=values)
    ask = wire.Table(20, "it[:] and it", sort=[wire.TableSort(0)])
    ask = wire.Table(20, table=look.inspector.answer(other, ask).table, sort=ask.sort)
    values[0] = 0
    look.inspector.forget_tables()
    assert look.inspector.answer(other, ask).index == ["0", "1"]


def test_what_has_grown_is_read_anew():
    values = [3, 1]
    look = at(values)
    ask = wire.Table(look.id, "it", sort=[wire.TableSort(0)])
    assert look.answer(ask).index == ["1", "0"]
    values.append(0)  # by another thread
    assert look.answer(ask).index == ["2", "1", "0"]
    del values[1:]
    assert look.answer(ask).index == ["0"]


def test_few_tables_are_held_and_none_after_the_stop():
    look = Look(None, {"make": lambda number: Frame({"n": [number]})})
    made = len(Frame.living)
    for number in range(20):
        shown = look.answer(wire.Table(look.id, f"make({number})", sort=[wire.TableSort(0)]))
        assert shown.cells == [[str(number)]]
    gc.collect()
    assert 0 < len(Frame.living) - made <= 10
    look.stop.end()
    gc.collect()
    assert len(Frame.living) == made


def test_a_table_that_was_looked_at_at_any_stop_dies_where_the_console_deletes_it():
    made = len(Frame.living)
    look, other = at_two_stops(frame=Frame({"n": [2, 1]}))
    for stop, frame in ((look.stop, look.id), (other, 20)):
        ask = wire.Table(frame, "frame", True, sort=[wire.TableSort(0)])
        look.inspector.answer(stop, ask)
    assert len(Frame.living) == made + 1
    look.run("del frame")
    gc.collect()
    assert len(Frame.living) == made
