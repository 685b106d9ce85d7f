"""Texts that only newer Pythons parse: their names and their lines are known all the same."""

import ast
import sys

import pytest

from dap_kernel.notebook.source import syntax
from dap_kernel.notebook.source.bound_names import names_of
from dap_kernel.notebook.source.newer import older
from dap_kernel.server.texts.stoppable_lines import stoppable_lines
from tests.timing import assert_linear

# The Python that has it first, the text, what it defines, and what it reads beside builtins.
TEXTS = {
    "f-string with its own quotes": ((3, 12), 'got = f"{d["key"]} {e}"', "got", "d e"),
    "f-string of lines": ((3, 12), 'got = f"{\n    d[\n    0]  # why\n} {e}"\nlast = 1', "got last", "d e"),
    "f-string with a backslash": ((3, 12), "got = f'{'\\n'.join(d)} {e!r:>{w}}'", "got", "d e w"),
    "f-strings in one another": ((3, 12), 'got = f"{f"{f"{d}"}" + f"{e:{"x"}}"}"', "got", "d e"),
    "f-string with strings side by side": ((3, 12), 'got = f"{"a" "b" f"{d}"}" "c" f"{e=}"', "got", "d e"),
    "f-string and a comprehension": ((3, 12), 'got = f"{[x["a"] for x in d if x in {1: e}]}"', "got", "d e"),
    "f-string of braces": ((3, 12), 'got = f"{{{d["a"]}}} }} {{" + f"""{e["b"]}\n"""', "got", "d e"),
    "type alias": ((3, 12), "type Pair[T] = dict[T, d]\ntype Own = e", "Pair Own", "d e T"),
    "type parameters": (
        (3, 12),
        "def first[T: int, *Ts](xs: list[T]) -> d:\n    return xs\nclass Box[\n    T,\n](e):\n    pass",
        "first Box",
        "d e T",
    ),
    "type defaults": ((3, 13), "class Box[T = int]:\n    x = d", "Box", "d"),
    "t-string": ((3, 14), 'got = t"{d} {e:>{w}}"', "got", "d e w"),
    "t-strings": ((3, 14), "got = t\"{d[\"a\"]}\", rt\"\\{e}\", Tr'''\n{w}'''", "got", "d e w"),
    "exceptions": ((3, 14), "try:\n    got = d\nexcept A, B:\n    got = e", "got", "A B d e"),
    "exceptions of a group": ((3, 14), "try: got = d\nexcept* m.A, (B), f(e, 1): pass", "got", "m B f d e"),
    "lazy imports": (
        (3, 15),
        "lazy import json, os.path\nif d:\n    pass\nlazy from a import (b,\n c)",
        "json os b c",
        "d",
    ),
    "unpacked items": ((3, 15), "got = [*it for it in d]\nalso = {*it for it in e}", "got also", "d e"),
    "unpacked mappings": (
        (3, 15),
        "got = {**it for it in d}\nalso = f(\n  *it for it in e)",
        "got also",
        "d e f",
    ),
}
OLD = {
    "what has no newer syntax": "x = f\"{a['b']}\"\ntry: pass\nexcept (A, B) as e:\n    print(*e, [*e, 1])\n",
    "names that were words later": "type = lazy = 1\nprint(type, lazy)\ntype [0]\nlazy (1)\n",
    "calls": "f(*a, **b)\nd = {**a, 'b': [x for x in a]}\n",
}
BROKEN = [
    "x = (",
    'x = f"{a',
    'x = f"{a[',
    "x = '''",
    'f"{a:{b',
    "x = ]",
    'f"' + '{f"' * 30,
    "def f[",
    "except",
]


@pytest.mark.parametrize("name", TEXTS)
def test_names_and_lines_of_a_newer_text(name):
    since, source, defines, reads = TEXTS[name]
    if sys.version_info >= since:
        ast.parse(source)  # or the table is wrong
        text = older(source)
        assert text is None or text.count("\n") == source.count("\n")
        return
    assert syntax.parses(source)
    names = names_of(source)
    assert names.defines == set(defines.split())
    assert names.reads - {"int", "list", "dict", "print", "T"} == set(reads.split()) - {"T"}
    below = source.count("\n") + 2
    assert stoppable_lines(f"{source}\nlast = 1")[-1] == below  # each line is where it was


@pytest.mark.parametrize("name", OLD)
def test_a_text_of_today_stays_as_it_is(name):
    ast.parse(OLD[name])
    assert older(OLD[name]) is None


@pytest.mark.parametrize("source", BROKEN)
def test_a_broken_text_stays_broken(source):
    with pytest.raises(SyntaxError):
        syntax.tree(source)


def test_what_is_wrong_is_told_of_the_text_as_it_stands():
    assert syntax.error('got = f"{d["a"]}"\nx = = 1').startswith("line ")


@pytest.mark.parametrize(
    "part", ['f"{a["', "f'{", "{", "[*", 'f"""', "except ", "def f[", "type X[", "''", "lazy "]
)
def test_a_text_is_read_in_a_time_that_its_length_bounds(part):
    assert_linear(lambda size: older(part * (size // len(part))), 100_000)
