"""What is shown of a text round a line."""

import json

import pytest

from dap_kernel.console.listing import LineSpan, around, code_of, function_at, text_of

MODULE = """\
import functools

@functools.cache
def outer(a, /, b=1, *args, c, **kwargs):
    def inner(x):
        return x

    return inner(a)

class C:
    async def method(self, y):
        return [lambda z: z
                for _ in y]
"""


@pytest.mark.parametrize(
    ("line", "span", "names"),
    [
        (1, None, []),
        (3, LineSpan(3, 8), ["a", "b", "args", "c", "kwargs"]),
        (6, LineSpan(5, 6), ["x"]),
        (8, LineSpan(3, 8), ["a", "b", "args", "c", "kwargs"]),
        (10, None, []),
        (11, LineSpan(11, 13), ["self", "y"]),
        (12, LineSpan(12, 12), ["z"]),
    ],
)
def test_the_function_at_a_line(line, span, names):
    text = text_of(MODULE, is_json=False)
    assert function_at(text, LineSpan(1, len(text)), line) == (None if span is None else (span, names))


def test_a_function_in_an_indented_cell():
    text = text_of(
        "@app.cell\ndef cell():\n    def f(x):\n        return x\n    f(1)\n    return\n", is_json=False
    )
    assert function_at(text, LineSpan(3, 5), 4) == (LineSpan(3, 4), ["x"])
    assert function_at(text, LineSpan(3, 5), 5) is None


def test_what_does_not_parse_has_no_functions():
    text = text_of("def f(x):\n  return (\n", is_json=False)
    assert function_at(text, LineSpan(1, 2), 2) is None


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ('    "total = 0\\n",', "total = 0"),
        ('    "print(\\"é\\")"', 'print("é")'),
        ('   "source": "a = 1\\nb = 2",', "a = 1 ⏎ b = 2"),
        ('   "source": ["a"],', "a"),
        ('   "cell_type": "code",', '   "cell_type": "code",'),
        ("   ],", "   ],"),
    ],
)
def test_code_in_the_lines_of_a_notebook(raw, code):
    assert code_of(raw) == code


def test_every_line_that_json_writes():
    for line in ["", "x = '\\n'", '"""', "\ttab", "ünï\u2028code", "\\"]:
        assert code_of(f"    {json.dumps(line + chr(10))},") == line


@pytest.mark.parametrize(
    ("line", "span"), [(1, LineSpan(1, 4)), (5, LineSpan(2, 8)), (10, LineSpan(7, 10)), (9, LineSpan(6, 10))]
)
def test_lines_around(line, span):
    assert around(line, 3, LineSpan(1, 10)) == span
