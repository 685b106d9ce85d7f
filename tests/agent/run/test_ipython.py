"""Cells in IPython's syntax."""

import re

import pytest

from dap_kernel.agent.wire import messages as wire

from ..kernel import Kernels

pytest.importorskip("IPython")


def test_values_and_history(kernels: Kernels) -> None:
    kernel = kernels.jupyter()
    for source in ("41", "_ + 1", "Out[1], _2, In[1]"):
        assert kernel.run(source)["state"] == "done", kernel.text()
    assert [it.text for it in kernel.printed] == ["41\n", "42\n", "(41, 42, '41')\n"]
    assert {it.kind for it in kernel.printed} == {"v"}


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("%%time\nimport sys\nprint(sys._getframe().f_lineno)\nx = 1", {3}),
        ("\n\n%%time\nimport sys\nprint(sys._getframe().f_lineno)\nx = 1", {5}),
        ("%%timeit -n1 -r1\nimport sys\nprint(sys._getframe().f_lineno)", {3}),
        ("%matplotlib --list\nimport sys\nprint(sys._getframe().f_lineno)", {3}),
        ("%%capture --no-stdout\n\nimport sys\nprint(sys._getframe().f_lineno)", {4}),
        ("%%prun -q\n\nimport sys\nprint(sys._getframe().f_lineno)", {4}),
        ("%%prun -q x = 1\nimport sys\nprint(sys._getframe().f_lineno)", {3}),
        ("%%capture --no-stdout\n%%prun -q\nimport sys\nprint(sys._getframe().f_lineno)", {4}),
        ("%%time\n%%time\nimport sys\nprint(sys._getframe().f_lineno)", {4}),
        ("%time x = \\\n  1\nimport sys\nprint(sys._getframe().f_lineno)", {4}),
        ("%%time\n!true \\\n  \\\n\nimport sys\n%time 1\nprint(sys._getframe().f_lineno)", {7}),
        ("\x0c\n\n%time 1\nimport sys\nprint(sys._getframe().f_lineno)", {5}),
        ("\x0c\x0c\n%%time\nimport sys\nprint(sys._getframe().f_lineno)", {4}),
        ("\x0c%time 1\nimport sys\nprint(sys._getframe().f_lineno)", {3}),
        ("\n\x0cimport sys\n%time 1\nprint(sys._getframe().f_lineno)", {4}),
        (">>> import sys\n>>> print(sys._getframe().f_lineno)", {2}),
        ("  import sys\n  print(sys._getframe().f_lineno)", {2}),
    ],
)
def test_lines_in_magic_bodies(kernels: Kernels, source: str, lines: set[int]) -> None:
    kernel = kernels.jupyter()
    kernel.run(source)
    numbers = [it for it in kernel.printed if it.text.strip().isdigit()]
    assert {int(it.text) for it in numbers} == lines
    assert {it.line for it in numbers} == lines
    assert {it.filename for it in numbers} == {f"{kernel.notebook}#c1@1.py"}


_TRANSFORMER = """
import ast
class Anew(ast.NodeTransformer):
    def visit_Expr(self, node):
        return ast.copy_location(ast.Expr(ast.copy_location(ast.Call(
            ast.copy_location(ast.Name("same", ast.Load()), node), [node.value], []), node)), node)
same = lambda value: value
get_ipython().ast_transformers.append(Anew())
"""
_ADDS_LINES = """
def add(lines):
    return ["added = 1\\n", "more = 2\\n", *lines]
get_ipython().input_transformers_post.append(add)
"""
_DROPS_LINES = """
def drop(lines):
    return [it for it in lines if not it.startswith("# drop")]
get_ipython().input_transformers_post.append(drop)
"""
_MAGIC = """
from IPython.core.magic import register_cell_magic
@register_cell_magic
def wrapped(line, cell):
    body = "".join(f"    {it}\\n" for it in cell.splitlines())
    get_ipython().run_cell(f"import os\\nfor n in [1]:\\n{body}")
"""


@pytest.mark.parametrize(
    "magic", ["", "%%time\n", "%%capture --no-stdout\n", "%%prun -q\n", "%%timeit -n1 -r1\n"]
)
@pytest.mark.parametrize("before", [_TRANSFORMER, _ADDS_LINES, _DROPS_LINES])
def test_lines_under_transformers(kernels: Kernels, before: str, magic: str) -> None:
    kernel = kernels.jupyter()
    assert kernel.run(before)["state"] == "done"
    source = f"{magic}import sys\n# drop\nprint(sys._getframe().f_lineno)\nx = 1"
    assert kernel.run(source)["state"] == "done", kernel.text()
    line = source[: source.index("print")].count("\n") + 1
    numbers = [it for it in kernel.printed if it.text.strip().isdigit()]
    assert {(int(it.text), it.line) for it in numbers} == {(line, line)}


def test_lines_of_a_body_that_a_magic_wraps(kernels: Kernels) -> None:
    kernel = kernels.jupyter()
    kernel.run(_MAGIC)
    kernel.run("%%wrapped\nimport sys\nprint(sys._getframe().f_lineno)")
    assert [(it.text, it.line) for it in kernel.printed] == [("3\n", 3)]


_RUNNERS = {
    "plain": "{}",
    "capture": "%%capture out\n{}",
    "capture_twice": "%%capture out\n%%capture\n{}",
    "time": "%%time\n{}",
    "prun": "%%prun -q\n{}",
    "custom": "%%custom\n{}",
    "run_cell": "get_ipython().run_cell({!r})\nprint('on')",
    "run_cell_twice": "get_ipython().run_cell('get_ipython().run_cell(' + repr({!r}) + ')')",
    "run_cell_async": "await get_ipython().run_cell_async({0!r}, transformed_cell={0!r})",
    "magic_function": "get_ipython().run_cell_magic('capture', '', {!r})",
}
_ENDS = [
    ("1/0", "failed", "ZeroDivisionError"),
    ("int('x')", "failed", "ValueError"),
    ("import no_such_module", "failed", "ModuleNotFoundError"),
    ("raise ExceptionGroup('g', [ValueError()])", "failed", "ExceptionGroup"),
    ("def f(", "failed", "SyntaxError"),
    ("import sys; sys.exit(3)", "stopped", ""),
    ("exit()", "stopped", ""),
    ("raise KeyboardInterrupt", "interrupted", "KeyboardInterrupt"),
    ("raise BaseException('b')", "failed", "BaseException"),
]
_CUSTOM = """
from IPython.core.magic import register_cell_magic
@register_cell_magic
def custom(line, cell):
    get_ipython().run_cell(cell)
"""


@pytest.mark.parametrize("runner", _RUNNERS)
@pytest.mark.parametrize(("source", "state", "error"), _ENDS)
def test_what_ends_a_cell_ends_it_through_ipythons_own_run_cell(
    kernels: Kernels, runner: str, source: str, state: str, error: str
) -> None:
    if runner == "prun" and state == "stopped":
        state = "done"  # `%%prun` says so itself: "SystemExit exception caught in code being profiled"
    if error == "SyntaxError" and runner in ("capture", "capture_twice", "magic_function"):
        error = "SyntaxError|.*TokenError"  # some versions of `%%capture` fail for such a body on their own
    kernel = kernels.jupyter()
    kernel.run(_CUSTOM)
    result = kernel.run(_RUNNERS[runner].format(source))
    assert result["state"] == state, kernel.text()
    assert re.fullmatch(error, (result.get("error") or "").partition(":")[0].rpartition(".")[2])
    shown = re.findall(rf"^\W*(?:{error.partition('|')[0]}):", kernel.text(1), re.MULTILINE)
    assert len(shown) == (state == "failed")
    assert kernel.run("1")["state"] == "done"


@pytest.mark.parametrize("runner", ["plain", "capture", "custom", "run_cell", "time", "prun"])
@pytest.mark.parametrize(
    ("command", "state"), [(wire.Interrupt(), "interrupted"), (wire.Quit(wire.MAIN_THREAD), "stopped")]
)
def test_interrupt_and_quit_through_ipythons_own_run_cell(
    kernels: Kernels, runner: str, command: wire.Command, state: str
) -> None:
    kernel = kernels.jupyter()
    kernel.run(_CUSTOM)
    source = "import os, time\nos.write(2, b'in')\nwhile True:\n    time.sleep(0.01)"
    cell = kernel.begin(_RUNNERS[runner].format(source))
    kernel.wait(lambda: b"in" in kernel.raw[1])
    kernel.call(command)
    assert kernel.reply(cell)["state"] == state
    assert kernel.run("1")["state"] == "done"


def test_a_script_that_fails_under_run_fails_the_cell(kernels: Kernels) -> None:
    (kernels.folder / "bad.py").write_text("x = 1\n1/0\n")
    kernel = kernels.jupyter()
    result = kernel.run("%run bad.py\nprint('on')")
    assert result["error"] == "ZeroDivisionError: division by zero"
    assert "on\n" in kernel.text(0)
    assert kernel.text(1).count("ZeroDivisionError") == 1


def test_an_error_that_the_user_has_shown_fails_nothing(kernels: Kernels) -> None:
    kernel = kernels.jupyter()
    source = "try:\n    1/0\nexcept ZeroDivisionError:\n    get_ipython().showtraceback()"
    assert kernel.run(source)["state"] == "done"
    assert "ZeroDivisionError" in kernel.text(1)
    assert kernel.run("%tb")["state"] == "done"


def test_error_in_a_magics_body_fails_the_cell_once(kernels: Kernels) -> None:
    kernel = kernels.jupyter()
    assert kernel.run("%%time\nx = 1\n1/0")["error"] == "ZeroDivisionError: division by zero"
    assert kernel.text(1).count("ZeroDivisionError") == 1
    assert "line 3" in kernel.text(1)
    assert "IPython" not in kernel.text(1)


def test_shell_commands(kernels: Kernels) -> None:
    kernel = kernels.jupyter()
    kernel.run("found = !echo hi\nfound")
    assert kernel.printed[-1].text == "['hi']\n"
    kernel.run("!echo there")
    assert "there" in kernel.text(0)


def test_unknown_magic(kernels: Kernels) -> None:
    kernel = kernels.jupyter()
    assert "no_such_magic" in kernel.run("%no_such_magic")["error"]


@pytest.mark.parametrize("source", ["exit()", "quit()", "exit"])
def test_exit_ends_the_cell(kernels: Kernels, source: str) -> None:
    kernel = kernels.jupyter()
    assert kernel.run(source)["state"] == "stopped"
    assert kernel.run("1")["state"] == "done"


def test_capture_and_display(kernels: Kernels) -> None:
    kernel = kernels.jupyter()
    kernel.run("%%capture out\nprint('kept')")
    kernel.run("display(out.stdout)")
    assert kernel.text() == "'kept\\n'\n"


def test_percent_cell_uses_ipython_only_for_its_syntax(kernels: Kernels) -> None:
    kernel = kernels.percent()
    kernel.run("import sys\n'IPython' in sys.modules")
    kernel.run("%time x = 5")
    kernel.run("x, 'IPython' in sys.modules")
    texts = [it.text for it in kernel.printed if it.kind == "v"]
    assert texts == ["False\n", "(5, True)\n"]


@pytest.mark.parametrize("format", ["percent", "jupyter"])
def test_magic_without_ipython_names_what_to_install(kernels: Kernels, format: str) -> None:
    (kernels.folder / "IPython.py").write_text("raise ModuleNotFoundError('none', name='IPython')")
    kernel = kernels.start(format, "book.py", env={"PYTHONPATH": str(kernels.folder)})
    result = kernel.run("%time 1")
    assert (result["state"], result["missing_module"]) == ("failed", "IPython")
    assert "pip install ipython" in kernel.text(1)
    assert kernel.run("1")["state"] == "done"


def test_autoreload_sees_its_events(kernels: Kernels) -> None:
    module = kernels.folder / "mod.py"
    module.write_text("x = 1\n")
    kernel = kernels.jupyter()
    kernel.run("%load_ext autoreload\n%autoreload 2\nimport mod, os\nmod.x")
    module.write_text("x = 22\n")
    kernel.run("mod.x")
    assert [it.text for it in kernel.printed if it.kind == "v"] == ["1\n", "22\n"]


@pytest.mark.parametrize("markers", ["# In[ ]:\n\n\n", ""])
@pytest.mark.parametrize("format", ["script", "percent"])
def test_a_script_that_nbconvert_made_finds_its_shell(kernels: Kernels, format: str, markers: str) -> None:
    source = (
        f"#!/usr/bin/env python\n# coding: utf-8\n\n{markers}"
        "get_ipython().run_line_magic('matplotlib', '--list')\nx = 1\n\n"
        f"{markers}get_ipython().system('echo hi')\n"
        "files = get_ipython().getoutput('echo there')\nprint(files)\n"
        f"{markers}get_ipython().run_cell_magic('time', '', 'y = x + 1\\nprint(y)\\n')\n"
        f"{markers}get_ipython().run_cell_magic('capture', '', '1/0\\n')\n"
    )
    kernel = kernels.start(format, "book.py")
    result = kernel.run(source)
    assert result["error"] == "ZeroDivisionError: division by zero"
    assert kernel.text(1).count("ZeroDivisionError: division") == 1
    assert [it for it in kernel.text(0).splitlines() if it in ("hi", "['there']", "2")] == [
        "hi",
        "['there']",
        "2",
    ]


@pytest.mark.parametrize(
    "source",
    [
        "try:\n    get_ipython()\nexcept NameError:\n    print('none')",
        "print('none' if 'get_ipython' not in dir(__builtins__) else 'some')",
    ],
)
def test_a_script_that_only_asks_for_a_shell_finds_none(kernels: Kernels, source: str) -> None:
    kernel = kernels.script(source)
    kernel.run(source + "\nimport sys\nprint('IPython' in sys.modules)")
    assert kernel.text(0) == "none\nFalse\n"


def test_percent_cells_after_a_magic_are_ipythons(kernels: Kernels) -> None:
    module = kernels.folder / "mod.py"
    module.write_text("x = 1\n")
    kernel = kernels.percent()
    kernel.run("%load_ext autoreload\n%autoreload 2")
    kernel.run("import mod\nmod.x")
    module.write_text("x = 22\n")
    kernel.run("mod.x", first_line=40)
    kernel.run("print(_, __, In[-1])", first_line=50)
    assert [it.text for it in kernel.printed] == ["1\n", "22\n", "22 1 print(_, __, In[-1])\n"]
    assert [it.line for it in kernel.printed] == [2, 40, 50]


ASKS = {  # whether a percent cell is IPython's
    "try:\n    get_ipython()\nexcept NameError:\n    pass": False,
    "try:\n    shell = get_ipython().__class__.__name__\nexcept Exception:\n    shell = None": False,
    "def f():\n    try:\n        get_ipython()\n    except (NameError, KeyError):\n        pass\nf()": False,
    "import contextlib\nwith contextlib.suppress(NameError):\n    get_ipython()": False,
    "'get_ipython' in globals() and get_ipython()": False,
    "if 'get_ipython' in dir():\n    get_ipython()": False,
    "get_ipython() if 'get_ipython' in vars() else 1": False,
    "# get_ipython()": False,
    "'get_ipython()'": False,
    "get_ipython = lambda: None\nget_ipython()": False,
    "get_ipython().run_line_magic('matplotlib', '--list')": True,
    "print(type(get_ipython()))": True,
    "try:\n    1 / 0\nexcept ZeroDivisionError:\n    get_ipython()": True,
    "try:\n    get_ipython()\nexcept ValueError:\n    pass": True,
    "%time 1": True,
}


@pytest.mark.parametrize("source", ASKS)
def test_a_percent_cell_that_only_asks_for_a_shell_finds_none(kernels: Kernels, source: str) -> None:
    kernel = kernels.percent()
    assert not kernel.run(source).get("error")
    kernel.run("import sys\nprint('get_ipython' in vars(sys.modules['builtins']), 'IPython' in sys.modules)")
    assert kernel.text(0).splitlines()[-1] == f"{ASKS[source]} {ASKS[source]}"
