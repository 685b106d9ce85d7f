"""Hover and inline values: what the live kernel shows beside the text."""

import pytest
from lsprotocol import types

from dap_kernel.lsp.books import Spot
from dap_kernel.lsp.places import spot_of_source
from dap_kernel.lsp.values import expression_at, hover, inline_value, names_beside, shortened
from dap_kernel.protocol.sources import Source
from dap_kernel.protocol.stack import StackFrame
from dap_kernel.protocol.variables import EvaluateResponse
from tests.lsp.books import book, cells_book
from tests.lsp.editor import Editor
from tests.sessions.notebooks import FORMATS, at, code

CELLS = """\
# %% train
rate = 0.5
def step(weight, rate=rate):
    moved = weight - rate
    return moved

# %% use
total = step(3)
"""


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
    made = hover(book("x = 1\n"), Spot("file:///nowhere/cells.py", 0), ("x", 0, 1), value)
    assert made.contents == types.MarkupContent(types.MarkupKind.Markdown, shown)


@pytest.mark.parametrize(("encoding", "start"), [("utf-8", 7), ("utf-16", 5), ("utf-32", 4)])
def test_columns_are_in_the_clients_units(encoding, start):
    made = book("'😀'+name\n", encoding=encoding)
    shown = hover(made, Spot(made.uri, 0), ("name", 4, 8), EvaluateResponse("1", 0))
    assert (shown.range.start.character, shown.range.end.character) == (start, start + 4)


def test_long_values_are_cut():
    assert shortened("a\n  b", 80) == "a b"
    assert shortened("a" * 81, 80) == "a" * 79 + "…"


def frame(path, line):
    return StackFrame(1, "step", line, 1, source=Source(path=path))


def shown(made, uri, stopped, names, last=99):
    within = types.Range(types.Position(0, 0), types.Position(last, 0))
    place = spot_of_source(made, None, stopped.source, stopped.line)
    named = names_beside(made, uri, within, place)
    found = [inline_value(name, where, names[name]) for name, where in named if name in names]
    return [(it.range.start.line, it.range.start.character, it.text) for it in found]


@pytest.mark.parametrize(
    ("line", "names", "found"),
    [
        (2, {"rate": "0.5"}, [(1, 0, "rate = 0.5")]),
        (
            4,
            {"weight": "3", "rate": "1"},
            [(2, 22, "rate = 1"), (2, 9, "weight = 3"), (3, 21, "rate = 1"), (3, 12, "weight = 3")],
        ),
        (8, {"total": "2.5", "other": "1"}, [(7, 0, "total = 2.5")]),
        (8, {"step": "<function step>"}, [(7, 8, "step = <function step>")]),
        (6, {"total": "2.5"}, []),
        (99, {"total": "2.5"}, []),
    ],
)
def test_values_stand_beside_the_lines_of_the_stopped_scope(line, names, found):
    made = book(CELLS)
    assert sorted(shown(made, made.uri, frame("/nowhere/cells.py", line), names)) == sorted(found)


def test_values_are_not_shown_elsewhere():
    made = book(CELLS)
    assert shown(made, made.uri, frame("/nowhere/other.py", 2), {"rate": "1"}) == []
    assert shown(made, made.uri, frame("/nowhere/cells.py", 4), {"weight": "3"}, last=2) == [
        (2, 9, "weight = 3")
    ]
    assert shown(made, made.uri, StackFrame(1, "x", 2, 1), {"rate": "1"}) == []
    raw = book(FORMATS["jupyter.ipynb"], "cells.ipynb")
    line = at(FORMATS["jupyter.ipynb"], "limit = 3")
    assert shown(raw, raw.uri, frame("/nowhere/cells.ipynb", line), {"limit": "3"}) == []
    broken = book("# %%\nx = (\n")
    assert shown(broken, broken.uri, frame("/nowhere/cells.py", 2), {"x": "1"}) == []


def test_values_in_the_cells_of_an_editor_for_notebooks():
    made = cells_book("x = 1", "y = x\nz = y")
    source = "vscode-notebook-cell:/nowhere/cells.ipynb#cell1"
    made.take_cells(
        [type(it)(source if it.uri == "cell:1" else it.uri, it.kind, it.text) for it in made.cells]
    )
    assert shown(made, source, frame(source, 2), {"x": "1", "y": "1"}) == [
        (0, 4, "x = 1"),
        (0, 0, "y = 1"),
        (1, 4, "y = 1"),
    ]
    assert shown(made, "cell:0", frame(source, 2), {"x": "1"}) == []


async def test_values_while_a_cell_is_stopped(debugging, write):
    path = write("cells.py", CELLS)
    async with Editor(dapKernelCells=True) as editor, debugging(path) as debug:
        await debug.launch(breakpoints={path: [4]})
        stop = await debug.stopped("breakpoint", line=4)
        uri = editor.open(path)
        await editor.joined()
        found = await editor.inline_values(uri, 8, (await stop.frame()).id)
        assert (3, "weight = 3") in [(line, text) for line, _, text in found]
        assert await editor.inline_values(uri, 8) == found  # an editor without frames
        assert await editor.hover(uri, 3, 13) == "weight: int = 3 @ 12-18"
        assert await editor.hover(uri, 1, 2) == "rate: float = 0.5 @ 0-4"
        assert await editor.hover(uri, 7, 2) is None  # no such name yet
        assert await editor.hover(uri, 0, 4) is None
        await stop.continue_()
        await debug.idle()
        await editor.until(lambda: [it for it in editor.told["dap-kernel/cells"] if it.kernel == "idle"])
        assert await editor.inline_values(uri, 8) == []
        assert await editor.hover(uri, 7, 2) == "total: float = 2.5 @ 0-5"
        await debug.disconnect()


async def test_values_after_an_edit_at_a_stop_are_on_todays_lines(debugging, write):
    path = write("cells.py", CELLS)
    async with Editor(dapKernelCells=True) as editor, debugging(path) as debug:
        await debug.launch(breakpoints={path: [4]})
        stop = await debug.stopped("breakpoint", line=4)
        uri = editor.open(path)
        await editor.joined()
        assert await editor.hover(uri, 3, 13) == "weight: int = 3 @ 12-18"
        editor.insert(uri, 0, 0, "# %% new\nnew = 1\n\n")
        await debug.event("invalidated")  # the session has the text

        async def moved():
            return (6, "weight = 3") in [(line, text) for line, _, text in await editor.inline_values(uri, 9)]

        await editor.until(moved)
        assert await editor.hover(uri, 6, 13) == "weight: int = 3 @ 12-18"
        await stop.continue_()
        await debug.disconnect()


async def test_a_text_that_the_debuggers_client_gives_later_moves_values_too(debugging, write):
    path = write("cells.py", CELLS)
    async with (
        Editor(dapKernelCells=True) as editor,
        debugging(path, initialize={"supportsInvalidatedEvent": False}) as debug,
    ):
        await debug.launch(breakpoints={path: [4]})
        stop = await debug.stopped("breakpoint", line=4)
        await debug.ask("notebookSync", path=str(path), text=CELLS)
        uri = editor.open(path)
        await editor.joined()
        told = editor.told["dap-kernel/cells"]
        seen = len(told)
        editor.insert(uri, 0, 0, "# more\n")
        await editor.until(lambda: len(told) > seen + 1)  # the session knows, and goes by its client's text

        async def moved():
            return (4, "weight = 3") in [(line, text) for line, _, text in await editor.inline_values(uri, 9)]

        assert not await moved()
        await debug.ask("notebookSync", path=str(path), text=f"# more\n{CELLS}")
        await editor.until(moved)
        await stop.continue_()
        await debug.disconnect()


async def test_values_of_the_notebooks_names_in_a_function(debugging, write):
    """The notebook's scope is expensive: only what the function names is looked at."""
    text = "# %%\nlimit = 3\ndef scale(n):\n    m = n * limit\n    return m\n# %%\nscale(2)\n"
    path = write("cells.py", text)
    async with Editor(dapKernelCells=True) as editor, debugging(path) as debug:
        await debug.launch(breakpoints={path: [5]})
        stop = await debug.stopped("breakpoint", line=5)
        uri = editor.open(path)
        await editor.joined()
        found = [(line, text) for line, _, text in await editor.inline_values(uri, 9)]
        assert found == [(2, "n = 2"), (3, "limit = 3"), (3, "m = 6"), (3, "n = 2"), (4, "m = 6")]
        await stop.continue_()
        await debug.disconnect()


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
