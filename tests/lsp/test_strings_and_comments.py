"""Where Python is prose."""

import pytest

from dap_kernel.lsp.strings_and_comments import f_expression, in_json, is_key, is_prose


@pytest.mark.parametrize(
    ("before", "prose"),
    [
        ("", False),
        ("x = 1", False),
        ("x = 'a b", True),
        ("x = 'a b'", False),
        ("x = ''", False),
        ("# foo", True),
        ("x = 1 # foo", True),
        ("# foo\n", False),
        ("'#'", False),
        ('"""doc\nfoo', True),
        ('"""doc\n""" + foo', False),
        ("x = '''a''' + '''b\n", True),
        ("it's\nfoo", False),
        ("x = f'a {b", False),
        ("x = f'a {b} c", True),
        ("x = f'a {{b", True),
        ("x = rf'{b", False),
        ("x = if'{b", True),
    ],
)
def test_prose(before, prose):
    assert is_prose(before) is prose


@pytest.mark.parametrize(
    ("before", "expression"),
    [
        ("x = f'a {b", "b"),
        ("f'{a} { b.c", "b.c"),
        ("f\"{d['k", "d['k"),
        ('f"""{a}\n{b +\n c', "c"),
        ("f'{a} b", None),
        ("'{a", None),
        ("x = a", None),
        ("# {a", None),
    ],
)
def test_expressions_in_f_strings(before, expression):
    assert f_expression(before) == expression


@pytest.mark.parametrize(
    ("before", "key"),
    [
        ('d["', True),
        ('d["a', True),
        ("d['a'] + e", False),
        ('df[["a", "', True),
        ("d[k, '", True),
        ("f()['", True),
        ("a.b[ '", True),
        ("x = ['", False),
        ("f('a', '", False),
        ("# d['", False),
        ("x = '", False),
    ],
)
def test_keys(before, key):
    assert is_key(before) is key


@pytest.mark.parametrize(
    ("text", "code"),
    [('   "x = 1', "x = 1"), ('   "x = \\"a', 'x = "a'), ("   ", ""), ('"\\', "")],
)
def test_code_in_json(text, code):
    assert in_json(text) == code
