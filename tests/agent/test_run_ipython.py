"""Cells in IPython's syntax."""

import pytest

from .kernel import Kernels

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
    ],
)
def test_lines_in_magic_bodies(kernels: Kernels, source: str, lines: set[int]) -> None:
    kernel = kernels.jupyter()
    kernel.run(source)
    numbers = [it for it in kernel.printed if it.text.strip().isdigit()]
    assert {int(it.text) for it in numbers} == lines
    assert {it.line for it in numbers} == lines
    assert {it.filename for it in numbers} == {f"{kernel.notebook}#c1@1.py"}


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
