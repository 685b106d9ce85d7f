"""Notebooks of an editor that knows them: cells come, go, move, and are not all Python."""

from tests.lsp.editor import Cell, Editor
from tests.sessions.notebooks import code, jupyter


async def test_what_is_typed_in_a_cell_is_what_runs(debugging, write):
    path = write("cells.ipynb", code("x = 1", "y = 2"))
    async with Editor(dapKernelCells=True) as editor, debugging(path, run="none") as debug:
        await debug.launch()
        await debug.idle()
        cells = editor.open_notebook(path, "x = '\x0c'\nx = 1", "y = 2")
        await editor.joined()
        editor.type_in_cell(path, cells[0], 1, 5, "7")
        await editor.command("dap-kernel.runCell", cells[0])
        await debug.idle()
        assert await debug.evaluate("x") == "17"
        await debug.disconnect()


async def test_cells_are_inserted_moved_and_deleted(debugging, write):
    path = write("cells.ipynb", code("x = 1", "y = 2"))
    async with Editor(dapKernelCells=True) as editor, debugging(path) as debug:
        await debug.launch()
        await debug.idle()
        cells = editor.open_notebook(path, "x = 1", "y = 2")
        await editor.joined()
        await editor.until(lambda: editor.states == ["done", "done"])
        (added,) = editor.change_cells(path, 1, 0, "z = x")
        await editor.until(lambda: editor.states == ["done", "new", "done"])
        await editor.command("dap-kernel.runCell", added)
        await debug.idle()
        assert await debug.evaluate("z") == "1"
        await editor.until(lambda: editor.states == ["done"] * 3)
        editor.change_cell(path, added, "z = (")
        await editor.until(lambda: editor.wrong(added))
        editor.move_cell(path, 1, 0)
        await editor.until(lambda: editor.states == ["stale", "done", "done"])
        assert [line for line, title in await editor.lenses(cells[1]) if title == "Run below"] == []
        editor.change_cells(path, 0, 1)
        await editor.until(lambda: editor.wrong(added) == [])
        await editor.until(lambda: editor.states == ["done", "done"])
        await debug.disconnect()


async def test_the_diagnostics_of_a_deleted_cell_go_with_it(write):
    path = write("cells.ipynb", code("x = 1"))
    async with Editor() as editor:
        cells = editor.open_notebook(path, "x = (", "y = )")
        await editor.until(lambda: editor.wrong(cells[0]) and editor.wrong(cells[1]))
        editor.change_cells(path, 0, 1)
        await editor.until(lambda: editor.wrong(cells[0]) == [])
        assert editor.wrong(cells[1])


async def test_cells_that_are_no_python_have_their_place(debugging, write):
    kinds = [("markdown", "# title"), ("code", "%%bash\necho shell"), ("raw", "text"), ("code", "x = 1 / 0")]
    path = write("kinds.ipynb", jupyter(*kinds))
    async with Editor(dapKernelCells=True) as editor, debugging(path, run="none") as debug:
        await debug.launch(exceptions=[])
        await debug.idle()
        cells = editor.open_notebook(
            path,
            Cell("# title", "markdown", is_markup=True),
            Cell("%%bash\necho shell", "shellscript"),
            Cell("text", "raw"),
            "x = 1 / 0",
        )
        await editor.joined()
        await editor.command("dap-kernel.runCell", cells[1])
        await debug.idle()
        assert "shell\n" in debug.printed("stdout")
        await editor.command("dap-kernel.runCell", cells[3])
        await debug.idle()
        (wrong,) = await editor.until(lambda: editor.wrong(cells[3]))
        assert wrong[1].endswith("ZeroDivisionError: division by zero")
        assert [editor.wrong(it) for it in cells[:3]] == [[], [], []]
        assert [await editor.lenses(it) for it in (cells[0], cells[2])] == [[], []]
        assert await editor.hover(cells[0], 0, 3) is None
        await debug.disconnect()


async def test_a_notebook_that_has_no_python_is_left_alone(write):
    async with Editor() as editor:
        (cell,) = editor.open_notebook(write("issues.github", ""), Cell("repo:x", "github-issues"))
        assert await editor.lenses(cell) == []
        (python,) = editor.open_notebook(write("book.other", ""), "x = 1")
        assert await editor.lenses(python)


async def test_a_notebook_that_is_saved_is_given_again(debugging, write):
    path = write("cells.ipynb", code("x = 1"))
    async with Editor(dapKernelCells=True) as editor, debugging(path) as debug:
        await debug.launch()
        await debug.idle()
        (cell,) = editor.open_notebook(path, "x = 1")
        await editor.joined()
        editor.change_cell(path, cell, "x = 2")
        path.write_text(code("x = 2"))
        editor.save_notebook(path)
        await editor.until(lambda: editor.states == ["stale"])
        await editor.command("dap-kernel.runStale", cell)
        await debug.idle()
        assert await debug.evaluate("x") == "2"
        assert editor.messages == []
        await debug.disconnect()


async def test_a_notebook_that_was_never_saved(debugging):
    name = "untitled:Untitled-1.ipynb"
    async with Editor(dapKernelCells=True) as editor, debugging(name, run="none") as debug:
        cells = editor.open_notebook(name, "x = 1", "y = x + 1")
        await debug.initialize()
        shown = [{"uri": uri, "text": text} for uri, text in zip(cells, ("x = 1", "y = x + 1"), strict=True)]
        await debug.ask("notebookSync", path=name, cells=shown)
        await debug.launch()
        await debug.idle()
        await editor.joined()
        await editor.command("dap-kernel.runToHere", cells[1])
        await debug.idle()
        assert await debug.evaluate("y") == "2"
        assert await editor.hover(cells[1], 0, 0) == "y: int = 2 @ 0-1"
        await debug.disconnect()


async def test_a_client_in_another_program_is_told_the_file(debugging, write):
    """It has never heard of the cells of the editor that the language server is of."""
    path = write("cells.ipynb", code("x = 41", "y = x + 1\nz = 1 / 0"))
    line = path.read_text().split("\n").index('    "y = x + 1\\n",') + 1
    async with Editor(dapKernelCells=True) as editor, debugging(path, run="none") as debug:
        await debug.launch(breakpoints={path: [line]}, exceptions=[])
        await debug.idle()
        cells = editor.open_notebook(path, "x = 41", "y = x + 1\nz = 1 / 0")
        await editor.joined()
        await debug.run("all")
        stop = await debug.stopped("breakpoint", line=line)
        assert (await stop.frame()).path == str(path)
        assert await editor.hover(cells[1], 0, 4) == "x: int = 41 @ 4-5"
        assert [text for _, _, text in await editor.inline_values(cells[1], 5)] == ["x = 41"]
        await stop.continue_()
        await debug.idle()
        assert f'File "{path}", line {line + 1}' in debug.printed("stderr")
        ((at, message),) = await editor.until(lambda: editor.wrong(cells[1]))
        assert (at, f'"{path}", line {line + 1}' in message) == (1, True)
        await debug.disconnect()
