"""Values beside the lines of what is stopped."""

import pytest
from lsprotocol import types

from dap_kernel.lsp.open_notebooks import DocumentLine
from dap_kernel.lsp.positions import spot_of_source
from dap_kernel.lsp.values import inline_value, is_telling, names_beside
from dap_kernel.protocol.sources import Source
from dap_kernel.protocol.stack import StackFrame
from tests.lsp.editor import Editor
from tests.lsp.open_notebooks import book, cells_book
from tests.sessions.notebooks import FORMATS, at

CELLS = """\
# %% train
rate = 0.5
def step(weight, rate=rate):
    moved = weight - rate
    return moved

# %% use
total = step(3)
"""


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
        (8, {"step": "f"}, [(7, 8, "step = f")]),
        (6, {"total": "2.5"}, []),
        (99, {"total": "2.5"}, []),
    ],
)
def test_values_stand_beside_the_lines_of_the_stopped_scope(line, names, found):
    made = book(CELLS)
    assert sorted(shown(made, made.uri, frame("/nowhere/cells.py", line), names)) == sorted(found)


SCOPES = """\
n = 5
def f(n, k=n):
    return n * k
print(f(n), sum(n for n in (7, 8)), [m for m in range(n)], lambda n: n)
class A(f(n)):
    n = n
    def g(self): return n
id = n
id
@f(n)
def h(): return [n for _ in h]
"""


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        (3, {"n": [2, 3], "k": [2, 3]}),  # in f
        (6, {"n": [6]}),  # in A
        (11, {"n": [11], "h": [11]}),  # in h
        (10, {"n": [1, 2, 4, 5, 8, 10], "f": [4, 5, 10], "id": [8, 9]}),
    ],
)
def test_a_name_is_of_one_scope(line, lines):
    """Another scope has another value for it, or none; and builtins have the one that anybody knows."""
    made = book(f"# %%\n{SCOPES}")
    stopped = DocumentLine(made.uri, line)
    within = types.Range(types.Position(0, 0), types.Position(99, 0))
    found: dict[str, list[int]] = {}
    for name, where in names_beside(made, made.uri, within, stopped):
        found.setdefault(name, []).append(where.start.line)
    assert found == lines


@pytest.mark.parametrize(
    ("value", "telling"),
    [
        ("<function f at 0x7f>", False),
        ("<class 'int'>", False),
        ("<module 'os' from 'x'>", False),
        ("<built-in function print>", False),
        ("<bound method A.f of 1>", False),
        ("<A object at 0x7f>", True),
        ("3", True),
    ],
)
def test_functions_and_their_like_need_no_place(value, telling):
    assert is_telling(value) is telling


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


async def is_beside(editor, uri, line, text):
    return (line, text) in [(it, shown) for it, _, shown in await editor.inline_values(uri, 9)]


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
        await editor.until(lambda: is_beside(editor, uri, 6, "weight = 3"))
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
        seen = editor.values_refreshed
        editor.insert(uri, 0, 0, "# more\n")
        await editor.until(
            lambda: editor.values_refreshed > seen + 1
        )  # the session knows, and goes by its client's text
        assert not await is_beside(editor, uri, 4, "weight = 3")
        await debug.ask("notebookSync", path=str(path), text=f"# more\n{CELLS}")
        await editor.until(lambda: is_beside(editor, uri, 4, "weight = 3"))
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
