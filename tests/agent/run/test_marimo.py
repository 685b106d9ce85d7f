"""Cells of a marimo notebook."""

import ast
import textwrap

import pytest

from dap_kernel.agent.evaluate.marimo_names import mangle

from ..kernel import Kernels


def test_stop_ends_the_cell_and_shows_its_output(kernels: Kernels) -> None:
    pytest.importorskip("marimo")
    kernel = kernels.marimo()
    kernel.run("import marimo as mo")
    assert kernel.run("mo.stop(True, mo.md('**wait**'))\nprint('no')")["state"] == "stopped"
    assert kernel.text() == "**wait**\n"


def test_arguments(kernels: Kernels) -> None:
    pytest.importorskip("marimo")
    kernel = kernels.marimo("--size", "3")
    kernel.run("import marimo as mo\nmo.cli_args().get('size')")
    assert kernel.text() == "3\n"


def test_ui_keeps_its_first_value_and_says_so_once(kernels: Kernels) -> None:
    pytest.importorskip("marimo")
    kernel = kernels.marimo()
    kernel.run("import marimo as mo\nsize = mo.ui.slider(2, 10)\nother = mo.ui.text()")
    assert kernel.run("size.value")["state"] == "done"
    assert kernel.text() == "2\n"
    assert len([it for it in kernel.notifications if it["kind"] == "Note"]) == 1


def test_private_names_are_the_cells_own(kernels: Kernels) -> None:
    kernel = kernels.marimo()
    kernel.run("_x = 1\ndef f(): return _x", "first")
    result = kernel.run("_x", "second")
    assert result["error"] == "NameError: name '_x' is not defined"
    assert result["missing_name"] == "_x"
    kernel.run("f(), sorted(it for it in globals() if it.endswith('_x'))", "third")
    assert kernel.printed[-1].text == "(1, ['_cell_first_x'])\n"


CASES = {
    "_x = 1; _x += _x; del _x": "C_x = 1; C_x += C_x; del C_x",
    "x.__y__ = __z__ = __w": "x.__y__ = __z__ = __w",
    "def _f(_a, b=_b): return _a + _c": "def C_f(_a, b=C_b): return _a + C_c",
    "def f():\n    _l = _g\n    def h(): return _l": "def f():\n    _l = C_g\n    def h(): return _l",
    "def f():\n    global _g\n    _g = 1": "def f():\n    global C_g\n    C_g = 1",
    "class A:\n    _x = _y\n    z = _x\n    def m(self): return (self._x, _x)": (
        "class A:\n    _x = C_y\n    z = _x\n    def m(self): return (self._x, C_x)"
    ),
    "[_i + _j for _i in _xs if _i]": "[_i + C_j for _i in C_xs if _i]",
    "[(_w := y) for y in x]": "[(C_w := y) for y in x]",
    "f = lambda _a: _a + _b": "f = lambda _a: _a + C_b",
    "import numpy as _np; _np.x": "import numpy as C_np; C_np.x",
    "from a import _b; _b": "from a import _b; _b",
    "try: pass\nexcept E as _e: _e": "try: pass\nexcept E as C_e: C_e",
    "match x:\n    case {'a': _b, **_r}: _b": "match x:\n    case {'a': C_b, **C_r}: C_b",
    "for _i in range(3): f(_k=_i)": "for C_i in range(3): f(_k=C_i)",
    "with a as _f: _f": "with a as C_f: C_f",
    "f'{_x}'": "f'{C_x}'",
    "def f(_x: _T) -> _R: ...": "def f(_x: C_T) -> C_R: ...",
}


@pytest.mark.parametrize(("source", "expected"), CASES.items())
def test_names(source: str, expected: str) -> None:
    tree = ast.parse(textwrap.dedent(source))
    mangle(tree, "C")
    assert ast.unparse(tree) == ast.unparse(ast.parse(expected))
