"""The session may have another text than the editor shows: a run is of what is shown, or is refused."""

import asyncio
import os

import msgspec
import pytest

from tests.lsp.editor import Editor
from tests.lsp.open_notebooks import book, told_cell
from tests.lsp.sessions import event, response, session
from tests.lsp.test_lenses import said

TEXT = "# %% a\na = 1\n# %% b\nb = 2\n# %% c\nc = 3\n"
UNTITLED = TEXT.replace(" a\n", "\n").replace(" b\n", "\n").replace(" c\n", "\n")
SWAPPED = "# %%\na = 1\n# %%\nc = 3\n# %%\nb = 2\n"
INSERTED = "# %%\na = 1\n# %%\nd = 1 / 0\n# %%\nb = 2\n# %%\nc = 3\n"
EDITED = UNTITLED.replace("b = 2", "b = 9")
NEWER = "# %% new\nq = 5\n" + TEXT
OTHER_TEXT = "the debug session has another text of this notebook"


async def ran(debug, run):
    """The sources of the cells that ran, while and after `run` is awaited, by their first lines from 0."""
    seen = len(debug.connection.events)
    await run
    await debug.idle()
    events = [it["body"]["cell"] for it in debug.connection.events[seen:] if it["event"] == "notebookCell"]
    return [it["line"] - 1 for it in events if it.get("state") == "running"]


@pytest.mark.parametrize(
    ("shown", "command", "line", "lines"),
    [
        (SWAPPED, "runCell", 2, [3]),
        (SWAPPED, "runCell", 4, [5]),
        (SWAPPED, "runToHere", 2, [1, 3]),
        (INSERTED, "runCell", 4, [5]),
        (INSERTED, "runBelow", 4, [5, 7]),
        (EDITED, "runCell", 2, [3]),
    ],
)
async def test_a_cell_runs_as_it_is_shown_though_the_client_tells_the_text_later(
    debugging, write, shown, command, line, lines
):
    path = write("cells.py", UNTITLED)
    async with (
        Editor(dapKernelCells=True) as editor,
        debugging(path, run="none", notebookEvents=True) as debug,
    ):
        await debug.launch(exceptions=[])
        await debug.idle()
        uri = editor.open(path)
        await editor.joined()
        await debug.ask("notebookSync", path=str(path), text=UNTITLED + "\n")
        editor.change(uri, shown)
        press = asyncio.create_task(editor.command(f"dap-kernel.{command}", uri, line))
        await asyncio.sleep(0)
        await editor.command("dap-kernel.interrupt", uri)  # by now the session has declined the text
        await debug.ask("notebookSync", path=str(path), text=shown)
        assert await ran(debug, press) == lines
        names = [shown.split("\n")[it].split(" = ") for it in lines]
        assert {name: await debug.evaluate(name) for name, _ in names} == dict(names)
        assert editor.messages == []
        await debug.disconnect()


async def test_what_the_client_alone_has_told_is_shown_at_its_cells(debugging, write):
    path = write("cells.py", UNTITLED)
    async with Editor(dapKernelCells=True) as editor, debugging(path) as debug:
        await debug.launch(exceptions=[])
        await debug.idle()
        uri = editor.open(path)
        await editor.joined()
        await debug.ask("notebookSync", path=str(path), text=UNTITLED + "\n")
        editor.change(uri, INSERTED)
        await editor.command("dap-kernel.runCell", uri, 2)  # so long that the text was given, and not taken
        await debug.ask("notebookSync", path=str(path), text=INSERTED)
        await debug.run({"cells": [2]})
        await debug.idle()
        await editor.until(lambda: [it[0] for it in editor.wrong(uri)] == [3])

        async def shown():
            found = await said(editor, uri)
            return found == [
                (0, "ran"),
                (2, "failed: ZeroDivisionError: division by zero"),
                (4, "ran"),
                (6, "ran"),
            ]

        await editor.until(shown)
        await debug.disconnect()


@pytest.mark.parametrize("command", ["runCell", "runToHere", "runStale"])
async def test_a_run_of_what_another_editor_shows_otherwise_is_refused(debugging, write, command):
    path = write("cells.py", TEXT)
    async with Editor(dapKernelCells=True) as editor, debugging(path, run="none") as debug:
        await debug.launch()
        await debug.idle()
        uri = editor.open(path)
        await debug.ask("notebookSync", path=str(path), text=TEXT.replace("b = 2", "b = 9"))
        await editor.command(f"dap-kernel.{command}", uri, 3)
        await editor.until(lambda: [it for it in editor.messages if OTHER_TEXT in it])
        await debug.ask("notebookSync", path=str(path), text=TEXT + "\n")  # it shows the same cells
        await editor.command(f"dap-kernel.{command}", uri, 3)
        await debug.idle()
        assert await debug.evaluate("b") == "2"
        assert len(editor.messages) == 1
        await debug.disconnect()


async def test_a_text_that_cannot_be_read_is_not_run_as_it_was_before(debugging, write):
    path = write("cells.py", TEXT)
    async with Editor() as editor, debugging(path, run="none") as debug:
        await debug.launch()
        await debug.idle()
        uri = editor.open(path)
        editor.change(uri, TEXT.replace("b = 2", "<<<<<<< one\nb = 3\n=======\nb = 4\n>>>>>>> two"))
        await editor.command("dap-kernel.runCell", uri, 0)
        (message,) = await editor.until(lambda: editor.messages)
        assert "what is shown is not what would run: cells.py has conflict markers from line 4 on" in message
        await debug.disconnect()


async def test_what_was_typed_is_given_once_the_client_takes_its_text_back(debugging, write):
    path = write("cells.py", TEXT)
    async with Editor(dapKernelCells=True) as editor, debugging(path, run="none") as debug:
        await debug.launch()
        await debug.idle()
        uri = editor.open(path)
        await editor.joined()
        await debug.ask("notebookSync", path=str(path), text=TEXT)  # the disk's own: it does not change then
        editor.change(uri, NEWER)
        await editor.command("dap-kernel.runCell", uri, 1)
        await editor.until(lambda: editor.messages)  # by now it was given, and not taken
        await debug.ask("notebookSync", path=str(path))
        await editor.until(lambda: len(editor.states) == 4)
        await debug.run({"cells": ["new"]})
        await debug.idle()
        assert await debug.evaluate("q") == "5"
        await debug.disconnect()


async def test_what_was_typed_is_given_once_another_editor_leaves(debugging, write):
    path = write("cells.py", TEXT)
    async with Editor(dapKernelCells=True) as one, debugging(path, run="none") as debug:
        await debug.launch()
        await debug.idle()
        one.open(path, NEWER)
        await one.until(lambda: len(one.states) == 4)
        async with Editor(dapKernelCells=True) as other:
            other.open(path, TEXT + "# %% d\n4\n# %% e\n5\n")
            await one.until(lambda: len(one.states) == 5)
        await one.until(lambda: len(one.states) == 4)
        await debug.run({"cells": ["new"]})
        await debug.idle()
        assert await debug.evaluate("q") == "5"
        await debug.disconnect()


async def test_who_has_saved_leaves_another_editors_text_aside(debugging, write):
    """It is given again when its own editor runs something, or goes on typing, and not before."""
    path = write("cells.py", TEXT)
    async with (
        Editor(dapKernelCells=True) as one,
        Editor(dapKernelCells=True) as other,
        debugging(path, run="none") as debug,
    ):
        await debug.launch()
        await debug.idle()
        uri = one.open(path, NEWER)
        await one.until(lambda: len(one.states) == 4)
        other.open(path)
        await other.until(lambda: len(other.states) == 4)
        for editor, line, name, value in ((other, 1, "a", "1"), (one, 1, "q", "5"), (other, 3, "b", "2")):
            await editor.command("dap-kernel.runCell", uri, line)
            await debug.idle()
            assert await debug.evaluate(name) == value
        assert (one.messages, other.messages) == ([], [])
        await debug.disconnect()


async def test_a_cell_whose_title_is_a_number_is_no_other_cell(debugging, write):
    path = write("cells.py", "# %% 2\na = 1\n# %% 1\nb = 2\n")
    async with Editor() as editor, debugging(path, run="none", notebookEvents=True) as debug:
        await debug.launch()
        await debug.idle()
        uri = editor.open(path)
        assert await ran(debug, editor.press(uri, 0, "Run")) == [1]
        assert await ran(debug, editor.press(uri, 2, "Run")) == [3]
        await debug.disconnect()


async def test_half_a_character_is_no_end_of_the_language_server(debugging, write):
    path = write("cells.py", TEXT)
    async with Editor(dapKernelCells=True) as editor, debugging(path, run="none") as debug:
        await debug.launch()
        await debug.idle()
        uri = editor.open(path)
        await editor.joined()
        editor.insert(uri, 3, 5, "  # \ud83d")
        await editor.command("dap-kernel.runCell", uri, 1)
        (message,) = await editor.until(lambda: editor.messages)
        assert message == "dap-kernel.runCell: delete what stands after 'b = 2  # ': it is half a character"
        editor.change(uri, TEXT)
        await editor.command("dap-kernel.runCell", uri, 1)
        await debug.idle()
        assert await debug.evaluate("a") == "1"
        await debug.disconnect()


async def test_lenses_are_asked_for_anew_once_the_session_has_the_text(write, runtime):
    """It says the same of its cells as before, but now they are those that are shown."""
    path = write("cells.py", TEXT)
    texts = iter((NEWER.replace("= ", "= 1"), TEXT))

    async def answer(request, write):
        if request["command"] == "notebookCells":
            made = book(next(texts))
            cells = [told_cell(made, it, state="done") for it in (1, 2, 3)]
            write(response(request, cells=msgspec.to_builtins(cells), kernel="idle"))
        elif request["command"] == "notebookInterrupt":
            write(response(request), event("notebookChanged"))

    async with Editor(dapKernelCells=True) as editor, session(runtime, f"{os.getpid()}-1", str(path), answer):
        uri = editor.open(path)
        await editor.until(lambda: editor.states == ["done"] * 3)
        assert await said(editor, uri) == []
        seen = editor.refreshed
        await editor.command("dap-kernel.interrupt", uri)
        await editor.until(lambda: editor.refreshed > seen)
        assert await said(editor, uri) == [(0, "ran"), (2, "ran"), (4, "ran")]
