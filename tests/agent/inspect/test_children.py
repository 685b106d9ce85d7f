"""What a value is made of, by page."""

import datetime
import enum
import functools
import time
import weakref
from collections import OrderedDict, UserDict, deque, namedtuple
from dataclasses import dataclass
from types import MappingProxyType

import pytest

from dap_kernel.agent.evaluate.bindings import InspectionError

from ..inspecting import at

Point = namedtuple("Point", "x y")
BIG = 10**6


def triples(children):
    return [(it.name, it.value, it.evaluate_name) for it in children]


CONTAINERS = [
    ([5, 6], 2, [("0", "5", "it[0]"), ("1", "6", "it[1]")]),
    ((5,), 1, [("0", "5", "it[0]")]),
    (deque([5]), 1, [("0", "5", "it[0]")]),
    (range(5, 6), 1, [("0", "5", "it[0]")]),
    ({5}, 1, [("0", "5", "list(it)[0]")]),
    (frozenset({5}), 1, [("0", "5", "list(it)[0]")]),
    ({"k": 5}, None, [("'k'", "5", "it['k']")]),
    ({(1, "a"): 5, 2.5: 6}, None, [("(1, 'a')", "5", "it[(1, 'a')]"), ("2.5", "6", "it[2.5]")]),
    (OrderedDict(k=5), None, [("'k'", "5", "it['k']")]),
    (MappingProxyType({"k": 5}), None, [("'k'", "5", "it['k']")]),
    ({"k": 5}.values(), 1, [("0", "5", "list(it)[0]")]),
    (Point(5, 6), None, [("x", "5", "it.x"), ("y", "6", "it.y")]),
]


@pytest.mark.parametrize(("value", "indexed", "expected"), CONTAINERS, ids=[repr(it[0]) for it in CONTAINERS])
def test_containers(value, indexed, expected):
    look = at(value)
    shown = look.evaluate("it")
    children = look.children(shown)
    assert shown.indexed == indexed
    is_container = type(value) is not Point
    assert (
        triples(children)
        == [*expected, ("len()", str(len(expected)), "len(it)")][: len(expected) + is_container]
    )
    assert shown.named == len(look.children(shown, filter="named"))
    for child in children:
        assert look.value(child.evaluate_name) == child.value
    if is_container:
        with pytest.raises(InspectionError, match=r"len\(\) cannot be assigned to"):
            look.assign(shown, "len()", "1")


CUT = [
    (list(range(2000)), "[0, 1, 2", "…] (2,000 items)"),
    (dict.fromkeys(range(2000)), "{0: None,", "…} (2,000 items)"),
    (set(range(2000)), "{0, 1", "…} (2,000 items)"),
    ("x" * 2000, "'xxx", "x…' (2,000 characters)"),
    (b"x" * 2000, "b'xxx", "x…' (2,000 bytes)"),
    (range(2000), "range(0, 2000)", "range(0, 2000)"),
    ([1, 2], "[1, 2]", "[1, 2]"),
]


@pytest.mark.parametrize(("value", "begin", "end"), CUT, ids=[it[2] for it in CUT])
def test_what_is_cut_says_how_much_there_is(value, begin, end):
    look = at(value)
    for context in ("watch", "hover"):
        text = look.value("it", context)
        assert text.startswith(begin)
        assert text.endswith(end)
    assert look.locals()["it"].endswith(end)
    assert len(look.locals()["it"]) <= 400


class Numbers(list):
    unit = "km"


def test_a_class_made_of_a_list_has_named_children_that_clients_ask_for():
    look = at(Numbers([1]))
    shown = look.evaluate("it")
    named = look.children(shown, filter="named")
    assert shown.named == len(named)
    assert {"unit", "len()"} <= {it.name for it in named}


@pytest.mark.parametrize("value", [1, "text", None, b"x", 1.5, [], {}, (), set(), ...], ids=repr)
def test_no_children(value):
    assert at(value).evaluate("it").reference == 0


PAGES = {
    "list": (list(range(BIG)), 0.001),
    "tuple": (tuple(range(BIG)), 0.001),
    "range": (range(10**12), 0.001),
    "deque": (deque(range(BIG)), 0.01),
    "dict": ({at: at for at in range(BIG)}, 0.02),
    "OrderedDict": (OrderedDict.fromkeys(range(BIG)), 0.2),
    "set": (set(range(BIG)), 0.02),
    "values": ({at: at for at in range(BIG)}.values(), 0.02),
}


@pytest.mark.parametrize(("value", "limit_s"), PAGES.values(), ids=PAGES)
def test_a_page_from_the_middle(value, limit_s):
    look = at(value)
    shown = look.evaluate("it")
    assert shown.indexed == len(value)
    start = len(value) // 2
    took = []
    for _ in range(7):
        begun = time.process_time()
        page = look.children(shown, filter="indexed", start=start, count=100)
        took.append(time.process_time() - begun)
    assert len(page) == 100
    assert page[0].name == str(start)
    assert page[99].name == str(start + 99)
    assert min(took) < limit_s * 1.5
    last = look.children(shown, start=len(value) - 2, count=100)
    assert [it.name for it in last][:2] == [str(len(value) - 2), str(len(value) - 1)]


def test_all_children_of_a_long_list_are_bounded():
    look = at(list(range(10_000)))
    children = look.children(look.evaluate("it"))
    assert len(children) == 502
    assert (children[-2].name, children[-2].value) == ("len()", "10000")
    assert (children[-1].name, children[-1].value) == ("…", "9,500 more")
    wide = at({at: at for at in range(101)})
    shown = wide.evaluate("it")
    assert (shown.indexed, shown.named) == (101, 1)
    assert [it.name for it in wide.children(shown, filter="named")] == ["len()"]


def test_a_dictionary_whose_keys_cannot_be_typed():
    class Key:
        def __repr__(self):
            return "<key>"

    look = at({Key(): 1, float("nan"): 2})
    children = look.children(look.evaluate("it"))
    assert triples(children)[0] == ("<key>", "1", "list(it.values())[0]")
    assert look.value(children[1].evaluate_name) == "2"


class Base:
    """Doc."""

    limit = 3

    def method(self):
        raise AssertionError


class Thing(Base):
    __slots__ = ("slot", "unset")
    ran = 0

    class Inner:
        pass

    def __init__(self):
        self.name = "n"
        self._own = 1
        self.slot = 2
        vars(self)["not a name"] = 4

    @property
    def area(self):
        Thing.ran += 1
        return 42

    @functools.cached_property
    def cached(self):
        raise ValueError("not now")

    @staticmethod
    def static():
        pass


def test_an_objects_attributes():
    look = at(Thing())
    shown = look.evaluate("it")
    children = {it.name: it for it in look.children(shown)}
    assert list(children)[:3] == ["special variables", "function variables", "class variables"]
    plain = {name: it.value for name, it in children.items() if not name.endswith("variables")}
    assert plain == {
        "name": "'n'",
        "_own": "1",
        "not a name": "4",
        "slot": "2",
        "area": "property",
        "cached": "property",
        "limit": "3",
        "ran": "0",
    }
    assert Thing.ran == 0
    assert (children["area"].kind, children["area"].attributes) == ("property", ["hasSideEffects"])
    assert triples(look.children(children["area"])) == [("area", "42", "it.area")]
    assert Thing.ran == 1
    assert look.children(children["cached"])[0].value == "<ValueError: not now>"
    assert {it.name for it in look.children(children["function variables"])} == {"method", "static"}
    assert [it.name for it in look.children(children["class variables"])] == ["Inner"]
    assert "__doc__" in {it.name for it in look.children(children["special variables"])}
    assert look.value(children["not a name"].evaluate_name) == "4"
    Thing.ran = 0


def test_subclasses_of_containers_have_both():
    class Table(list):
        def __init__(self):
            super().__init__([1, 2])
            self.title = "t"

    class Config(dict):
        pass

    look = at(Table())
    children = look.children(look.evaluate("it"))
    assert [it.name for it in children[:2]] == ["0", "1"]
    assert "title" in {it.name for it in children}
    config = at(Config(a=1))
    vars_ = {it.name for it in config.children(config.evaluate("it"))}
    assert "'a'" in vars_
    assert config.assign(config.evaluate("it"), "new", "1").value == "1"


class Color(enum.Enum):
    RED = 1


@dataclass
class Pair:
    left: int
    right: int


def generator():
    yield 1


OTHERS = [
    (Pair(1, 2), {"left": "1", "right": "2"}),
    (ValueError("bad"), {"args": "('bad',)"}),
    (datetime.date(2024, 5, 6), {"year": "2024", "month": "5", "day": "6"}),
    (generator(), {"gi_running": "False"}),
    (Color.RED, {"_value_": "1", "_name_": "'RED'"}),
    (Base, {"limit": "3"}),
    (UserDict(a=1), {"data": "{'a': 1}"}),
    (weakref.ref(Base), {"()": "<class 'tests.agent.inspect.test_children.Base'>"}),
    (enum, {"__name__": None}),
]


@pytest.mark.parametrize(("value", "expected"), OTHERS, ids=[type(it[0]).__name__ for it in OTHERS])
def test_other_objects(value, expected):
    look = at(value)
    found = {it.name: it.value for it in look.children(look.evaluate("it"))}
    for name, text in expected.items():
        assert text is None or found[name] == text


def test_an_exceptions_cause_is_in_sight():
    try:
        try:
            raise ValueError("first")
        except ValueError as first:
            raise TypeError("second") from first
    except TypeError as second:
        second.add_note("a note")
        look = at(second)
    found = {it.name: it.value for it in look.children(look.evaluate("it"))}
    assert found["__cause__"] == "ValueError('first')"
    assert found["__notes__"] == "['a note']"


def test_children_can_be_assigned():
    target = {"k": [1, 2], "t": (1,), "s": {1}, "o": Thing(), "q": deque([1]), "p": Point(1, 2)}
    look = at(target)
    top = look.evaluate("it")
    children = {it.name: it for it in look.children(top)}
    assert look.assign(children["'k'"], "1", "[len(it)]").value == "[6]"
    assert look.assign(children["'q'"], "0", "7").value == "7"
    assert look.assign(children["'o'"], "slot", "8").value == "8"
    assert look.assign(top, "'k'", "it['k'] + [0]").value == "[1, [6], 0]"
    assert target["k"] == [1, [6], 0]
    assert target["q"][0] == 7
    assert target["o"].slot == 8
    for name, child in (("'t'", "0"), ("'s'", "0"), ("'p'", "x")):
        with pytest.raises(InspectionError, match="cannot be changed"):
            look.assign(children[name], child, "1")
    with pytest.raises(InspectionError, match="NameError"):
        look.assign(top, "'k'", "nope")
    with pytest.raises(InspectionError, match="cannot be assigned to"):
        look.assign(top, "missing", "1")


def test_a_reference_that_is_gone():
    look = at([1])
    shown = look.evaluate("it")
    look.stop.end()
    with pytest.raises(InspectionError, match="run on"):
        look.children(shown)
    with pytest.raises(InspectionError, match="run on"):
        look.evaluate("it")


def test_paths_of_expressions():
    look = at([1, 2])
    child = look.children(look.evaluate("it + [3]"))[2]
    assert child.evaluate_name == "(it + [3])[2]"
    assert look.value(child.evaluate_name) == "3"
