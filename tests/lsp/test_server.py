"""The language server and debug sessions that come and go."""

from lsprotocol import types

from tests.lsp.editor import Editor
from tests.sessions.notebooks import code

CELLS = "# %% one\nx = 1\n# %% two\ny = x\n"


async def test_sessions_are_joined_one_after_another(debugging, write):
    path = write("cells.py", CELLS)
    async with Editor(dapKernelCells=True) as editor:
        uri = editor.open(path)
        told = editor.told["dap-kernel/cells"]
        for _ in range(3):
            async with debugging(path) as debug:
                await debug.launch()
                await debug.idle()
                await editor.until(lambda: told and told[-1].kernel == "idle")
                assert await editor.hover(uri, 1, 0) == "x: int = 1 @ 0-1"
                await debug.disconnect()
            await editor.until(lambda: told[-1].kernel is None)
            told.clear()


async def test_a_document_that_is_opened_again_is_joined_again(debugging, write):
    path = write("cells.py", CELLS)
    async with Editor(dapKernelCells=True) as editor, debugging(path) as debug:
        await debug.launch()
        await debug.idle()
        for _ in range(3):
            uri = editor.open(path)
            await editor.joined()
            editor.close(uri)
            editor.told["dap-kernel/cells"].clear()
        await debug.disconnect()


async def test_two_notebooks_have_a_session_each(debugging, write):
    one, other = write("one.py", CELLS), write("other.py", CELLS.replace("1", "2"))
    async with (
        Editor(dapKernelCells=True) as editor,
        debugging(one) as first,
        debugging(other) as second,
    ):
        for debug in (first, second):
            await debug.launch()
            await debug.idle()
        uris = [editor.open(it) for it in (one, other)]
        for uri in uris:
            await editor.until(
                lambda uri=uri: [
                    it for it in editor.told["dap-kernel/cells"] if (it.uri, it.kernel) == (uri, "idle")
                ]
            )
        assert [await editor.hover(it, 1, 0) for it in uris] == ["x: int = 1 @ 0-1", "x: int = 2 @ 0-1"]


async def test_unsaved_text_moves_breakpoints_and_goes_with_its_editor(debugging, write):
    path = write("cells.py", CELLS)
    async with debugging(path, run="none") as debug:
        await debug.launch()
        await debug.idle()
        (before,) = await debug.break_at(path, 2)
        async with Editor(dapKernelCells=True) as editor:
            uri = editor.open(path)
            await editor.joined()
            editor.change(uri, "# %% new\nz = 0\n" + CELLS)
            moved = await debug.event("breakpoint")
            assert (moved["breakpoint"]["id"], moved["breakpoint"]["line"]) == (before["id"], 4)
        back = await debug.event("breakpoint")
        assert back["breakpoint"]["line"] == 2
        await debug.disconnect()


async def test_a_saved_text_is_the_disks_again(debugging, write):
    path = write("cells.py", CELLS)
    async with Editor(dapKernelCells=True) as editor, debugging(path, run="none") as debug:
        await debug.launch()
        await debug.idle()
        uri = editor.open(path)
        await editor.joined()
        for text in (CELLS + "# %% three\n3\n", CELLS + "# %% three\n3\n# %% four\n4\n"):
            editor.change(uri, text)
            count = text.count("%%")
            await editor.until(lambda count=count: len(editor.states) == count)
            path.write_text(text)
            editor.change(uri, text)
            assert len((await debug.ask("notebookCells"))["cells"]) == count
        await debug.disconnect()


async def test_an_edit_that_is_saved_at_once_makes_stale(debugging, write):
    path = write("cells.py", CELLS)
    async with Editor(dapKernelCells=True) as editor, debugging(path) as debug:
        await debug.launch()
        await debug.idle()
        uri = editor.open(path)
        await editor.joined()
        path.write_text(CELLS.replace("y = x", "y = 2"))
        editor.change(uri, path.read_text())
        await editor.until(lambda: editor.states == ["done", "stale"])
        await debug.disconnect()


async def test_of_two_editors_each_runs_the_text_that_it_shows(debugging, write):
    path = write("cells.py", CELLS)
    async with (
        Editor(dapKernelCells=True) as one,
        Editor(dapKernelCells=True) as other,
        debugging(path, run="none") as debug,
    ):
        await debug.launch()
        await debug.idle()
        uri = one.open(path)
        await one.joined()
        one.change(uri, CELLS.replace("x = 1", "x = 7"))
        await one.command("dap-kernel.runCell", uri, 1)
        await debug.idle()
        assert await debug.evaluate("x") == "7"
        other.open(path)
        await other.joined()
        await one.until(lambda: one.states[:1] == ["done"])
        other.change(uri, CELLS.replace("x = 1", "x = 9"))
        for editor, value in ((other, 9), (one, 7), (other, 9)):
            await editor.command("dap-kernel.runCell", uri, 1)
            await debug.idle()
            assert await debug.evaluate("x") == str(value)
        await debug.disconnect()


async def test_who_only_looks_on_leaves_another_editors_unsaved_text_alone(debugging, write):
    path = write("cells.py", CELLS)
    async with (
        Editor(dapKernelCells=True) as one,
        Editor(dapKernelCells=True) as other,
        debugging(path, run="none") as debug,
    ):
        await debug.launch()
        await debug.idle()
        uri = one.open(path, CELLS + "# %% three\n3\n")
        await one.until(lambda: len(one.states) == 3)
        other.open(path)
        await other.joined()
        await other.until(lambda: len(other.states) == 3)
        await other.command("dap-kernel.interrupt", uri)  # what the second has to tell is told by now
        assert len((await debug.ask("notebookCells"))["cells"]) == 3
        await debug.disconnect()


async def test_the_cells_of_a_notebook_are_given_with_their_uris(debugging, write):
    path = write("cells.ipynb", code("x = 1", "y = 2"))
    async with Editor(dapKernelCells=True) as editor, debugging(path, run="none") as debug:
        await debug.launch()
        await debug.idle()
        cells = editor.open_notebook(path, "x = 1", "y = 2\nz = 3", "w = 4")
        await editor.joined()
        await editor.until(lambda: len(editor.states) == 3)
        (point,) = await debug.break_at({"path": cells[1]}, 2)
        assert (point["verified"], point["line"]) == (True, 2)
        await debug.run({"cells": [2]})
        stop = await debug.stopped("breakpoint", line=2)
        assert (await stop.frame()).path == cells[1]
        await debug.disconnect()


async def test_what_is_no_notebook_is_left_alone(write):
    async with Editor() as editor:
        uri = editor.open(write("notes.txt", "# %%\n"), language="plaintext")
        assert await editor.lenses(uri) == []
        uri = editor.open(write("script", "# %% one\nx = 1\n"))
        assert len(await editor.lenses(uri)) == 2


async def test_a_runtime_folder_that_is_not_ours_alone_is_no_end(write, runtime):
    (runtime / "dap_kernel").mkdir(mode=0o755)
    async with Editor() as editor:
        uri = editor.open(write("cells.py", CELLS))
        await editor.command("dap-kernel.runStale", uri)
        assert await editor.until(lambda: editor.messages)
        assert len(await editor.lenses(uri)) == 7


async def test_what_is_offered():
    async with Editor() as editor:
        assert editor.offered.position_encoding == types.PositionEncodingKind.Utf16
        assert set(editor.offered.execute_command_provider.commands) == {
            f"dap-kernel.{it}"
            for it in ("runCell", "debugCell", "runToHere", "runAbove", "runBelow", "runStale")
        } | {"dap-kernel.interrupt", "dap-kernel.restart"}
        (selector,) = editor.offered.notebook_document_sync.notebook_selector
        assert (selector.notebook, getattr(selector, "cells", None)) == ("*", None)  # all cells
        assert editor.offered.inline_value_provider
