"""Conditions of breakpoints, as the watcher asks for them."""

import asyncio
import sys

import pytest

from dap_kernel.agent.evaluate.conditions import compile_condition
from dap_kernel.agent.watch.breakpoint import Breakpoint
from dap_kernel.agent.wire.messages import LineBreakpoint

from ..holding import Thing

CONDITIONS = [
    ("n == -1", False),
    ("n == 7 and LEVEL == 3", True),
    ("any(v > n for v in xs)", True),
    ("sum(v * LEVEL for v in xs if v < n)", 9),
    ("(m := n) + m", 14),
    ("self._size", 4),
    ("self.__secret", 5),
    ("(lambda q: q + n)(1)", 8),
    ("len(xs)", 3),
    ("'\\n' in 'a\\nb'", True),
]


@pytest.mark.parametrize(("text", "value"), CONDITIONS, ids=[it[0] for it in CONDITIONS])
def test_conditions(text, value):
    condition = compile_condition(text)
    frame = Thing().frame()
    assert [condition(frame), condition(Thing().frame()), condition(frame)] == [value] * 3


def test_a_condition_in_several_codes():
    condition = compile_condition("n * 2")
    frames = []
    for text in (
        "def f(n=1): return frame()",
        "def f(m=0, n=3): return frame()",
        "n = 5\ndef f(): return frame()",
    ):
        names = {"frame": lambda: sys._getframe(1)}
        exec(text, names)
        frames.append(names["f"]())
    assert [condition(it) for it in frames] == [2, 6, 10]
    cell = {"frame": lambda: sys._getframe(1)}
    exec("n = 4\nhere = frame()", cell)
    assert condition(cell["here"]) == 8
    exec("class C:\n    n = 6\n    here = frame()", cell)
    assert condition(cell["C"].here) == 12
    cell["condition"] = lambda: condition(sys._getframe(1))
    exec("checked = [condition() for n in (1, 2)]", cell)
    assert cell["checked"] == [2, 4]


def test_same_code_other_globals():
    condition = compile_condition("a + n")
    code = compile("def f(n): return frame()", "x", "exec")
    frames = []
    for a in (1, 2):
        names = {"a": a, "frame": lambda: sys._getframe(1)}
        exec(code, names)
        frames.append(names["f"](10))
    assert [condition(it) for it in frames] == [11, 12]


def test_a_condition_that_raises_raises():
    frame = Thing().frame()
    with pytest.raises(ZeroDivisionError):
        compile_condition("n / 0")(frame)
    with pytest.raises(NameError, match="name 'nope' is not defined"):
        compile_condition("nope")(frame)
    with pytest.raises(UnboundLocalError, match="'unset'"):
        compile_condition("unset")(frame)


@pytest.mark.parametrize("text", ["n =", "n = 3", "", "import os", "await f()", "yield 1", "(n"])
def test_no_conditions(text):
    with pytest.raises(SyntaxError):
        compile_condition(text)


LOOKING = [  # what is passed to who may call it
    "list(map(eval, ['n'])) == [7]",
    "[*filter(eval, ['n == 7'])] != []",
    "functools.partial(eval, 'n')() == 7",
    "sorted(['n'], key=eval) == ['n']",
    "max(['n', 'm'], key=functions[0]) == 'm'",
    "list(map(functions[0], ['n'])) == [7]",
    "list(map(by_name['eval'], ['n'])) == [7]",
    "'{n}'.format_map(vars()) == '7'",
]


@pytest.mark.parametrize("text", LOOKING)
def test_what_is_passed_looks_at_the_names_there(text):
    import functools

    n, m = 7, 8
    functions, by_name = [eval], {"eval": eval}

    frame = sys._getframe()
    assert eval(text)
    assert compile_condition(text)(frame) is True
    assert [functools, n, m, functions, by_name]


@pytest.mark.parametrize("kind", ["SystemExit", "GeneratorExit", "EarlyExit", "asyncio.CancelledError"])
def test_what_a_condition_raises_is_a_problem_of_the_breakpoint(kind):
    def raise_(kind):
        raise kind

    class EarlyExit(BaseException):
        pass

    point = Breakpoint(LineBreakpoint(1, 1, condition=f"raise_({kind})"))
    outcome = point.ask(sys._getframe())
    assert outcome is not None and outcome.ids == [1]
    assert kind.rpartition(".")[2] in str(outcome.problem)
    assert [raise_, EarlyExit, asyncio]
