"""Conditions and log messages of breakpoints, as the watcher asks for them."""

import asyncio
import sys

import pytest

from dap_kernel.agent.evaluate.conditions import compile_condition
from dap_kernel.agent.watch.breakpoint import Breakpoint
from dap_kernel.agent.watch.log_messages import compile_log_message
from dap_kernel.agent.wire.messages import LineBreakpoint
from tests.timing import assert_linear

LEVEL = 3


class Thing:
    def __init__(self):
        self._size = 4
        self.__secret = 5

    def frame(self):
        n, xs = 7, [1, 2, 9]
        assert xs
        if n > 100:
            unset = 1
            print(unset)
        return sys._getframe()


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


MESSAGES = [
    ("plain", "plain"),
    ("n is {n}", "n is 7"),
    ("{{n}} {n}", "{n} 7"),
    ("{n=} {n = }", "n=7 n = 7"),
    ("{xs!r:>12}|", "   [1, 2, 9]|"),
    ("{n:03d} {n / 2:.2f}", "007 3.50"),
    ("{ {'a': 1}['a'] } {xs[1:]}", "1 [2, 9]"),
    ("{'}' * 2} {'a:b'}", "}} a:b"),
    ("{nope} and {n}", "<NameError: name 'nope' is not defined> and 7"),
    ("{[v for v in xs if v > n]}", "[9]"),
    ("{(lambda: n)()}", "7"),
    ("empty {} and }", "empty {} and }"),
    ("{'é'!a}", "'\\xe9'"),
]


@pytest.mark.parametrize(("text", "message"), MESSAGES, ids=[it[0] for it in MESSAGES])
def test_log_messages(text, message):
    assert compile_log_message(text)(Thing().frame()) == message


# What Python's own f-strings make of them is the oracle.
FSTRINGS = [
    "{n:{w}.1f}|",
    "{n!r:>{w}}|",
    "{name!s:>6}|{name!a}|{name!r:*^{w + 2}}|",
    "{n=}{n = }{n=!s:>5}{n = :>{w}}|",
    "{n:{'>'}{w}}|",
    "{n:'>4}|{n:\">4}|",
    "{n:=5}|{(m := n)}|",
    "{n != 3}{n == 7}{n <= 7}{n >= 8}",
    "{xs[1:]}{xs[::2]}{{{n}}}",
    "{ {'a': 1}['a'] }{ {1, 2} }",
    "{'}' * 2}{'{'}{'a:b!r'}{d['k']}{d[\"k\"]}",
    "{(lambda v: v + n)(1)}{[v for v in xs if v > n]}",
    "{f'{n:{w}}'}|{n if n else w}|{n:}|",
    "{moment:%H:%M}|{moment:%Y-%m-%d}|",
    "{'a' 'b'}{xs!r}{  n  }{n,}",
    "{n:>{w}{'d'}}|{3.14159:{w}.{prec}}|",
    "{*xs,}{not n}{-n}{~n}",
]


@pytest.mark.parametrize("text", FSTRINGS)
def test_log_messages_are_f_strings(text):
    import datetime

    n, w, prec, name, xs, d = 7, 6, 3, "ad\u00e9", [1, 2, 9], {"k": 4}
    moment = datetime.datetime(2020, 1, 2, 3, 4)
    quote = next(it for it in ("'''", '"""') if it[0] not in text[-1:])
    expected = eval(f"f{quote}{text}{quote}", {**locals()})
    assert compile_log_message(text)(sys._getframe()) == expected
    assert len((n, w, prec, name, xs, d, moment)) == 7


BROKEN = [
    ("{n", "{n"),
    ("x {n:", "x {n:"),
    ("a {n} b {n", "a 7 b {n"),
    ("{{n} {n}", "{n} 7"),
    ("{n +}", "<SyntaxError: invalid syntax>"),
    ("{a b} {n}", "<SyntaxError: invalid syntax> 7"),
    ("{n:{nope}} {n}", "<NameError: name 'nope' is not defined> 7"),
    ("{n:d!} {n}", "<ValueError: Invalid format specifier 'd!' for object of type 'int'> 7"),
    ("{" * 5_000, "{" * 2_500),
    ("{'" * 5_000, "{'" * 5_000),
    ("{'" * 5_000 + "}", None),
    ("{" + "(" * 3_000 + "}", None),
    ("{n!x}", "<SyntaxError: invalid syntax>"),
    ("{await n}", "<SyntaxError: a condition cannot await>"),
    ("{\0}", None),
]


@pytest.mark.parametrize(("text", "message"), BROKEN, ids=[it[0][:20] for it in BROKEN])
def test_broken_log_messages_show_what_is_wrong_and_go_on(text, message):
    told = compile_log_message(text)(Thing().frame())
    if message is None:
        assert told
    else:
        assert told == message


@pytest.mark.parametrize("part", ["{a}", "{a a}", "{a:", "{a!", "a:", "[a:", "{a=", "(", "{'"])
@pytest.mark.parametrize("begin, end", [("", ""), ("", "}"), ("{", "}"), ("{'", "}")])
def test_a_log_message_is_read_in_a_time_that_is_linear_in_it(begin, part, end):
    assert_linear(lambda size: compile_log_message(begin + part * (size // len(part)) + end), 20_000)


def test_formats_in_formats_never_end_a_program():
    told = compile_log_message("{a:" * 5_000 + "}" * 5_000)(Thing().frame())
    assert told.startswith("<RecursionError: ")


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


@pytest.mark.parametrize(
    "text", ["{(lambda: 1)}", "{(i for i in [1])}", "{[lambda: n][0]}", "{(lambda: lambda: 1)()}"]
)
def test_what_is_defined_in_a_log_message_is_called_as_there(text):
    n = 1
    frame = sys._getframe()
    told = compile_log_message(text)(frame)
    assert told.split(" at 0x")[0] == eval(f"lambda n: f{text!r}")(n).split(" at 0x")[0].replace(
        "<lambda>.<locals>", f"{frame.f_code.co_qualname}.<locals>", 1
    )


@pytest.mark.parametrize(
    "text",
    [
        "{exit(3)}",
        "{raise_(GeneratorExit)}",
        "{raise_(SystemExit)!r} on",
        "{n:{exit()}}",
        "{raise_(EarlyExit)}",
    ],
)
def test_what_would_end_a_program_is_shown(text):
    def raise_(kind):
        raise kind

    class EarlyExit(BaseException):
        pass

    n = 1
    assert "Exit" in compile_log_message(text)(sys._getframe())
    assert [raise_, n, EarlyExit]


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


@pytest.mark.parametrize("depth", [50, 200, 400])
def test_formats_in_formats_are_shown_or_named(depth):
    n = 1
    told = compile_log_message("{n:" * depth + "}" * depth)(sys._getframe())
    assert told == "1" or told.startswith("<"), n
