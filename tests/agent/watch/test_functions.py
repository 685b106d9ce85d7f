"""Function breakpoints: by name, qualified name, in code met before, while stepping."""

import pytest

from dap_kernel.agent.wire.messages import FunctionBreakpoint

from ..watching import BACKENDS, make, run, set_lines, watch

pytestmark = pytest.mark.parametrize("backend", BACKENDS)

FUNCTIONS = """\
def plain(n):
    return n

class Model:
    def fit(self):
        x = 1
        return x

    @property
    def size(self): return 1

    @staticmethod
    def make():
        return Model()

def outer():
    def inner():
        return 2
    return inner()

def count():
    yield 1
    yield 2

def one(): return 1

plain(1)
Model.make().fit()
Model().size
outer()
sum(count())
one()
f = lambda: 0
"""
FUNCTION_TABLE = {
    "plain": [("plain", 2)],
    "fit": [("Model.fit", 6)],
    "Model.fit": [("Model.fit", 6)],
    "__main__.Model.fit": [("Model.fit", 6)],
    "Other.fit": [],
    "Model.size": [("Model.size", 10)],
    "make": [("Model.make", 14)],
    "inner": [("outer.<locals>.inner", 18)],
    "outer.inner": [("outer.<locals>.inner", 18)],
    "count": [("count", 22)],
    "one": [("one", 25)],
    "nothing": [],
}


@pytest.mark.parametrize("name", FUNCTION_TABLE)
def test_function_breakpoints(backend: str, name: str) -> None:
    seen = watch(backend, FUNCTIONS, functions=[name])
    assert seen.places == FUNCTION_TABLE[name]
    assert all(reason == "function breakpoint" for reason, _, _ in seen.stops)
    assert all(ids == [100] for ids in seen.ids)


def test_a_function_breakpoint_in_code_that_ran_before(backend: str) -> None:
    watcher, seen = make(backend, [])
    set_lines(watcher, [2])  # so that the code is met
    names: dict[str, object] = {}
    run(watcher, seen, FUNCTIONS, names)
    watcher.set_functions(1, [FunctionBreakpoint(1, "Model.fit"), FunctionBreakpoint(2, "plain", "n == 3")])
    exec("Model().fit(); plain(1); plain(3)", names)
    watcher.set_functions(2, [])
    exec("Model().fit()", names)
    watcher.clear_watch_list()
    assert seen.stops == [
        ("breakpoint", "plain", 2),
        ("function breakpoint", "Model.fit", 6),
        ("breakpoint", "plain", 2),
        ("breakpoint", "plain", 2),
    ]
    assert seen.ids == [[2], [1], [2], [2, 2]]


def test_a_function_breakpoint_counts_each_call_once_while_stepping_in(backend: str) -> None:
    source = "def g(n):\n    return n\ng(1)\ng(2)\ng(3)\n"
    third = FunctionBreakpoint(9, "g", hit_condition="3")
    seen = watch(backend, source, functions=[third], script=["in"] * 5, entry=True)
    assert seen.lines[:4] == [1, 3, 2, 3]
    assert seen.stops[1][0] == seen.stops[2][0] == seen.stops[3][0] == "step"
    assert ("function breakpoint", "g", 2) in seen.stops


def test_a_step_after_a_function_breakpoint_is_just_a_step(backend: str) -> None:
    source = "def g(n):\n    a = n\n    return a\ng(1)\n"
    seen = watch(backend, source, [2], functions=["g"], script=["over", "over"])
    assert [reason for reason, _, _ in seen.stops] == ["breakpoint", "step", "step"]
    assert seen.ids == [[2, 100], [], []]
