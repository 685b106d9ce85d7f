"""Code actions, for editors that have no lenses."""

import pytest

from tests.lsp.editor import Editor
from tests.sessions.notebooks import FORMATS, at

CELLS = "# %% one\nx = 1\n# %% two\ny = x\n# %% [markdown]\n# text\n"
OF_CELLS = ["Run", "Debug", "Run to here", "Run above", "Run below"]


async def test_what_lenses_offer_is_offered_at_the_lines_of_a_cell(write):
    async with Editor(has_lenses=False) as editor:
        uri = editor.open(write("cells.py", CELLS))
        for line, left_out in ((0, {2, 3}), (1, {2, 3}), (3, {4})):
            offered = [it for number, it in enumerate(OF_CELLS) if number not in left_out]
            assert list(await editor.actions(uri, line)) == [*offered, "Run stale cells"]
        assert list(await editor.actions(uri, 5)) == ["Run stale cells"]
        assert await editor.actions(editor.open(write("script.py", "x = 1\n")), 0) == {}
        assert await editor.actions("file:///nowhere.py", 0) == {}


@pytest.mark.parametrize("name", ["marimo.py", "jupyter.ipynb"])
async def test_other_formats(write, name):
    path = write(name, FORMATS[name])
    async with Editor(has_lenses=False) as editor:
        uri = editor.open(path)
        assert "Run below" in await editor.actions(uri, at(path, "limit = 3") - 1)


async def test_a_cell_is_run_by_its_action(debugging, write):
    path = write("cells.py", CELLS)
    async with Editor(has_lenses=False, dapKernelCells=True) as editor, debugging(path, run="none") as debug:
        await debug.launch()
        await debug.idle()
        uri = editor.open(path)
        await editor.joined()
        action = (await editor.actions(uri, 3))["Run to here"]
        await editor.command(action.command, *action.arguments)
        await debug.idle()
        assert await debug.evaluate("y") == "1"
        assert list(await editor.actions(uri, 5)) == ["Run stale cells", "Interrupt", "Restart"]
        await debug.disconnect()


@pytest.mark.parametrize("has_lenses", [True, False])
async def test_who_has_lenses_needs_no_actions(has_lenses):
    async with Editor(has_lenses=has_lenses) as editor:
        assert bool(editor.offered.code_action_provider) is not has_lenses
