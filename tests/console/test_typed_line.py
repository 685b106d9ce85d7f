"""What a typed line is taken for."""

import pytest

from dap_kernel.console.typed_line import needs_more, read

COMMANDS = {"n", "c", "p", "pp", "l", "b", "u", "vars", "help", "set", "j", "?", "display", "until"}
WITH_EXPRESSION = {"p", "pp", "display"}


@pytest.mark.parametrize(
    ("line", "kind", "word", "rest"),
    [
        ("", "nothing", "", ""),
        ("   ", "nothing", "", ""),
        ("n", "command", "n", ""),
        (" n ", "command", "n", ""),
        ("n = 3", "python", "", "n = 3"),
        ("n == 3", "python", "", "n == 3"),
        ("n -1", "python", "", "n -1"),
        ("n.real", "python", "", "n.real"),
        ("c(1)", "python", "", "c(1)"),
        ("l[0]", "python", "", "l[0]"),
        ("l [0]", "python", "", "l [0]"),
        ("l 10, 20", "command", "l", "10, 20"),
        ("l .", "command", "l", "."),
        ("u 2", "command", "u", "2"),
        ("vars", "command", "vars", ""),
        ("vars(x)", "python", "", "vars(x)"),
        ("help(x)", "python", "", "help(x)"),
        ("p x", "command", "p", "x"),
        ("p -x", "command", "p", "-x"),
        ("p (x, y)", "command", "p", "(x, y)"),
        ("p(x)", "command", "p", "(x)"),
        ("p [1]", "command", "p", "[1]"),
        ("p = 3", "python", "", "p = 3"),
        ("p == 3", "python", "", "p == 3"),
        ("p in things", "python", "", "p in things"),
        ("p await f()", "command", "p", "await f()"),
        ("display(x)", "python", "", "display(x)"),
        ("b 12: x[1:2] > 3", "command", "b", "12: x[1:2] > 3"),
        ("b train.py:12", "command", "b", "train.py:12"),
        ("b train, n > 3", "command", "b", "train, n > 3"),
        ("set justMyCode false", "command", "set", "justMyCode false"),
        ("? n", "command", "?", "n"),
        ("!n", "python", "", "n"),
        ("! n = 1", "python", "", "n = 1"),
        (":quit", "colon", "", ":quit"),
        ("print('n')", "python", "", "print('n')"),
        ("nothing_of_ours", "python", "", "nothing_of_ours"),
        ("    indented = 1", "python", "", "    indented = 1"),
        ("x" * 100_000, "python", "", "x" * 100_000),
    ],
    ids=lambda it: str(it)[:30],
)
def test_lines(line, kind, word, rest):
    typed = read(line, COMMANDS, WITH_EXPRESSION)
    assert (typed.kind, typed.word, typed.rest) == (kind, word, rest)


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("x = 1", False),
        ("for x in y:", True),
        ("for x in y:\n    print(x)", True),
        ("for x in y:\n    print(x)\n", False),
        ("f(1,", True),
        ("f(1,\n2)", False),
        ('"""text', True),
        ("await f()", False),
        ("async with a as b:", True),
        ("@cached", True),
        ("x = )", False),
        ("if x", False),
        ("'open", False),
        ("x = 1; y = 2", False),
        ("(" * 1000, False),
    ],
    ids=lambda it: str(it)[:30],
)
def test_statements_that_go_on(text, more):
    assert needs_more(text) is more
