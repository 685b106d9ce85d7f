"""Lenses over cells: run, debug, and what became of each."""

import pytest

from dap_kernel.lsp.lenses import in_words, seconds
from dap_kernel.protocol.notebook import NotebookCell
from tests.lsp.editor import Editor

PERCENT = """\
# %% load
x = 1
# %% use
y = x + 1
# %% fail
1 / 0
"""


@pytest.mark.parametrize(
    ("state", "text"),
    [
        ({}, "not run yet"),
        ({"state": "queued"}, "queued"),
        ({"state": "running", "duration_s": 2.0}, "running"),
        ({"state": "done", "duration_s": 0.0123}, "ran · 12 ms"),
        (
            {"state": "failed", "duration_s": 1.26, "error": "ValueError: no"},
            "failed: ValueError: no · 1.3 s",
        ),
        ({"state": "interrupted", "duration_s": 61}, "interrupted · 1 min 1 s"),
        ({"state": "stopped"}, "quit"),
        ({"state": "stale", "duration_s": 2.0}, "stale · 2.0 s"),
    ],
)
def test_what_became_of_a_cell_is_said_in_words(state, text):
    assert in_words(NotebookCell("c", "cell 1", "code", 1, 1, **state)) == text


@pytest.mark.parametrize(
    ("duration_s", "text"),
    [
        (0, "0 ms"),
        (0.9994, "999 ms"),
        (0.9996, "1.0 s"),
        (59.94, "59.9 s"),
        (59.96, "1 min 0 s"),
        (3601, "60 min 1 s"),
    ],
)
def test_durations_are_short(duration_s, text):
    assert seconds(duration_s) == text


async def said(editor, uri):
    """What the lenses say of cells, without times."""
    titles = ("Run", "Debug", "Run to here", "Run above", "Run below")
    found = [it for it in await editor.lenses(uri) if it[1] not in titles]
    return [(line, text.partition(" · ")[0]) for line, text in found]


async def test_lenses_stand_over_cells_with_and_without_a_session(write):
    path = write("cells.py", PERCENT)
    async with Editor() as editor:
        uri = editor.open(path)
        assert await editor.lenses(uri) == [
            *((0, it) for it in ("Run", "Debug", "Run below")),
            *((2, it) for it in ("Run", "Debug", "Run to here", "Run above", "Run below")),
            *((4, it) for it in ("Run", "Debug", "Run to here", "Run above")),
        ]
        editor.change(uri, "\n" + PERCENT)
        assert [it[0] for it in await editor.lenses(uri)] == [*[1] * 3, *[3] * 5, *[5] * 4]
        assert await editor.lenses(editor.open(write("script.py", "x = 1"))) == []


async def test_cells_are_run_by_their_lenses_and_tell_what_became_of_them(debugging, write):
    path = write("cells.py", PERCENT)
    async with Editor() as editor, debugging(path, run="none") as debug:
        await debug.launch(exceptions=[])
        await debug.idle()
        uri = editor.open(path)
        await editor.press(uri, 2, "Run above")
        await debug.idle()

        async def one_ran():
            return await said(editor, uri) == [(0, "ran"), (2, "not run yet"), (4, "not run yet")]

        await editor.until(one_ran)
        await editor.press(uri, 2, "Run below")
        await debug.idle()
        failed = (4, "failed: ZeroDivisionError: division by zero")

        async def all_told():
            return await said(editor, uri) == [(0, "ran"), (2, "ran"), failed]

        await editor.until(all_told)
        editor.change(uri, PERCENT.replace("x = 1", "x = 2"))

        async def stale():
            return (await said(editor, uri))[0] == (0, "stale")

        await editor.until(stale)
        await editor.command("dap-kernel.runStale", uri)
        await debug.idle()
        assert await debug.evaluate("x") == "2"  # the text as it is in the editor, unsaved
        await debug.disconnect()


async def test_run_stops_nowhere_and_debug_does(debugging, write):
    path = write("cells.py", PERCENT)
    async with Editor() as editor, debugging(path, run={"cells": ["load"]}) as debug:
        await debug.launch(exceptions=[], breakpoints={path: [4]})
        await debug.idle()
        uri = editor.open(path)
        await editor.press(uri, 2, "Run")
        await debug.idle()
        await editor.press(uri, 2, "Debug")
        stop = await debug.stopped("breakpoint", line=4)
        await stop.continue_()
        await debug.idle()
        await debug.disconnect()


async def test_run_to_here_runs_what_has_to_be_run_above_and_the_cell(debugging, write):
    path = write("cells.py", PERCENT)
    async with Editor() as editor, debugging(path, run="none", notebookEvents=True) as debug:
        await debug.launch(exceptions=[])
        await debug.idle()
        uri = editor.open(path)

        async def pressed(line):
            """The cells that it ran."""
            seen = len(debug.connection.events)
            await editor.press(uri, line, "Run to here")
            await debug.idle()
            events = [it for it in debug.connection.events[seen:] if it["event"] == "notebookCell"]
            return [it["body"]["cell"]["name"] for it in events if it["body"]["cell"]["state"] == "running"]

        await debug.run({"cells": ["load"]})
        await debug.idle()
        await editor.until(lambda: said(editor, uri))
        assert await pressed(4) == ["use", "fail"]
        assert await pressed(2) == ["use"]
        editor.change(uri, PERCENT.replace("x = 1", "x = 2"))
        assert await pressed(2) == ["load", "use"]
        await debug.disconnect()


@pytest.mark.parametrize(
    ("command", "where", "ran"),
    [
        ("runCell", 3, ["use"]),
        ("runCell", "use", ["use"]),
        ("runAbove", 3, ["load"]),
        ("runBelow", 1, ["load", "use", "fail"]),
        ("runToHere", 2, ["load", "use"]),
        ("debugCell", 0, ["load"]),
    ],
)
async def test_commands_take_a_cell_or_a_line(debugging, write, command, where, ran):
    path = write("cells.py", PERCENT)
    async with Editor() as editor, debugging(path, run="none", notebookEvents=True) as debug:
        await debug.launch(exceptions=[])
        await debug.idle()
        uri = editor.open(path)
        await editor.command(f"dap-kernel.{command}", uri, where)
        await debug.idle()
        done = [it["body"]["cell"] for it in debug.connection.events if it["event"] == "notebookCell"]
        assert [it["name"] for it in done if it.get("state") in ("done", "failed")] == ran
        await debug.disconnect()


async def test_a_run_is_interrupted_and_the_kernel_restarted(debugging, write):
    path = write("cells.py", "# %% loop\nimport time\nwhile True:\n    time.sleep(0.01)\n# %% more\nx = 1\n")
    async with Editor() as editor, debugging(path, run="none") as debug:
        await debug.launch(exceptions=[])
        await debug.idle()
        uri = editor.open(path)
        await editor.command("dap-kernel.runCell", uri, 0)

        async def running():
            return (0, "running") in await said(editor, uri)

        await editor.until(running)
        await editor.command("dap-kernel.interrupt", uri)
        await debug.idle()

        async def interrupted():
            return (0, "interrupted") in await said(editor, uri)

        await editor.until(interrupted)
        await editor.command("dap-kernel.restart", uri)
        await debug.idle()

        async def forgotten():
            return await said(editor, uri) == [(0, "not run yet"), (4, "not run yet")]

        await editor.until(forgotten)
        await debug.disconnect()


async def test_without_a_session_the_editor_is_asked_to_start_one(write):
    path = write("cells.py", PERCENT)
    async with Editor(dapKernelStart=True) as editor:
        uri = editor.open(path)
        await editor.press(uri, 2, "Debug")
        await editor.press(uri, 4, "Run above")
        await editor.press(uri, 2, "Run to here")
        await editor.command("dap-kernel.runStale", uri)
        told = await editor.until(
            lambda: editor.told["dap-kernel/start"][3:] and editor.told["dap-kernel/start"]
        )
        assert [(it.uri, it.debug) for it in told] == [(uri, it) for it in (True, False, False, False)]
        assert [getattr(it.run, "cells", it.run) for it in told] == [[2], [1, 2], [1, 2], "all"]
        await editor.command("dap-kernel.restart", uri)
        assert "no debug session" in await editor.until(lambda: "".join(editor.messages))


@pytest.mark.parametrize(
    ("command", "where", "message"),
    [
        ("runCell", [2], "no debug session has this notebook"),
        ("runAbove", [0], "there is no cell above load"),
        ("runCell", [99], "there is no cell here that runs"),
        ("runCell", ["nothing"], "there is no cell here that runs"),
        ("runCell", [], "there is no cell here that runs"),
        ("interrupt", [], "no debug session has this notebook"),
    ],
)
async def test_what_cannot_be_done_is_said(write, command, where, message):
    async with Editor() as editor:
        uri = editor.open(write("cells.py", PERCENT))
        await editor.command(f"dap-kernel.{command}", uri, *where)
        assert message in await editor.until(lambda: "".join(editor.messages))
        for arguments, said in ((["file:///nowhere.py", 0], "no notebook that is open"), ([], "[uri, cell]")):
            await editor.command(f"dap-kernel.{command}", *arguments)
            await editor.until(lambda said=said: [it for it in editor.messages if said in it])


async def test_cells_are_told_to_who_wants_them(debugging, write):
    path = write("cells.py", PERCENT)
    async with Editor(dapKernelCells=True) as editor:
        uri = editor.open(path)
        told = editor.told["dap-kernel/cells"]
        async with debugging(path) as debug:
            await debug.launch(exceptions=[])
            await debug.idle()
            found = await editor.until(lambda: [it for it in told if it.kernel == "idle" and it.cells])
            await editor.until(lambda: told[-1].cells[-1].state == "failed")
            assert [it.name for it in found[0].cells] == ["load", "use", "fail"]
            assert not hasattr(told[-1].cells[2], "traceback")  # long, and told as a diagnostic
            assert (told[-1].uri, told[-1].cells[2].line, told[-1].cells[2].errorLine) == (uri, 6, 6)
            await debug.disconnect()
        assert await editor.until(lambda: told[-1].kernel is None and told[-1].cells == [])


async def test_marimo_and_jupyter_cells_have_lenses_too(write):
    from tests.sessions.notebooks import FORMATS, at

    async with Editor() as editor:
        path = write("marimo.py", FORMATS["marimo.py"])
        lines = sorted({line for line, _ in await editor.lenses(editor.open(path))})
        assert lines == [at(path, "@app.cell", it) - 1 for it in (1, 2, 3)]
        path = write("jupyter.ipynb", FORMATS["jupyter.ipynb"])
        raw = editor.open(path, language="json")
        lines = sorted({line for line, _ in await editor.lenses(raw)})
        assert lines == [at(path, it) - 1 for it in ('"limit = 3', '"def scale', '"total = 0')]
        editor.close(raw)
        cells = editor.open_notebook(path, "limit = 3", "x = limit")
        assert [await editor.lenses(it) for it in cells] == [
            [(0, "Run"), (0, "Debug"), (0, "Run below")],
            [(0, "Run"), (0, "Debug"), (0, "Run to here"), (0, "Run above")],
        ]


async def test_the_cells_of_an_editor_for_notebooks_are_run_as_they_are_shown(debugging, write):
    from tests.sessions.notebooks import code

    path = write("cells.ipynb", code("x = 1", "y = 2"))
    async with Editor() as editor, debugging(path, run="none") as debug:
        await debug.launch(exceptions=[])
        await debug.idle()
        cells = editor.open_notebook(path, "x = 1", "y = 2")
        editor.change_cell(path, cells[1], "y = 3")
        await editor.command("dap-kernel.runCell", cells[1])
        await debug.idle()
        assert await debug.evaluate("y") == "3"

        async def ran():
            return await said(editor, cells[1]) == [(0, "ran")]

        await editor.until(ran)
        assert await said(editor, cells[0]) == [(0, "not run yet")]
        await debug.disconnect()
