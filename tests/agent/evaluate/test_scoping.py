"""Evaluation where names live in other ways: class bodies, cells, generators, marimo's private names."""

import sys

import pytest

from dap_kernel.agent.common.private_names import keep_private, plain
from dap_kernel.agent.evaluate.bindings import InspectionError, settle

from ..inspecting import Look, here


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


PRIVATE = "look = here()\ndef f(_y):\n    inner = _y\n    return here()\nlook2 = f(1)"


@pytest.mark.parametrize("cell", ["load", "cell-1", "cell-12", "load_data", "load-2", "_", "__a_", "é", "1"])
def test_marimos_private_names_are_plain(cell):
    prefix, other = keep_private(f"/nb/{cell}.py#{cell}@3.py", cell), keep_private("/nb/o.py#o-1@1.py", "o-1")
    names: dict[str, object] = {
        "here": here,
        f"{prefix}_x": 5,
        f"{other}_x": 6,
        "_plain": 1,
        f"{prefix}__": 8,
    }
    assert all(it.isidentifier() for it in names)
    exec(compile(PRIVATE, f"/nb/{cell}.py#{cell}@3.py", "exec"), names)
    look, inner = names["look"], names["look2"]
    assert look.value("_x + 1") == "6"
    assert look.value("[_x + v for v in (1,)], __") == "([6], 8)"
    assert inner.value("_x + _y") == "6"
    assert inner.value("(lambda _x: _x)(3)") == "3"
    look.run("_x = 50; _plain += 1")
    assert (names[f"{prefix}_x"], names["_plain"]) == (50, 2)
    assert {"_x", "_x (o-1)", "_plain", "__"} <= look.locals().keys()
    scope = look.scope()
    look.children(scope)
    assert look.value(look.child(scope, "_x (o-1)").evaluate_name) == "6"
    look.assign(scope, "_x", "7")
    assert names[f"{prefix}_x"] == 7
    look.assign(scope, "_x (o-1)", "9")
    assert names[f"{other}_x"] == 9
    assert look.complete("_")["_x"].text == "_x"
    assert not any("_cell_" in it for it in look.complete("_"))


def test_private_names_that_are_typed_in_a_cell_are_the_cells():
    prefix = keep_private("/nb/typed.py#cell-1@1.py", "cell-1")
    names: dict[str, object] = {"here": here, f"{prefix}_x": 5}
    exec(compile(PRIVATE, "/nb/typed.py#cell-1@1.py", "exec"), names)
    look, inner = names["look"], names["look2"]
    look.run("_new = 1\ndef _f(_a): return _a + _new\nclass _C: _b = 2\nimport os as _os")
    assert names[f"{prefix}_new"] == 1
    assert look.value("_f(1), _C._b, _C().__class__ is _C, _os.sep, [_n for _n in (1,)]") == (
        "(2, 2, True, '/', [1])"
    )
    assert not [it for it in names if it in ("_new", "_f", "_C", "_os")]
    assert inner.set("_x", "70").value == "70"
    assert names[f"{prefix}_x"] == 70
    inner.run("global _x\n_x = 71")
    assert names[f"{prefix}_x"] == 71
    inner.run("_own = 3")
    assert inner.value("_own + _y") == "4"
    assert f"{prefix}_own" not in names
    with pytest.raises(InspectionError, match=r"^NameError: name '_none' is not defined$"):
        look.value("_none")


def test_private_names_of_one_cell_are_known_to_the_idle_notebook():
    prefix, other = keep_private("/nb/idle.py#cell-1@1.py", "cell-1"), keep_private("/nb/idle.py#b@1.py", "b")
    names: dict[str, object] = {f"{prefix}_x": 5, f"{prefix}_both": 1, f"{other}_both": 2}
    look = Look(None, names)
    assert look.value("_x + 1") == "6"
    look.run("_x = 8")
    assert (names[f"{prefix}_x"], "_x" in names) == (8, False)
    assert look.locals() == {"_x (cell-1)": "8", "_both (cell-1)": "1", "_both (b)": "2"}
    assert look.set("_cell_cell·1_x", "9").value == "9"
    with pytest.raises(InspectionError, match="_both"):
        look.value("_both")


@pytest.mark.parametrize(
    ("text", "plain_text"),
    [
        ("name '_cell_cell·1_x' is not defined. Did you mean: '_x'?", "name '_x' is not defined"),
        ("name '_cell_cell·1_x' is not defined. Did you mean: '_y'?", None),
        ("_cell_load__data_f.<locals>.<lambda>", "_f.<locals>.<lambda>"),
        ("a _cell_a_b_c and _cell_a__", "a _b_c and __"),
        ("my_cell_load_x", "my_cell_load_x"),
        ("_cell_", "_cell_"),
    ],
)
def test_texts_have_private_names_as_they_are_written(text, plain_text):
    keep_private("/nb/text.py#a@1.py", "a")
    assert plain(text) == (plain_text or "name '_x' is not defined. Did you mean: '_y'?")
