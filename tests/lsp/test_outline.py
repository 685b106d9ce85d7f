"""Symbols and folds: a notebook's cells, in every format."""

import pytest

from dap_kernel.lsp.outline import folding, symbols
from tests.lsp.editor import Editor
from tests.lsp.open_notebooks import book, cells_book
from tests.sessions.notebooks import FORMATS, at

CELLS = """\
# %% load
class Model:
    def fit(self):
        return 1

    x = 1

# %%
# comment

async def run():
    return 2
y = 1


"""


def tree(found):
    """Name, first and last line from 0, and children of each symbol."""
    return [(it.name, it.range.start.line, it.range.end.line, tree(it.children or [])) for it in found]


def test_cells_hold_what_they_define():
    made = book(CELLS)
    assert tree(symbols(made, made.uri)) == [
        ("load", 0, 5, [("Model", 1, 5, [("fit", 2, 3, [])])]),
        ("cell 2", 7, 12, [("run", 10, 11, [])]),
    ]
    assert [it.kind.name for it in symbols(made, made.uri)[0].children] == ["Class"]


def test_a_selection_lies_within_its_symbol():
    made = book(CELLS)
    found = symbols(made, made.uri)
    while found:
        it = found.pop()
        found += it.children
        inner, outer = it.selection_range, it.range
        assert (outer.start.line, outer.start.character) <= (inner.start.line, inner.start.character)
        assert (inner.end.line, inner.end.character) <= (outer.end.line, outer.end.character)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("marimo.py", ["settings", "cell 2", "cell 3"]),
        ("percent.py", ["markdown cell at position 1", "settings", "cell 2", "cell 3"]),
        ("script.py", ["scale"]),
        ("jupyter.ipynb", ["markdown cell at position 1", "cell 1", "cell 2", "cell 3"]),
    ],
)
def test_each_format_has_an_outline(name, found):
    made = book(FORMATS[name], name)
    assert [it.name for it in symbols(made, made.uri)] == found


def test_the_cell_of_an_editor_for_notebooks_is_one_symbol():
    made = cells_book("def one(): pass", "x = 1\ny = 2")
    assert tree(symbols(made, "cell:0")) == [("cell 1", 0, 0, [("one", 0, 0, [])])]
    assert tree(symbols(made, "cell:1")) == [("cell 2", 0, 1, [])]
    assert folding(made, "cell:1") == []


def test_a_cell_that_does_not_parse_is_a_symbol_all_the_same():
    made = book("# %% one\nx = (\n# %% two\ny = 1\n")
    assert [it.name for it in symbols(made, made.uri)] == ["one", "two"]


def test_cells_fold_without_the_blanks_below():
    made = book(CELLS)
    assert [(it.start_line, it.end_line) for it in folding(made, made.uri)] == [(0, 5), (7, 12)]
    assert folding(book("x = 1\ny = 2\n"), "file:///nowhere/cells.py") == []


async def test_an_editor_shows_cells(write):
    path = write("marimo.py", FORMATS["marimo.py"])
    async with Editor() as editor:
        uri = editor.open(path)
        assert [it.name for it in await editor.symbols(uri)] == ["settings", "cell 2", "cell 3"]
        first = await editor.folds(uri)
        assert first[0] == (at(path, "@app.cell") - 1, at(path, "return (limit,)") - 1)
        assert await editor.symbols("file:///nowhere.py") == []
