"""Expressions and statements at a frame: what they see, and what they leave behind."""

import sys

import pytest

from dap_kernel.agent.common.raised import EvaluationCancelled
from dap_kernel.agent.evaluate.bindings import InspectionError

from ..inspecting import here

LIMIT = 3


def function_frame():
    xs, limit, name, d = [1, 2, 30], 2, "ada", {"k": [7]}
    unused = here()
    if unused is None:
        never = 1
    return unused, (xs, limit, name, d, never) if unused is None else None


EXPRESSIONS = [
    ("limit", "2"),
    ("  limit + 1 ", "3"),
    ("any(v > limit for v in xs)", "True"),
    ("[v * limit for v in xs if v > limit]", "[60]"),
    ("{v: [w for w in xs if w > v] for v in xs}", "{1: [2, 30], 2: [30], 30: []}"),
    ("(lambda q: q + limit)(1)", "3"),
    ("sorted(xs, key=lambda v: -v * limit)", "[30, 2, 1]"),
    ("d['k'][0] + LIMIT", "10"),
    ("[(w := v) for v in xs][-1]", "30"),
    ("f'{name!r:>6}|{limit}'", "\" 'ada'|2\""),
    ("(xs,\n limit)", "([1, 2, 30], 2)"),
    ("None", "None"),
]


@pytest.mark.parametrize(("text", "value"), EXPRESSIONS, ids=[it[0] for it in EXPRESSIONS])
@pytest.mark.parametrize("context", ["watch", "repl", "hover"])
def test_expressions_see_the_frames_locals(text, value, context):
    look, _ = function_frame()
    if context == "repl" and text[0] == " ":
        text = text.strip()
    assert look.value(text, context) == ("" if (context, text) == ("repl", "None") else value)


ERRORS = [
    ("nope", "NameError: name 'nope' is not defined"),
    ("v", "NameError: name 'v' is not defined"),
    (
        "never",
        "UnboundLocalError: cannot access local variable 'never' where it is not associated with a value",
    ),
    ("1/0", "ZeroDivisionError: division by zero"),
    ("d['z']", "KeyError: 'z'"),
    ("xs.foo", "AttributeError: 'list' object has no attribute 'foo'"),
    ("return 3", "SyntaxError"),
    ("yield 3", "SyntaxError"),
    ("x = = 3", "SyntaxError: invalid syntax"),
    ("raise SystemExit(3)", "SystemExit: 3"),
    ("raise KeyboardInterrupt", "cancelled"),
]


@pytest.mark.parametrize(("text", "error"), ERRORS, ids=[it[0] for it in ERRORS])
def test_errors_are_told_in_one_line(text, error):
    look, _ = function_frame()
    with pytest.raises(InspectionError) as caught:
        look.run(text)
    assert str(caught.value).startswith(error)


INDENTED = [
    "    n = 2\n    n + 1",
    "\tn + 1",
    "\n  if n:\n    n = 2\n  n + 1",
    "  # nothing\n  n + 1",
    "if n:\n  n + 1",
]


@pytest.mark.parametrize("text", INDENTED)
def test_statements_may_be_indented_as_a_whole(text):
    n = 2
    assert here().run(text) == ("" if text[0] == "i" else "3")
    assert n == 2


@pytest.mark.parametrize("text", ["", "  ", "\n", "# nothing", "pass"])
def test_nothing_to_evaluate(text):
    assert here().run(text) == ""


def test_a_statement_is_no_watch():
    with pytest.raises(InspectionError, match="SyntaxError"):
        here().evaluate("x = 1", "watch")


def test_a_cancellation_is_an_answer():
    def cancel():
        raise EvaluationCancelled

    look = here()
    with pytest.raises(InspectionError, match=r"^cancelled$"):
        look.evaluate("cancel()")
    assert cancel


def test_statements_change_locals():
    n, xs, kept = 1, [1, 2], object()
    before = kept
    look = here()
    assert look.run("n += 10\nxs = [v * n for v in xs]\nn") == "11"
    assert (n, xs) == (11, [11, 22])
    assert kept is before
    look.run("for n in range(3):\n    pass")
    assert n == 2
    look.run("xs[0] = 'a'; xs += [3]")
    assert xs == ["a", 22, 3]


def test_a_statement_that_fails_keeps_what_it_did():
    n = 1
    look = here()
    with pytest.raises(InspectionError, match="ZeroDivisionError"):
        look.run("n = 5\n1/0")
    assert n == 5


def test_new_names_are_kept():
    base = 4
    look = here()
    look.run("double = base * 2\nimport os.path as p\ndef f(x): return x + base")
    assert look.run("double + 1") == "9"
    assert look.value("p.join('a', 'b')") == "'a/b'"
    assert look.value("[f(v) for v in (1, double)]") == "[5, 12]"
    assert look.locals()["double"] == "8"
    assert base == 4
    look.run("del double")
    assert "double" not in look.locals()
    with pytest.raises(InspectionError, match="name 'double' is not defined"):
        look.run("double")


def test_closure_variables_are_written():
    count = 0

    def bump(step):
        nonlocal count
        look = here()
        look.run("count += step * 10\nstep = 7")
        count += 1
        return step

    assert bump(2) == 7
    assert count == 21
    look = here()
    look.run("count = 100")
    assert count == 100
    look.run("nonlocal count\ncount = 200")
    assert count == 200


def test_global_statement_writes_a_global():
    here().run("global LIMIT\nLIMIT = 99")
    try:
        assert LIMIT == 99
    finally:
        here().run("global LIMIT; LIMIT = 3")


def test_deleting_a_local_of_a_running_function():
    n = 1
    look = here()
    if sys.version_info >= (3, 12):
        with pytest.raises(InspectionError, match="cannot unbind n"):
            look.run("del n")
        assert n == 1
    else:
        look.run("del n")
        with pytest.raises(UnboundLocalError):
            print(n)
