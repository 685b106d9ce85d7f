"""Log messages of breakpoints: f-strings, of which a broken one shows what is wrong and ends no program."""

import sys

import pytest

from dap_kernel.agent.watch.log_messages import compile_log_message
from tests.timing import assert_linear

from ..holding import Thing

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


@pytest.mark.parametrize("depth", [50, 200, 400])
def test_formats_in_formats_are_shown_or_named(depth):
    n = 1
    told = compile_log_message("{n:" * depth + "}" * depth)(sys._getframe())
    assert told == "1" or told.startswith("<"), n
