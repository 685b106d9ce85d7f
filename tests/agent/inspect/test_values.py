"""One line for any value, whatever it does."""

import enum
import sys
import time
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from dataclasses import dataclass, field
from types import MappingProxyType, SimpleNamespace

import pytest

from dap_kernel.agent.common.raised import EvaluationCancelled
from dap_kernel.agent.evaluate.bindings import InspectionError
from dap_kernel.agent.inspect.values import LINE, MOST, show

from ..inspecting import at

Point = namedtuple("Point", "x y")


@dataclass
class Box:
    size: int
    inside: list = field(default_factory=list)
    hidden: int = field(default=0, repr=False)


class Color(enum.Enum):
    RED = 1


class Sub(list):
    pass


cycle: list[object] = [1]
cycle.append(cycle)
knot: dict[str, object] = {}
knot["self"] = [knot]

SHOWN = [
    (1, "1"),
    (True, "True"),
    (-1.5, "-1.5"),
    ("it's", '"it\'s"'),
    (b"\x00", "b'\\x00'"),
    ([1, [2, (3,)]], "[1, [2, (3,)]]"),
    (set(), "set()"),
    (frozenset({1}), "frozenset({1})"),
    ({"a": {1: None}}, "{'a': {1: None}}"),
    (cycle, "[1, [...]]"),
    (knot, "{'self': [{...}]}"),
    (Sub([1]), "[1]"),
    (OrderedDict(a=1), repr(OrderedDict(a=1))),
    (Counter("aab"), "Counter({'a': 2, 'b': 1})"),
    (defaultdict(list, a=[1]), "defaultdict(<class 'list'>, {'a': [1]})"),
    (deque([1, 2]), "deque([1, 2])"),
    ({"a": 1}.keys(), "dict_keys(['a'])"),
    ({"a": 1}.items(), "dict_items([('a', 1)])"),
    (MappingProxyType({"a": 1}), "mappingproxy({'a': 1})"),
    (SimpleNamespace(a=1), "namespace(a=1)"),
    (ValueError("no", 3), "ValueError('no', 3)"),
    (Point(1, [2]), "Point(x=1, y=[2])"),
    (Box(2, ["a"]), "Box(size=2, inside=['a'])"),
    (Color.RED, "<Color.RED: 1>"),
    (range(3), "range(0, 3)"),
    (bytearray(b"ab"), "bytearray(b'ab')"),
    ("\ud800", "'\\ud800'"),
    ([[[[[[[[1]]]]]]]], "[[[[[...]]]]]"),
    (int, "<class 'int'>"),
]


@pytest.mark.parametrize(("value", "text"), SHOWN, ids=[it[1][:30] for it in SHOWN])
def test_shown(value, text):
    assert show(value) == text
    assert at(value).value("it") == text


HUGE = {
    "list": list(range(10**6)),
    "str": "x" * 10**7,
    "bytes": b"x" * 10**7,
    "dict": {at: at for at in range(10**6)},
    "set": set(range(10**6)),
    "box": Box(1, list(range(10**6))),
    "point": Point([0] * 10**6, "y" * 10**6),
    "int": 1 << 10**7,
    "nested": [list(range(10**4))] * 10**4,
    "deque": deque(range(10**6)),
    "keys": dict.fromkeys(range(10**6)).keys(),
    "exception": ValueError("x" * 10**6),
}


@pytest.mark.parametrize("value", HUGE.values(), ids=HUGE)
def test_a_huge_value_is_bounded_and_quick(value):
    took = []
    for _ in range(3):
        begun = time.process_time()
        text = show(value)
        took.append(time.process_time() - begun)
    assert len(text) <= LINE
    assert "…" in text
    assert min(took) < 0.005


def test_hexadecimal_integers_at_any_depth():
    assert show([255, {"k": (16, True)}, -1], hex=True) == "[0xff, {'k': (0x10, True)}, -0x1]"
    assert at(255).value("it", hex=True) == "0xff"


class Silent:
    def __repr__(self):
        raise ValueError("no repr")


class Number:
    def __repr__(self):
        return 3


class Recursive:
    def __repr__(self):
        return repr(self)


class Exiting:
    def __repr__(self):
        raise SystemExit


class Liar:
    __class__ = list

    def __getattribute__(self, name):
        raise RuntimeError(name)


class Everything:
    def __getattr__(self, name):
        return 3


class Meta(type):
    def __getattribute__(cls, name):
        raise RuntimeError(name)

    def __repr__(cls):
        raise RuntimeError

    def __instancecheck__(cls, value):
        raise RuntimeError


class Made(metaclass=Meta):
    pass


class Uncountable(list):
    def __len__(self):
        return -3

    def __iter__(self):
        while True:
            yield 1

    def __getitem__(self, key):
        raise RuntimeError


class Overridden(dict):
    def items(self):
        raise RuntimeError

    keys = values = __iter__ = __getitem__ = __len__ = items


class Unequal:
    def __eq__(self, other):
        raise RuntimeError

    __bool__ = __hash__ = __len__ = __eq__

    def __repr__(self):
        return "unequal"


class Surrogate:
    def __repr__(self):
        return "a\udcffb" * 300


class BadText(ValueError):
    def __str__(self):
        raise ValueError

    def __repr__(self):
        raise self


class NoDict:
    def __init__(self):
        vars(self)["a"] = 1

    @property
    def __dict__(self):
        raise RuntimeError


class Long:
    def __repr__(self):
        return "z" * 10**8


class OddModule:
    __module__ = property(lambda self: 1 / 0)


HOSTILE = [
    (Silent, "<Silent: repr() raised ValueError: no repr>"),
    (Number, "<Number: repr() raised TypeError: "),
    (Recursive, "<Recursive: repr() raised RecursionError: "),
    (Exiting, "<Exiting: repr() raised SystemExit: >"),
    (Liar, "<"),
    (Everything, "<tests.agent.inspect.test_values.Everything object"),
    (Made, "<"),
    (lambda: Made, "<Meta: repr() raised RuntimeError: >"),
    (lambda: Uncountable([1, 2]), "[1, 2]"),
    (lambda: Overridden(a=1), "{'a': 1}"),
    (Unequal, "unequal"),
    (lambda: [Unequal()], "[unequal]"),
    (lambda: [Silent(), 1], "[<Silent: repr() raised ValueError: no repr>, 1]"),
    (Surrogate, "a\\udcffb"),
    (BadText, "<BadText: repr() raised BadText: <str() raised ValueError>>"),
    (Long, "zzz"),
    (OddModule, "<"),
]


@pytest.mark.parametrize(("make", "start"), HOSTILE, ids=[it[1][:40] or "x" for it in HOSTILE])
def test_hostile_objects(make, start):
    look = at(make())
    shown = look.evaluate("it")
    assert shown.value.startswith(start)
    assert len(shown.value) <= LINE * 7  # an escaped surrogate is six characters longer
    shown.value.encode()
    assert isinstance(shown.type, str)
    if shown.reference:
        for child in look.children(shown):
            if child.reference:
                look.children(child)
    look.complete("it.")


def test_a_repr_that_is_broken_off():
    class Hanging:
        def __repr__(self):
            raise EvaluationCancelled

    with pytest.raises(InspectionError, match=r"^cancelled$"):
        at([Hanging()]).evaluate("it")


def test_contexts_have_different_room():
    look = at("x" * 2 * 10**6)
    assert len(look.value("it", "watch")) == LINE
    assert LINE < len(look.value("it", "hover")) <= 1_000
    assert 5_000 < len(look.value("it", "repl")) <= 10_000
    assert 900_000 < len(look.value("it", "clipboard")) <= MOST
    assert at(list(range(1000))).value("it", "clipboard") == repr(list(range(1000)))


def test_generators_say_where_they_are():
    def count():
        yield 1
        yield 2

    generator = count()
    next(generator)
    line = count.__code__.co_firstlineno + 1
    assert show(generator).endswith(f"count, at line {line}>")
    list(generator)
    assert show(generator).endswith("count, finished>")


def test_type_names():
    class Inner:
        pass

    assert at(Inner()).evaluate("it").type == "Inner"
    assert at(Liar()).evaluate("it").type == "Liar"
    assert at(3).evaluate("it").type == "int"
    assert sys.modules["enum"]
