import subprocess
import sys

import msgspec
import pytest

from dap_kernel.agent.wire.messages import LineBreakpoint, Span, Stopped, Target, Thread
from dap_kernel.agent.wire.structs import FrozenStruct, Struct, field, replace
from tests.test_layers import AGENT, LOAD_AGENT, PACKAGE


class Place(Struct):
    path: str
    line: int = 1
    notes: list[str] = field(default_factory=list)


class Nothing(Struct):
    """It has no field."""


class Spot(FrozenStruct):
    line: int
    name: str = ""


def test_fields_are_given_by_place_or_by_name():
    assert vars(Place("a", 2)) == {"path": "a", "line": 2, "notes": []}
    assert vars(Place(notes=["n"], path="a")) == {"path": "a", "line": 1, "notes": ["n"]}
    assert vars(Nothing()) == {}


@pytest.mark.parametrize("wrong", [{}, {"path": "a", "other": 1}])
def test_what_is_no_field_is_refused(wrong):
    for _ in range(2):  # the first instance is made otherwise than the second
        with pytest.raises(TypeError):
            Place(**wrong)


def test_each_has_a_list_of_its_own():
    one, other = Place("a"), Place("a")
    one.notes.append("n")
    assert other.notes == []


def test_only_what_is_frozen_is_equal_by_its_fields():
    assert Place("a") != Place("a")
    assert Spot(1) == Spot(1, "")
    assert hash(Spot(1)) == hash(Spot(1))
    assert Spot(1) != Spot(2)
    assert len({Spot(1), Spot(1), Spot(2)}) == 2
    assert LineBreakpoint(1, 2) != Span(1, 2, 3, 4)


def test_one_is_replaced_field_by_field():
    place = Place("a", 2, ["n"])
    assert vars(replace(place, line=3)) == {"path": "a", "line": 3, "notes": ["n"]}
    assert place.line == 2
    with pytest.raises(TypeError):
        replace(place, other=1)


def test_they_say_what_they_hold():
    assert repr(Place("a")) == "Place(path='a', line=1, notes=[])"


def test_msgspec_reads_them_as_dataclasses():
    target = msgspec.json.decode(
        b'{"id": 1, "label": "f()", "span": {"line": 1, "column": 2, "end_line": 1, "end_column": 5}}',
        type=Target,
    )
    assert (target.label, target.span) == ("f()", Span(1, 2, 1, 5))
    text = (
        b'{"thread": 1, "thread_name": "main", "reason": "step", "filename": "f", "line": 3, "threads": %s}'
    )
    stopped = msgspec.json.decode(text % b'[{"id": 1, "name": "main"}]', type=Stopped)
    assert [type(it) for it in stopped.threads] == [Thread]
    assert (stopped.hit_breakpoint_ids, stopped.text) == ([], None)
    with pytest.raises(msgspec.ValidationError, match=r"\$\.threads\[0\]"):
        msgspec.json.decode(text % b'[{"id": "1", "name": "main"}]', type=Stopped)


DEAR = {"dataclasses", "inspect", "importlib.abc", "tempfile", "pathlib", "asyncio", "logging"}


def test_the_agent_loads_nothing_dear():
    """Each is some milliseconds of every start; a program that uses one loads it itself."""
    agent = [it for it in AGENT if not it.startswith("hosts.")]
    program = LOAD_AGENT.replace("foreign = ", "print(*sys.modules)\nforeign = ")
    loaded = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program, str(PACKAGE / "agent"), *agent],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout.splitlines()[0]
    assert DEAR & {*loaded.split()} == set()
