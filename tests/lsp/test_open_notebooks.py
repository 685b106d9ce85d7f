"""Where a cell's lines are in the editor's documents."""

import pytest
from msgspec.structs import replace

from dap_kernel.lsp.debug_state import DebugState
from dap_kernel.lsp.open_notebooks import DocumentLine, lines_of, path_of
from tests.lsp.open_notebooks import book, cells_book, told_cell
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
    assert made.spot(cell, number) == DocumentLine(made.uri, line)
    assert made.cell_around(made.uri, line) == cell


def test_the_cells_of_an_editor_for_notebooks():
    made = cells_book("x = 1", "\n\ny = 2")
    cell, number = made.cell_at("cell:1", 2)
    assert (cell.source.split("\n")[number - 1], made.spot(cell, number)) == (
        "y = 2",
        DocumentLine("cell:1", 2),
    )
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
        ("/nowhere/cells.py", 3, DocumentLine("file:///nowhere/cells.py", 2)),
        ("/nowhere/../nowhere/cells.py", 3, DocumentLine("file:///nowhere/cells.py", 2)),
        ("file:///nowhere/cells.py", 3, DocumentLine("file:///nowhere/cells.py", 2)),
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
    assert made.spot_of_source(uri.replace("%3D", "="), 1) == DocumentLine(uri, 0)


def test_a_text_that_cannot_be_read_keeps_the_last_good_one():
    made = book(FORMATS["jupyter.ipynb"], "cells.ipynb")
    assert made.notebook.cells
    made.take_text("{")
    assert [it.name for it in made.notebook.cells if it.is_code] == ["cell 1", "cell 2", "cell 3"]
    assert "JSON" in made.problem


def told(texts, **what):
    """What a session tells of the code cells of a text; its names for them are its own."""
    made = book("".join(f"# %%\n{it}\n" for it in texts))
    return [told_cell(made, number, **what) for number in range(1, len(texts) + 1)]


@pytest.mark.parametrize(
    ("shown", "there", "pairs"),
    [
        ("abc", "abc", ["aa", "bb", "cc"]),
        ("abc", "acb", ["aa", "bb"]),  # which of the two was moved nobody knows
        ("anbc", "abc", ["aa", "bb", "cc"]),
        ("abc", "anbc", ["aa", "bb", "cc"]),
        ("abc", "axc", ["aa", "bx", "cc"]),  # edited in its place
        ("abcd", "axyd", ["aa", "dd"]),  # no place is certain
        ("aab", "ab", ["aa", "bb"]),
        ("aba", "aba", ["aa", "bb", "aa"]),
        ("ab", "xy", []),
        ("ab", "", []),
    ],
)
def test_what_is_told_of_a_cell_is_told_of_its_text(shown, there, pairs):
    made = book("".join(f"# %%\n{it}\n" for it in shown))
    live = DebugState(cells=told(there))
    own = made.notebook.by_id
    found = live.told(made.notebook)
    assert sorted(f"{own[id].source}{there[it.number - 1]}" for id, it in found.items()) == sorted(pairs)
    assert (live.same(made.notebook) is not None) == (shown == there)


def test_only_cells_that_run_must_be_the_same():
    """Clients need not tell the others, and may call them otherwise."""
    made = book("# %% [markdown]\n# text\n# %%\na\n# %%\na\n")
    live = DebugState(cells=told("aa"))
    one, other = [it.id for it in made.notebook.cells if it.is_code]
    assert {id: it.id for id, it in live.same(made.notebook).items()} == {one: "c1", other: "c2"}
    assert live.told(made.notebook) == live.same(made.notebook)


def test_a_traceback_stays_with_its_failure():
    live = DebugState(cells=told("a", state="failed", traceback="Traceback"))
    live.take_cells(told("a", state="failed"))
    assert live.cells[0].traceback == "Traceback"
    live.take_cells(told("a", state="stale"))
    assert live.cells[0].traceback is None


def test_cells_are_told_one_by_one():
    live = DebugState(cells=told("ab"))
    assert live.take_cell(told("ab", state="done")[1])
    assert not live.take_cell(told("abc", state="done")[2])  # all of them have to be asked for
    assert [(it.id, it.state) for it in live.cells] == [("c1", "new"), ("c2", "done")]


def test_cells_are_new_if_any_of_what_is_known_of_them_is():
    made = cells_book("x = 1", "y = 2")
    cells = list(made.cells)
    assert not made.take_cells(cells, is_new=False)  # editors tell also of outputs, and of runs
    assert made.take_cells(cells)
    assert made.take_cells(cells[::-1], is_new=False)
    assert made.take_cells([replace(it, text=f"{it.text} + 1") for it in cells], is_new=False)
    assert [it.source for it in made.notebook.cells] == ["x = 1 + 1", "y = 2 + 1"]
