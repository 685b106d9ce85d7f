"""Expressions and statements at a frame: what they see, and what they leave behind."""

import asyncio
import sys

import pytest

from dap_kernel.agent.bindings import InspectionError, settle
from dap_kernel.agent.safely import EvaluationCancelled

from .inspecting import Look, here

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


async def test_await_inside_a_coroutine():
    order = []

    async def other():
        for _ in range(3):
            order.append("other")
            await asyncio.sleep(0)

    task = asyncio.create_task(other())
    future = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(0.02, future.set_result, 5)
    look = here()
    me = asyncio.current_task()
    assert look.value("await future") == "5"
    assert look.run("x = await asyncio.sleep(0.01, 7)\nx + 1") == "8"
    assert look.value("[v async for v in agen()]") == "[1, 2]"
    assert order == ["other"] * 3
    assert asyncio.current_task() is me
    await task
    assert future.done()


async def agen():
    yield 1
    yield 2


async def test_await_inside_a_function_called_by_a_coroutine():
    def plain():
        return here().value("await asyncio.gather(*(asyncio.sleep(0.01, v) for v in (1, 2)))")

    loop = asyncio.get_running_loop()
    handles = [loop.call_soon(lambda: None) for _ in range(5)]
    assert plain() == "[1, 2]"
    await asyncio.sleep(0.01)
    assert len(handles) == 5


async def test_await_that_drains_what_the_loop_had_ready():
    """The round of the loop that was under way counted its callbacks before."""
    done = asyncio.get_running_loop().create_future()
    results = []

    def callback():
        results.append(here().value("await asyncio.sleep(0.01, 3)"))
        done.set_result(None)

    loop = asyncio.get_running_loop()
    loop.call_soon(callback)
    for at in range(4):
        loop.call_soon(results.append, at)
    await done
    await asyncio.sleep(0)
    assert sorted(map(str, results)) == ["0", "1", "2", "3", "3"]


def test_await_without_a_loop():
    look = here()
    assert look.value("await asyncio.sleep(0, 4)") == "4"
    assert look.run("lock = asyncio.Lock()\nasync with lock:\n    held = lock.locked()\nheld") == "True"
    names = Look(None, {"asyncio": asyncio})
    assert names.run("x = await asyncio.sleep(0, 4)\nx") == "4"
    with pytest.raises(RuntimeError):
        asyncio.get_running_loop()


async def test_await_that_fails_or_is_cancelled():
    async def fail():
        raise ValueError("no")

    ended = []

    async def hang():
        try:
            asyncio.get_running_loop().call_later(0.01, stop)
            await asyncio.sleep(60)
        finally:
            ended.append(True)

    def stop():
        raise KeyboardInterrupt

    look = here()
    with pytest.raises(InspectionError, match=r"^ValueError: no$"):
        look.value("await fail()")
    with pytest.raises(InspectionError, match=r"^cancelled$"):
        look.value("await hang()")
    assert ended == [True]
    assert asyncio.current_task() is not None
    await asyncio.sleep(0)
    assert fail
    assert hang


@pytest.mark.parametrize("text", ["  n\nif n:\n  n", "  n\nelse:\n  n"])
def test_statements_indented_in_part_are_refused(text):
    n = 2
    with pytest.raises(InspectionError, match="IndentationError"):
        here().run(text)
    assert n == 2
