"""Live values under the cursor."""

import pytest
from lsprotocol import types

from dap_kernel.lsp.open_notebooks import DocumentLine
from dap_kernel.lsp.values import expression_at, hover, shortened
from dap_kernel.protocol.variables import EvaluateResponse
from tests.lsp.editor import Editor
from tests.lsp.open_notebooks import book
from tests.sessions.notebooks import FORMATS, at, code


@pytest.mark.parametrize(
    ("line", "column", "found"),
    [
        ("total = price", 9, ("price", 8, 13)),
        ("total = price", 13, ("price", 8, 13)),
        ("total = price", 6, None),
        ("a.b.c", 0, ("a", 0, 1)),
        ("a.b.c", 1, ("a", 0, 1)),
        ("a.b.c", 2, ("a.b", 0, 3)),
        ("a.b.c", 5, ("a.b.c", 0, 5)),
        ("f(x).y", 5, None),
        ("f(x) .y", 6, None),
        ("d['k'].y", 7, None),
        ("for n in rows:", 1, None),
        ("größe + 1", 3, ("größe", 0, 5)),
        ("'😀', name", 6, ("name", 5, 9)),
        ("1e5", 1, None),
        ("", 0, None),
    ],
)
def test_what_is_under_the_cursor(line, column, found):
    assert expression_at(line, column) == found


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (EvaluateResponse("3", 0, "int"), "```python\nx: int = 3\n```"),
        (EvaluateResponse("3", 0), "```python\nx = 3\n```"),
        (EvaluateResponse("'```'", 0), "````python\nx = '```'\n````"),
    ],
)
def test_a_hover_is_a_block_of_code(value, shown):
    made = hover(book("x = 1\n"), DocumentLine("file:///nowhere/cells.py", 0), ("x", 0, 1), value)
    assert made.contents == types.MarkupContent(types.MarkupKind.Markdown, shown)


@pytest.mark.parametrize(("encoding", "start"), [("utf-8", 7), ("utf-16", 5), ("utf-32", 4)])
def test_columns_are_in_the_clients_units(encoding, start):
    made = book("'😀'+name\n", encoding=encoding)
    shown = hover(made, DocumentLine(made.uri, 0), ("name", 4, 8), EvaluateResponse("1", 0))
    assert (shown.range.start.character, shown.range.end.character) == (start, start + 4)


def test_long_values_are_cut():
    assert shortened("a\n  b", 80) == "a b"
    assert shortened("a" * 81, 80) == "a" * 79 + "…"


async def test_prose_has_no_values(debugging, write):
    text = "# %% [markdown]\n# total\n# %%\ntotal = 1  # total\ns = 'total'\nf'total {total}'\n"
    path = write("prose.py", text)
    async with Editor(dapKernelCells=True) as editor, debugging(path) as debug:
        await debug.launch()
        await debug.idle()
        uri = editor.open(path)
        await editor.joined()
        for line, column in ((1, 3), (3, 14), (4, 7), (5, 4)):
            assert await editor.hover(uri, line, column) is None
        assert await editor.hover(uri, 3, 1) == "total: int = 1 @ 0-5"
        assert await editor.hover(uri, 5, 10) == "total: int = 1 @ 9-14"
        assert await editor.completions(uri, 1, 4) == {}
        await debug.disconnect()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
async def test_a_position_beyond_emoji(debugging, write, encoding):
    path = write("emoji.py", "# %%\nname = 7\n'😀😀', name\n")
    text = "'😀😀', "
    units = {"utf-8": len(text.encode()), "utf-16": len(text.encode("utf-16-le")) // 2, "utf-32": len(text)}[
        encoding
    ]
    async with Editor([encoding], dapKernelCells=True) as editor, debugging(path) as debug:
        assert editor.offered.position_encoding == encoding
        await debug.launch()
        await debug.idle()
        uri = editor.open(path)
        await editor.joined()
        assert await editor.hover(uri, 2, units + 1) == f"name: int = 7 @ {units}-{units + 4}"
        assert await editor.hover(uri, 2, units - 2) is None
        await debug.disconnect()


@pytest.mark.parametrize("name", ["marimo.py", "percent.py", "script.py", "jupyter.ipynb"])
async def test_each_format_has_live_values(debugging, write, name):
    path = write(name, FORMATS[name])
    line = at(path, "total +=")
    async with Editor(dapKernelCells=True) as editor, debugging(path) as debug:
        await debug.launch(breakpoints={path: [line]})
        stop = await debug.stopped("breakpoint", line=line)
        uri = editor.open(path, language="python" if name.endswith(".py") else "json")
        await editor.joined()
        text = path.read_text().split("\n")[line - 1]
        assert (await editor.hover(uri, line - 1, text.index("total"))).startswith("total: int = 0 @")
        found = {text for _, _, text in await editor.inline_values(uri, line)}
        assert ({"total = 0", "n = 1"} <= found) is (name != "jupyter.ipynb")
        await stop.continue_()
        await debug.disconnect()


async def test_values_in_notebook_cells(debugging, write):
    path = write("cells.ipynb", code("x = 41", "y = x + 1\nz = y"))
    async with Editor(dapKernelCells=True) as editor, debugging(path, run="none") as debug:
        await debug.launch()
        await debug.idle()
        cells = editor.open_notebook(path, "x = 41", "y = x + 1\nz = y")
        await editor.joined()
        await debug.break_at({"path": cells[1]}, 2)
        await debug.run("all")
        stop = await debug.stopped("breakpoint", line=2)
        assert await editor.hover(cells[1], 0, 0) == "y: int = 42 @ 0-1"
        assert await editor.hover(cells[0], 0, 0) == "x: int = 41 @ 0-1"
        assert (0, 1, "y = 42") in await editor.inline_values(cells[1], 5)
        assert await editor.inline_values(cells[0], 5) == []
        await stop.continue_()
        await debug.idle()
        await debug.disconnect()
