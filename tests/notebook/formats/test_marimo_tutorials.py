"""What marimo itself reads out of its own tutorials."""

import re
from pathlib import Path

import marimo
import pytest
from marimo._ast.parse import parse_notebook

from dap_kernel.notebook.formats.reading import read

TUTORIALS = sorted(
    path for path in (Path(marimo.__file__).parent / "_tutorials").glob("*.py") if path.name != "__init__.py"
)


@pytest.mark.parametrize("path", TUTORIALS, ids=lambda path: path.stem)
def test_cells_are_those_that_marimo_reads(path: Path) -> None:
    text = path.read_text()
    theirs = parse_notebook(text)
    assert theirs is not None
    notebook = read(text, path.name)
    assert [cell.source for cell in notebook.cells] == [it.code.strip() for it in theirs.cells]
    file_lines = text.split("\n")
    for cell in notebook.cells:
        for line, code in zip(cell.lines, cell.source.split("\n") if cell.source else [], strict=True):
            assert file_lines[line - 1].strip() == code.strip()


@pytest.mark.parametrize("path", TUTORIALS, ids=lambda path: path.stem)
def test_the_quick_way_finds_what_the_syntax_tree_does(path: Path) -> None:
    text = path.read_text()
    slow = re.sub(r"^(@app\.cell.*)$", r"\1  # not the usual layout", text, flags=re.MULTILINE)
    assert slow != text
    assert read(slow, path.name).cells == read(text, path.name).cells
