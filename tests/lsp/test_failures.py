"""Cells that have failed, told at their lines while the text changes around them."""

import pytest

from tests.lsp.editor import Editor


async def test_a_failure_is_told_at_its_line_until_the_cell_runs_well(debugging, write):
    path = write("cells.py", "# %% fail\nx = 0\nprint(1 / x)\n# %% more\ny = 1\n")
    async with Editor(dapKernelCells=True) as editor, debugging(path) as debug:
        await debug.launch(exceptions=[])
        await debug.idle()
        uri = editor.open(path)
        await editor.joined()
        await editor.press(uri, 0, "Run")
        await debug.idle()
        (line, message), *rest = await editor.until(lambda: editor.wrong(uri))
        assert (line, rest) == (2, [])
        assert message.endswith("ZeroDivisionError: division by zero")
        editor.change(uri, "# %% fail\nx = 1\nprint(1 / x)\n# %% more\ny = 1\n")
        await editor.until(lambda: editor.wrong(uri) == [])
        await editor.press(uri, 0, "Run")
        await debug.idle()
        assert "1.0\n" in debug.printed("stdout")
        await debug.disconnect()


async def test_a_failure_is_told_until_the_same_text_runs_well(debugging, write, tmp_path):
    data = tmp_path / "data"
    path = write("cells.py", f"# %% read\nopen({str(data)!r}).close()\n")
    async with Editor() as editor, debugging(path) as debug:
        await debug.launch(exceptions=[])
        await debug.idle()
        uri = editor.open(path)
        (wrong,) = await editor.until(lambda: editor.wrong(uri))
        assert wrong[0] == 1
        assert "FileNotFoundError" in wrong[1]
        data.touch()
        await editor.press(uri, 0, "Run")
        await debug.idle()
        await editor.until(lambda: editor.wrong(uri) == [])
        await debug.disconnect()


async def test_who_joins_late_is_told_the_traceback_too(debugging, write):
    path = write("cells.py", "# %% fail\ndef f():\n    return 1 / 0\nf()\n")
    async with Editor() as editor, debugging(path) as debug:
        await debug.launch(exceptions=[])
        await debug.idle()
        uri = editor.open(path)
        ((line, message),) = await editor.until(lambda: editor.wrong(uri))
        assert line == 2
        assert f'File "{path}", line 4' in message
        assert message.endswith("ZeroDivisionError: division by zero")
        await debug.disconnect()


async def test_a_failure_stays_at_its_line_when_lines_come_above(debugging, write):
    text = "# %% one\ndef f():\n    return 1 / 0\n# %% two\nf()\n# %% three\nx = 1\ny\n"
    path = write("cells.py", text)
    async with Editor() as editor, debugging(path, run="none") as debug:
        await debug.launch(exceptions=[])
        await debug.idle()
        uri = editor.open(path)
        for cells in (["one", "two"], ["three"]):
            await debug.run({"cells": cells})
            await debug.idle()
        await editor.until(lambda: len(editor.wrong(uri)) == 2)
        assert sorted(line for line, _ in editor.wrong(uri)) == [2, 7]  # in the function, and in its own cell
        editor.insert(uri, 0, 0, "# more\n\n")
        await editor.until(lambda: sorted(line for line, _ in editor.wrong(uri)) == [4, 9])
        await debug.disconnect()


@pytest.mark.parametrize("is_saved", [False, True])
async def test_a_failure_is_at_its_line_when_lines_came_above_while_it_ran(debugging, write, is_saved):
    path = write("cells.py", "# %% one\nx = input()\ny = 1\n1 / 0\n")
    async with Editor(dapKernelCells=True) as editor, debugging(path, notebookEvents=True) as debug:
        await debug.launch(exceptions=[])
        uri = editor.open(path)
        await editor.until(lambda: editor.states[-1:] == ["running"])
        text = "# %% new\nz = 0\n" + path.read_text()
        if is_saved:
            path.write_text(text)
        editor.change(uri, text)
        await editor.until(lambda: len(editor.states) == 2)
        await debug.ask("evaluate", expression="go on", context="repl")
        await debug.idle()
        ((line, message),) = await editor.until(lambda: editor.wrong(uri))
        assert (line, f'File "{path}", line 6' in message) == (5, True)
        told = [it for it in debug.connection.events if it["event"] == "notebookCell"][-1]["body"]["cell"]
        assert [told[it] for it in ("state", "line", "endLine", "errorLine")] == ["failed", 4, 6, 6]
        await debug.disconnect()


async def test_what_is_wrong_goes_with_the_session(debugging, write):
    path = write("cells.py", "# %% fail\n1 / 0\n")
    async with Editor() as editor:
        uri = editor.open(path)
        async with debugging(path) as debug:
            await debug.launch(exceptions=[])
            await debug.idle()
            await editor.until(lambda: editor.wrong(uri))
            await debug.disconnect()
        await editor.until(lambda: editor.wrong(uri) == [])
