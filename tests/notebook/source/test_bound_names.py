"""What a cell defines and what it reads, by Python's scopes."""

import builtins
import sys
from pathlib import Path

import marimo
import pytest
from marimo._ast.compiler import compile_cell
from marimo._ast.variables import is_local

from dap_kernel.agent.wire.messages import is_private
from dap_kernel.notebook.dataflow import defines, reads
from dap_kernel.notebook.formats.reading import read
from dap_kernel.notebook.source.bound_names import names_of

# Source: names it defines, names it reads.
CASES: dict[str, tuple[str, str]] = {
    "x = a": ("x", "a"),
    "x = x + 1": ("x", "x"),
    "x = 1\ny = x": ("x y", ""),
    "y = x\nx = 1": ("x y", "x"),
    "x += 1": ("x", "x"),
    "x[0] = a": ("", "x a"),
    "x.y = a": ("", "x a"),
    "x, (y, *z) = a": ("x y z", "a"),
    "x: int = a": ("x", "int a"),
    "x: T": ("", "T"),
    "x = y = a": ("x y", "a"),
    "(x := a)": ("x", "a"),
    "import a.b, c as d\nfrom e import f, g as h": ("a d f h", ""),
    "del x": ("", "x"),
    "x = 1\ndel x": ("x", ""),
    "for i in xs:\n    j = i\nelse:\n    k = n": ("i j k", "xs n"),
    "while (n := f()):\n    m = n": ("n m", "f"),
    "with f() as (a, b):\n    c = a": ("a b c", "f"),
    "if a:\n    x = 1\nprint(x)": ("x", "a print"),
    # Functions: what they read counts, also when it is bound later; what they bind is theirs.
    "def f():\n    return a": ("f", "a"),
    "def f():\n    return x\nx = 1": ("f x", ""),
    "def f(x):\n    return x": ("f", ""),
    "def f(x=a, *b, y: T = c, **d) -> R:\n    return x, b, y, d": ("f", "a c T R"),
    "def f(x=x):\n    return x": ("f", "x"),
    "def f():\n    x = 1\n    return x": ("f", ""),
    "def f():\n    print(x)\n    x = 1": ("f", "print"),
    "def f():\n    return f()": ("f", ""),
    "@d(a)\ndef f():\n    pass": ("f", "d a"),
    "async def f():\n    async with a as b:\n        return [b async for c in d]": ("f", "a d"),
    "def f():\n    global g\n    g = a": ("f g", "a"),
    "def f():\n    global g\n    return g": ("f", "g"),
    "def f():\n    global g\n    def h():\n        g = 1\n    return h": ("f", ""),
    "def f():\n    if 1:\n        global g\n    del g": ("f", "g"),
    "def f():\n    x = 1\n    def g():\n        nonlocal x\n        x = a\n        return x": ("f", "a"),
    "def f():\n    x = 1\n    def g():\n        return x, y\n    return g": ("f", "y"),
    "def f():\n    def g():\n        return x\n    x = 1": ("f", ""),
    "def f():\n    x: int\n    return x": ("f", ""),
    "def f():\n    import a\n    return a": ("f", ""),
    "g = lambda x, y=a: x + y + b": ("g", "a b"),
    "f = lambda: (x := 1)": ("f", ""),
    # Classes: their names are not those of their methods.
    "class A(B, metaclass=M):\n    x = a\n    y = x": ("A", "B M a"),
    "class A:\n    x = 1\n    def f(self):\n        return x": ("A", "x"),
    "class A:\n    x = 1\n    y = [x for _ in z]": ("A", "x z"),
    "class A:\n    x = 1\n    y = [_ for _ in x]": ("A", ""),
    "class A:\n    x = x": ("A", "x"),
    "class A:\n    def f(self) -> A:\n        return A()": ("A", "A"),
    "class A:\n    def f(self):\n        return A()": ("A", ""),
    "def f():\n    y = 1\n    class A:\n        x = y\n        def g(s):\n            return y, z": (
        "f",
        "z",
    ),
    # Comprehensions.
    "x = [a + b for a in c if d]": ("x", "b c d"),
    "x = {a: b for a, b in c for b in a}": ("x", "c"),
    "x = [y := a for a in c]\nz = y": ("x y z", "c"),
    "x = [(lambda: i + k) for i in c]": ("x", "c k"),
    "x = [[i, j] for i in a for j in [i for i in b]]": ("x", "a b"),
    "def f():\n    return [y := a for a in c], y": ("f", "c"),
    "x = [x for x in x]": ("x", "x"),
    # except and match.
    "try:\n    a\nexcept E as e:\n    x = e": ("x", "a E"),
    "try:\n    a\nexcept E as e:\n    x = lambda: e": ("x", "a E"),
    "try:\n    a\nexcept* E as e:\n    pass\nprint(e)": ("", "a E print e"),
    "e = 1\ntry:\n    a\nexcept E as e:\n    pass": ("e", "a E"),
    "def f():\n    try:\n        a\n    except E as e:\n        return e": ("f", "a E"),
    "match v:\n    case [a, *b] if a:\n        1\n    case {'k': c, **d}:\n        2": ("a b c d", "v"),
    "match v:\n    case C(e=f) | D(f):\n        1": ("f", "v C D"),
    "match v:\n    case E.x | None:\n        pass\n    case _ as w:\n        pass": ("w", "v E"),
    # Strings, magics and what does not parse.
    "x = f'{a!r:>{b}}'": ("x", "a b"),
    "%matplotlib inline\nx = !ls\ny = a": ("x y", "a"),
    "x = (": ("", ""),
    "_x = _y": ("_x", "_y"),
    "await f(x)": ("", "f x"),
}
CASES_3_12: dict[str, tuple[str, str]] = {
    "def f[T: B](x: T) -> T:\n    return x, T": ("f", "B"),
    "class A[T](B[T]):\n    x: T": ("A", "B"),
    "type X[T] = list[T, y]": ("X", "list y"),
    "type X = X | None": ("X", ""),
}
if sys.version_info >= (3, 12):
    CASES |= CASES_3_12


@pytest.mark.parametrize("source", CASES.keys())
def test_names(source: str) -> None:
    defined, read_ = CASES[source]
    assert (defines(source), reads(source)) == (set(defined.split()), set(read_.split()))


def test_a_star_import_is_noted() -> None:
    assert names_of("from a import *").has_star_import
    assert not names_of("from a import b").has_star_import


def test_hopeless_nesting_is_no_error() -> None:
    assert defines("x = " + "-" * 20_000 + "1") <= {"x"}
    assert defines("x = " + ".a".join(["b"] * 5000)) <= {"x"}


# marimo takes a bare annotation for a definition, and knows no except* on every Python.
DIFFER = {"x: T", "try:\n    a\nexcept* E as e:\n    pass\nprint(e)"}


@pytest.mark.parametrize(
    "source", [it for it in CASES if "%" not in it and it != "x = (" and it not in DIFFER]
)
def test_marimo_agrees_on_what_is_defined(source: str) -> None:
    public = {name for name in defines(source) if not is_private(name)}
    assert public == compile_cell(source, cell_id="0").defs


TUTORIALS = sorted((Path(marimo.__file__).parent / "_tutorials").glob("[a-z]*.py"))


@pytest.mark.parametrize("path", TUTORIALS, ids=lambda path: path.stem)
def test_marimo_agrees_on_its_tutorials(path: Path) -> None:
    known = set(dir(builtins))
    for cell in read(path.read_text(), path.name).cells:
        theirs = compile_cell(cell.source, cell_id="0")
        names = names_of(cell.source)
        assert {name for name in names.defines if not is_private(name)} == theirs.defs
        reads_ = {name for name in names.reads if not is_private(name)}
        assert reads_ - known - names.defines == set(theirs.refs) - known - theirs.defs


@pytest.mark.parametrize("name", ["_", "__", "___", "_x", "__x", "__x__", "x", "_1", "_x_", "__x_"])
def test_what_is_private_is_what_marimo_keeps_to_a_cell(name):
    assert is_private(name) == is_local(name)
