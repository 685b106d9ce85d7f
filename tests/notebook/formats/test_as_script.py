"""A Jupyter notebook as a script: ours, and jupytext's, line by line."""

import nbformat
import pytest

from dap_kernel.notebook.format_traits import Format
from dap_kernel.notebook.formats.as_script import as_script, laid_out, read_shown
from dap_kernel.notebook.formats.reading import read

SOURCES = (
    ("markdown", "# A title\n\nwords"),
    ("code", "import os\nlimit = 3"),
    ("code", "def scale(n):\n    # grows\n    return n"),
    ("code", "x = scale(1)"),
    ("code", "%matplotlib inline\n!ls\n# %no magic\nfiles = !ls\nx = 2\nx?"),
    ("code", "%%bash\necho hi\nls"),
    ("code", ""),
    ("raw", "some\nraw text"),
    ("code", "@decorated\nclass A:\n    pass\n"),
    ("code", "%%time\nx = 1  # %% inside\ntext = '''\n# %% in a string\n'''"),
    ("code", "\n\nx\n\n"),
)


def ipynb() -> str:
    v4 = nbformat.v4
    make = {"code": v4.new_code_cell, "markdown": v4.new_markdown_cell, "raw": v4.new_raw_cell}
    notebook = v4.new_notebook(cells=[make[kind](source) for kind, source in SOURCES])
    notebook.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return str(nbformat.writes(notebook))


def test_ours_has_every_line_of_code_where_it_says() -> None:
    notebook = read(ipynb(), "nb.ipynb")
    shown = as_script(notebook)
    text = shown.text.split("\n")
    assert shown.shown_as is Format.PERCENT and not shown.has_json_lines
    for cell in shown.cells:
        lines = cell.source.split("\n") if cell.source else []
        assert len(cell.lines) == len(lines)
        if cell.kind in ("code", "foreign"):
            assert [text[it - 1] for it in cell.lines] == lines
            assert text[cell.span[0] - 1] == "# %%"
    assert [it.id for it in shown.cells] == [it.id for it in notebook.cells]
    again = read_shown(shown.text, None)
    assert [it.number for it in again.cells] == [it.number for it in shown.cells]


@pytest.mark.parametrize("style", ["percent", "hydrogen"])
def test_jupytexts_script_has_every_line_of_code_where_we_say(style: str) -> None:
    jupytext = pytest.importorskip("jupytext")
    notebook = read(ipynb(), "nb.ipynb")
    text = jupytext.writes(jupytext.reads(notebook.text, "ipynb"), f"py:{style}")
    shown = laid_out(notebook, text)
    assert shown is not None
    lines = text.split("\n")
    for cell in shown.cells:
        for line, source in zip(cell.lines, cell.source.split("\n"), strict=False):
            if cell.kind == "code":
                assert lines[line - 1] in (source, f"# {source}"), cell.name
    assert laid_out(notebook, text + "\n# %%\nx = 1\n") is None


@pytest.mark.parametrize("style", ["percent", "hydrogen"])
def test_jupytexts_script_is_read_back_as_the_notebook(style: str) -> None:
    jupytext = pytest.importorskip("jupytext")
    notebook = read(ipynb(), "nb.ipynb")
    text = jupytext.writes(jupytext.reads(notebook.text, "ipynb"), f"py:{style}")
    again = read_shown(text, notebook.python)
    assert (again.format, again.python, again.shown_as) == (Format.JUPYTER, "python3", Format.PERCENT)
    kinds = [(it.kind, it.number) for it in again.cells]
    assert kinds == [(it.kind, it.number) for it in notebook.cells]
    for cell, before in zip(again.cells, notebook.cells, strict=True):
        if cell.kind in ("code", "foreign"):
            assert cell.source == before.source.strip("\n")
