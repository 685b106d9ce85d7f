"""Evaluation where names live in other ways: class bodies, cells, generators, marimo's private names."""

import sys

import pytest

from dap_kernel.agent.bindings import InspectionError, settle

from .inspecting import Look, here


def test_class_bodies():
    outer = 5
    seen = {}

    class Thing:
        a = 1
        look = here()
        seen["expression"] = look.value("[a + v + outer for v in (1, 2)]")
        look.run("b = a + 1")
        seen["b"] = b  # noqa: F821
        c = outer

    assert seen == {"expression": "[7, 8]", "b": 2}
    assert Thing.b == 2
    assert Thing.c == 5


def test_super_and_private_names():
    class Base:
        def name(self):
            return "base"

    class Thing(Base):
        def __init__(self):
            self.__secret = 42

        def look(self):
            assert __class__ is Thing
            return here()

    look = Thing().look()
    assert look.value("super().name()") == "'base'"
    assert look.value("self.__secret") == "42"
    look.run("self.__secret += 1")
    assert look.value("self._Thing__secret") == "43"


def test_cell_frames_are_their_globals():
    names = {"here": here, "LIMIT": 1}
    exec("xs = [1, 2]\nlook = here()\nys = xs\nz = new", names | {"new": 0})
    exec(
        compile("xs = [1, 2]\nlook = here(); look.run('new = [x * LIMIT for x in xs]; xs = 0')", "c", "exec"),
        names,
    )
    assert names["new"] == [1, 2]
    assert names["xs"] == 0
    assert names["look"].value("[new[i] + LIMIT for i in range(2)]") == "[2, 3]"


def test_the_idle_notebook():
    names: dict[str, object] = {"n": 3}
    look = Look(None, names)
    assert look.run("m = n * 2\n[m + v for v in (1,)]") == "[7]"
    assert names["m"] == 6
    look.run("del n")
    assert "n" not in names


@pytest.mark.parametrize(
    ("text", "expected"),
    [("n = 40; count = 50", (41, 50)), ("bump()", (2, 2)), ("m = 5", (2, 1))],
)
def test_a_trace_functions_return_leaves_what_was_set(text, expected):
    def user():
        n = 1
        count = 0

        def bump():
            nonlocal count
            count += 1

        bump()
        n = n + 1
        return n, count

    def trace(frame, event, _):
        if frame.f_code is not user.__code__:
            return None
        if event == "line" and frame.f_lineno == user.__code__.co_firstlineno + 9:
            Look(frame).run(text)
            settle(frame)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        result = user()
    finally:
        sys.settrace(before)
    assert result == expected


def test_generator_frames():
    def numbers():
        total = 0
        while True:
            total += 1
            yield total

    generator = numbers()
    next(generator)
    look = Look(generator.gi_frame)
    look.run("total = 10")
    assert next(generator) == 11


def test_what_returned_and_what_was_raised():
    look = here(returned=("f", [1, 2]), exception=ValueError("bad"))
    assert look.locals()["(return) f"] == "[1, 2]"
    assert look.locals()["(exception)"] == "ValueError('bad')"
    assert look.value("len(__return__)") == "2"
    look.run("kept = __exception__.args[0]")
    assert look.value("kept") == "'bad'"
    assert "__exception__" not in globals()


def test_assigning_to_expressions():
    class Thing:
        size = 1

    thing, xs, n = Thing(), [1, [2]], 3
    look = here()
    assert look.set("thing.size", "n + 1").value == "4"
    assert look.set("xs[1][0]", "'a'").value == "'a'"
    assert look.set("n", "n * 2").value == "6"
    look.set("xs[:1]", "[8, 9]")
    assert (thing.size, xs, n) == (4, [8, 9, ["a"]], 6)
    for target in ("f()", "1", "n + 1", "x = 3", ""):
        with pytest.raises(InspectionError, match="cannot be assigned to"):
            look.set(target, "1")
    with pytest.raises(InspectionError, match="SyntaxError"):
        look.set("n", "1)\nprint(2")


def test_marimos_private_names_are_plain():
    names: dict[str, object] = {"here": here, "_cell_load_x": 5, "_cell_other_x": 6, "_plain": 1}
    text = "look = here()\ndef f(_y):\n    inner = _y\n    return here()\nlook2 = f(1)"
    exec(compile(text, "/nb/churn.py#load@3.py", "exec"), names)
    look, inner = names["look"], names["look2"]
    assert look.value("_x + 1") == "6"
    assert look.value("[_x + v for v in (1,)]") == "[6]"
    assert inner.value("_x + _y") == "6"
    assert inner.value("(lambda _x: _x)(3)") == "3"
    look.run("_x = 50; _plain += 1")
    assert (names["_cell_load_x"], names["_plain"]) == (50, 2)
    assert {"_x", "_x (other)", "_plain"} <= look.locals().keys()
    scope = look.scope()
    look.children(scope)
    look.assign(scope, "_x", "7")
    assert names["_cell_load_x"] == 7
    assert look.complete("_")["_x"].text == "_x"
