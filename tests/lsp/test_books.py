"""Where a cell's lines are in the editor's documents."""

from dataclasses import replace

import pytest

from dap_kernel.lsp.books import Spot, lines_of, path_of
from dap_kernel.lsp.live import Live
from dap_kernel.protocol.notebook import NotebookCell
from tests.lsp.books import book, cells_book
from tests.sessions.notebooks import FORMATS, at

PARTS = {
    "marimo.py": "limit = 3",
    "percent.py": "limit = 3",
    "script.py": "limit = 3",
    "jupyter.ipynb": '"limit = 3',
}


@pytest.mark.parametrize("name", FORMATS)
def test_a_line_is_found_from_both_sides(name):
    made = book(FORMATS[name], name)
    line = at(FORMATS[name], PARTS[name]) - 1
    cell, number = made.cell_at(made.uri, line)
    assert cell.source.split("\n")[number - 1] == "limit = 3"
    assert made.spot(cell, number) == Spot(made.uri, line)
    assert made.cell_around(made.uri, line) == cell


def test_the_cells_of_an_editor_for_notebooks():
    made = cells_book("x = 1", "\n\ny = 2")
    cell, number = made.cell_at("cell:1", 2)
    assert (cell.source.split("\n")[number - 1], made.spot(cell, number)) == ("y = 2", Spot("cell:1", 2))
    assert made.cell_at("cell:7", 0) is None
    assert made.line("cell:1", 2) == "y = 2"
    assert made.line("cell:1", 3) == made.line("cell:7", 0) == made.line("cell:1", -1) == ""


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("a", ["a"]),
        ("a\n", ["a\n"]),
        ("a\r\nb\rc\n\n", ["a\r\n", "b\r", "c\n", "\n"]),
        ("a\x0cb\u2028c\n", ["a\x0cb\u2028c\n"]),
    ],
)
def test_lines_end_as_in_editors(text, lines):
    assert lines_of(text) == lines


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///a%20b/c.py", "/a b/c.py"),
        ("untitled:Untitled-1.ipynb", "untitled:Untitled-1.ipynb"),
        ("git:/a/b.py", None),
    ],
)
def test_paths_of_documents(uri, path):
    assert path_of(uri) == path


@pytest.mark.parametrize(
    ("path", "line", "spot"),
    [
        ("/nowhere/cells.py", 3, Spot("file:///nowhere/cells.py", 2)),
        ("/nowhere/../nowhere/cells.py", 3, Spot("file:///nowhere/cells.py", 2)),
        ("file:///nowhere/cells.py", 3, Spot("file:///nowhere/cells.py", 2)),
        ("/nowhere/other.py", 3, None),
        ("vscode-notebook-cell:/nowhere/cells.py#W0", 3, None),
        ("", 3, None),
        (None, 3, None),
    ],
)
def test_sources_of_the_session(path, line, spot):
    assert book("x = 1\n").spot_of_source(path, line) == spot


def test_cells_of_the_session_however_they_are_escaped():
    made = cells_book("x = 1")
    uri = "vscode-notebook-cell:/nowhere/cells.ipynb#W0sZmlsZQ%3D%3D"
    made.take_cells([type(made.cells[0])(uri, "code", "x = 1")])
    assert made.spot_of_source(uri.replace("%3D", "="), 1) == Spot(uri, 0)


def test_a_text_that_cannot_be_read_keeps_the_last_good_one():
    made = book(FORMATS["jupyter.ipynb"], "cells.ipynb")
    assert made.notebook.cells
    made.take_text("{")
    assert [it.name for it in made.notebook.cells if it.is_code] == ["cell 1", "cell 2", "cell 3"]
    assert "JSON" in made.problem


def told(id, kind="code"):
    return NotebookCell(id, id, kind, 1, 1)


def test_what_is_told_of_cells_goes_by_place_then_by_id():
    made = book("# %% a\n1\n# %% b\n2\n")
    there = Live(cells=[told("one"), told("two")])
    assert {id: it.id for id, it in there.told(made.notebook).items()} == {"a": "one", "b": "two"}
    there = Live(cells=[told("z"), told("b"), told("y")])
    assert {id: it.id for id, it in there.told(made.notebook).items()} == {"b": "b"}
    there = Live(cells=[told("a", "markdown"), told("b")])
    assert set(there.told(made.notebook)) == {"b"}


def test_a_traceback_stays_with_its_failure():
    failed = NotebookCell("a", "a", "code", 1, 1, "failed", traceback="Traceback")
    live = Live()
    live.take_cell(failed)
    live.take_cells([NotebookCell("a", "a", "code", 1, 1, "failed")])
    assert live.cells[0].traceback == "Traceback"
    live.take_cells([NotebookCell("a", "a", "code", 1, 1, "stale")])
    assert live.cells[0].traceback is None


def test_cells_are_told_one_by_one():
    live = Live()
    for id in ("a", "b", "a", "c"):
        live.take_cell(told(id))
    live.take_cell(NotebookCell("b", "b", "code", 1, 1, "done"))
    assert [(it.id, it.state) for it in live.cells] == [("a", "new"), ("b", "done"), ("c", "new")]


def test_cells_are_new_if_any_of_what_is_known_of_them_is():
    made = cells_book("x = 1", "y = 2")
    cells = list(made.cells)
    assert not made.take_cells(cells, is_new=False)  # editors tell also of outputs, and of runs
    assert made.take_cells(cells)
    assert made.take_cells(cells[::-1], is_new=False)
    assert made.take_cells([replace(it, text=f"{it.text} + 1") for it in cells], is_new=False)
    assert [it.source for it in made.notebook.cells] == ["x = 1 + 1", "y = 2 + 1"]
