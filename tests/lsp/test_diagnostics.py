"""Diagnostics: what the debugger knows against a notebook."""

import pytest
from lsprotocol.types import DiagnosticSeverity as Severity

from dap_kernel.lsp.debug_state import DebugState
from dap_kernel.lsp.diagnostics import PYTHON, diagnostics
from dap_kernel.notebook.source import syntax
from dap_kernel.protocol.breakpoints import Breakpoint
from dap_kernel.protocol.sources import Source
from tests.lsp.editor import Editor
from tests.lsp.open_notebooks import book, cells_book, told_cell
from tests.sessions.notebooks import FORMATS, at, code

MARIMO = """\
import marimo

app = marimo.App()


@app.cell
def _():
    start = 1
    x = start
    return (x, start)


@app.cell
def _():
    def helper():
        return 1
    x = helper()
    return (x,)


@app.cell
def _(b):
    a = b
    return (a,)


@app.cell
def _(a):
    b = a
    return (b,)


if __name__ == "__main__":
    app.run()
"""


def told(made, live=None):
    """Line from 0, start column and message of each diagnostic, and its document if there are several."""
    return [
        (it.range.start.line, it.range.start.character, it.message)
        for found in diagnostics(made, live).values()
        for it in found
    ]


def test_a_key_in_a_large_notebook_costs_the_cell_that_it_is_in(monkeypatch):
    compiled = []
    code = syntax.code
    monkeypatch.setattr(syntax, "code", lambda source: compiled.append(source) or code(source))
    text = "".join(f"# %%\nof_the_large = {number}\n" for number in range(100))
    made = book(text)
    diagnostics(made, None)
    assert len(compiled) == 100
    made.take_text(text.replace("= 50", "= (50"))
    assert len(told(made)) == 1
    assert compiled[100:] == ["of_the_large = (50"]


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_is_wrong_with_a_good_notebook(name):
    made = book(FORMATS[name], name)
    assert diagnostics(made, None) == {made.uri: []}


def test_a_cell_that_does_not_parse_is_told_at_its_line():
    made = book("# %% one\nx = 1\n# %% two\n\nif x:\n    y = (\n")
    assert told(made) == [(5, 4, f"two does not parse: line 2: '(' was never closed (Python {PYTHON})")]
    assert diagnostics(made, None)[made.uri][0].range.end.character == len("    y = (")


def test_a_cell_of_a_broken_marimo_notebook_is_told_at_its_line():
    made = book(FORMATS["marimo.py"].replace("limit = 3", "limit = ("), "marimo.py")
    (line, _, message), *_ = told(made)
    assert (line, "does not parse" in message) == (at(FORMATS["marimo.py"], "limit = 3") - 1, True)


def test_raw_json_is_told_at_its_lines():
    text = code("x = 1", "y = 2\\nz = (".replace("\\n", "\n"))
    assert [it[0] for it in told(book(text, "cells.ipynb"))] == [at(text, "z = (") - 1]
    broken = told(book('{"cells": [\n,', "cells.ipynb"))
    assert [(line, "JSON" in message) for line, _, message in broken] == [(1, True)]


def test_a_name_defined_twice_and_a_cycle_are_told_at_the_name():
    found = [(MARIMO.split("\n")[line].strip(), message) for line, _, message in told(book(MARIMO))]
    assert [it[0] for it in found] == ["x = start", "x = helper()", "a = b", "b = a"]
    assert "x is defined in cell 2 too" in found[0][1]
    assert "need each other's names" in found[2][1]


@pytest.mark.parametrize(
    ("what", "found"),
    [
        ({"state": "failed", "error": "E: no", "error_line": 2}, [(1, 4, "E: no")]),
        ({"state": "failed", "error": "E: no"}, [(0, 0, "E: no")]),
        ({"state": "failed", "error": "E: no", "traceback": "File 1\nE: no\n"}, [(0, 0, "File 1\nE: no")]),
        ({"state": "done"}, []),
        ({"state": "stale", "error": "E: no", "error_line": 2}, []),
        ({"state": "running", "error": "E: no", "error_line": 2}, []),
    ],
)
def test_the_failure_of_a_cell(what, found):
    made = book("if True:\n    1 / 0\n")
    assert told(made, DebugState(cells=[told_cell(made, **what)])) == found


def test_failures_in_the_cells_of_an_editor_for_notebooks():
    made = cells_book("x = 1", "y = 2\n1 / 0")
    failed = told_cell(made, 2, state="failed", error="E: no", line=1, error_line=2)
    found = diagnostics(made, DebugState(cells=[told_cell(made), failed]))
    assert {uri: [it.range.start.line for it in them] for uri, them in found.items()} == {
        "cell:0": [],
        "cell:1": [1],
    }
    in_file = told_cell(made, 2, state="failed", error="E: no", line=20, end_line=21, error_line=21)
    found = diagnostics(made, DebugState(cells=[told_cell(made), in_file]))
    assert [it.range.start.line for it in found["cell:1"]] == [1]


@pytest.mark.parametrize(
    ("point", "found"),
    [
        (Breakpoint(True, 1, line=1, source=Source(path="/nowhere/cells.py")), []),
        (
            Breakpoint(False, 1, "no code here", source=Source(path="/nowhere/cells.py"), line=2),
            [(1, Severity.Warning, "breakpoint: no code here")],
        ),
        (
            Breakpoint(
                False,
                1,
                "takes effect when the cell runs again",
                source=Source(path="/nowhere/cells.py"),
                line=1,
            ),
            [(0, Severity.Information, "breakpoint: takes effect when the cell runs again")],
        ),
        (Breakpoint(False, 1, "no code here", source=Source(path="/nowhere/other.py"), line=1), []),
        (Breakpoint(False, 1, "no code here"), []),
    ],
)
def test_a_breakpoint_that_does_not_bind(point, found):
    made = book("x = 1\n# nothing\n")
    shown = diagnostics(made, DebugState(breakpoints=[point]))[made.uri]
    assert [(it.range.start.line, it.severity, it.message) for it in shown] == found


async def test_a_text_is_checked_as_it_is_typed(write):
    path = write("cells.py", "# %% one\nx = 1\n")
    async with Editor() as editor:
        uri = editor.open(path)
        editor.insert(uri, 1, 5, " +")
        await editor.until(lambda: editor.wrong(uri))
        assert editor.wrong(uri) == [(1, f"one does not parse: line 1: invalid syntax (Python {PYTHON})")]
        editor.insert(uri, 1, 7, " 2")
        await editor.until(lambda: editor.wrong(uri) == [])
        editor.insert(uri, 1, 0, ")")
        await editor.until(lambda: editor.wrong(uri))
        editor.close(uri)
        await editor.until(lambda: editor.wrong(uri) == [])


async def test_marimos_problems_are_told_as_they_are_typed(write):
    path = write("cells.py", MARIMO)
    async with Editor() as editor:
        uri = editor.open(path, MARIMO.replace("x = helper()", "z = helper()").replace("b = a", "c = a"))
        await editor.until(lambda: uri in editor.diagnostics)
        assert editor.wrong(uri) == []
        editor.change(uri, MARIMO)
        found = await editor.until(lambda: editor.wrong(uri))
        texts = [(MARIMO.split("\n")[line].strip(), message) for line, message in found]
        assert [it[0] for it in texts] == ["x = start", "x = helper()", "a = b", "b = a"]
        assert "x is defined in cell 2 too" in texts[0][1]
        assert "need each other's names" in texts[2][1]


async def test_json_that_is_half_typed_is_not_told_in_the_console(debugging, write):
    path = write("cells.ipynb", code("x = 1", "y = 2"))
    async with Editor(dapKernelCells=True) as editor, debugging(path, run="none") as debug:
        await debug.launch()
        await debug.idle()
        uri = editor.open(path, language="json")
        await editor.joined()
        editor.change(uri, path.read_text()[:-20])
        (wrong,) = await editor.until(lambda: editor.wrong(uri))
        assert "JSON" in wrong[1]
        await editor.command("dap-kernel.runCell", uri, at(path, "x = 1") - 1)
        assert "not what would run" in await editor.until(lambda: "".join(editor.messages))  # it was given
        assert debug.printed("stderr") == ""
        await debug.disconnect()


def test_what_a_newer_python_may_know_is_no_error():
    (found,) = diagnostics(book("# %%\nx = (\n"), None)["file:///nowhere/cells.py"]
    assert (found.severity, f"(Python {PYTHON})" in found.message) == (Severity.Information, True)
    made = book("x = (\n", "script.py")
    assert diagnostics(made, None) == {made.uri: []}  # any editor for Python tells that


async def test_breakpoints_that_do_not_bind_are_told(debugging, write):
    path = write("cells.py", "# %% [markdown]\n# text\n# %% more\ny = 1\n")
    async with Editor() as editor, debugging(path, run="none") as debug:
        await debug.launch(breakpoints={path: [2, 4]})
        uri = editor.open(path)
        (line, message), *rest = await editor.until(lambda: editor.wrong(uri))
        assert (line, rest) == (1, [])
        assert message.startswith("breakpoint: ")
        assert "markdown" in message
        await debug.break_at(path, 4)
        await editor.until(lambda: editor.wrong(uri) == [])
        await debug.disconnect()
