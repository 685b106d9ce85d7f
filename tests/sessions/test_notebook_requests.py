"""Our own requests and events, for editors that know notebooks; and notebooks of many cells."""

import pytest

from tests.client.connection import Refused
from tests.processes import cpu_s
from tests.sessions.notebooks import FORMATS, at, cell, code, jupyter

OURS = ("notebookLine", "notebookCell", "notebookKernel", "notebookDisplay")


def told(debug, event):
    return [it["body"] for it in debug.connection.events if it["event"] == event]


@pytest.mark.parametrize("name", FORMATS)
async def test_cells_are_told_with_their_lines_numbers_and_states(debugging, write, name):
    path = write(name, FORMATS[name])
    async with debugging(path, launch={"run": "none"}) as debug:
        assert (await debug.initialize())["supportsNotebookRequests"] is True
        before = await debug.ask("notebookCells", path=str(path))
        assert before["kernel"] == "notStarted"
        await debug.launch()
        answer = await debug.ask("notebookCells")
        assert answer["cells"] == before["cells"]
        assert answer["format"] == name.partition(".")[0]
        cells = [it for it in answer["cells"] if it["kind"] == "code"]
        last = cells[-1]
        assert last["line"] <= at(path, "total = 0") <= at(path, "print(") <= last["endLine"]
        assert [it["number"] for it in cells] == list(range(1, len(cells) + 1))
        assert all(it.get("state", "new") == "new" for it in cells)
        await debug.disconnect()


WAITS = "from pathlib import Path\ngo = Path('go')\nwhile not go.exists(): pass"


async def test_a_run_is_told_cell_by_cell_to_who_asked(debugging, write):
    path = write("run.ipynb", code(WAITS, "1 / 0", "y = 2"))
    async with debugging(path, launch={"notebookEvents": True}) as debug:
        await debug.launch(exceptions=[])
        first = await debug.event("notebookLine", lambda it: "line" in it)
        assert first["source"]["path"] == str(path)
        if first["line"] != at(path, "while not"):
            await debug.event("notebookLine", lambda it: it.get("line") == at(path, "while not"))
        path.with_name("go").touch()
        await debug.idle()
        states = [(it["cell"]["name"], it["cell"].get("state", "new")) for it in told(debug, "notebookCell")]
        for name, wanted in {
            "cell 1": ["queued", "running", "done"],
            "cell 2": ["queued", "running", "failed"],
            "cell 3": ["queued", "new"],
        }.items():
            assert [state for it, state in states if it == name] == wanted
        failed = [it["cell"] for it in told(debug, "notebookCell") if it["cell"].get("state") == "failed"]
        assert failed[-1]["error"] == "ZeroDivisionError: division by zero"
        assert [it["state"] for it in told(debug, "notebookKernel")][-2:] == ["busy", "idle"]
        assert "line" not in told(debug, "notebookLine")[-1]  # none runs any more
        await debug.disconnect()


async def test_an_edit_is_told_as_stale_cells(debugging, write):
    path = write("edited.ipynb", code("a = 1", "b = 2"))
    before = path.read_text("utf-8")
    async with debugging(path, launch={"notebookEvents": True}) as debug:
        await debug.launch()
        await debug.idle()
        seen = len(told(debug, "notebookCell"))
        path.write_text(before.replace("b = 2", "b = 22"), "utf-8")
        await debug.ask("notebookCells")
        path.write_text(before, "utf-8")
        await debug.ask("notebookCells")
        since = [it["cell"] for it in told(debug, "notebookCell")[seen:]]
        assert [(it["name"], it["state"]) for it in since] == [("cell 2", "stale"), ("cell 2", "done")]
        await debug.disconnect()


def newest(debug):
    """The state that each cell was told to have last, by its name."""
    return {it["cell"]["name"]: it["cell"].get("state", "new") for it in told(debug, "notebookCell")}


async def test_no_cell_has_run_in_a_kernel_that_is_gone(debugging, write):
    path = write("dies.ipynb", code("a = 1", "import os\nos._exit(3)", "b = 2"))
    async with debugging(path, launch={"notebookEvents": True}) as debug:
        await debug.launch()
        await debug.idle()
        assert newest(debug) == {"cell 1": "new", "cell 2": "new", "cell 3": "new"}
        await debug.disconnect()


async def test_a_restart_that_runs_nothing_forgets_what_failed(debugging, write):
    path = write("fails.ipynb", code("a = 1", "1 / 0", "b = 2"))
    async with debugging(path, launch={"notebookEvents": True}) as debug:
        await debug.launch(exceptions=[])
        await debug.idle()
        assert newest(debug) == {"cell 1": "done", "cell 2": "failed", "cell 3": "new"}
        await debug.restart(run="none")
        stop = await debug.idle()
        assert newest(debug) == {"cell 1": "new", "cell 2": "new", "cell 3": "new"}
        assert stop.text == "Idle: nothing has run yet"
        await debug.disconnect()


async def test_who_did_not_ask_gets_none_of_our_events(debugging, write):
    path = write("plain.ipynb", code(WAITS, "x = 1"))
    async with debugging(path) as debug:
        await debug.launch()
        line = f"line {at(path, 'while not')}"
        start = await debug.event("progressStart")
        if line not in start["message"]:  # the line that runs is not known yet
            await debug.event("progressUpdate", lambda it: line in it["message"])
        path.with_name("go").touch()
        stop = await debug.idle()
        await stop.continue_()
        await debug.idle()
        assert not {it["event"] for it in debug.connection.events} & set(OURS)
        await debug.disconnect()


async def test_cells_are_run_by_choice(debugging, write):
    path = write("choice.ipynb", code("a = 1", "b = 2", "c = 3", "d = 4", ids=("aa", "bb", "cc", "dd")))
    async with debugging(path, launch={"run": "none"}) as debug:
        await debug.launch()
        await debug.idle()
        assert await debug.run({"above": at(path, "c = 3")}) == ["aa", "bb"]
        await debug.idle()
        assert await debug.run({"cells": ["cell 4", 2, "aa"]}) == ["aa", "bb", "dd"]
        await debug.idle()
        assert await debug.run("stale") == ["cc"]
        await debug.idle()
        assert await debug.run({"below": at(path, "c = 3")}) == ["cc", "dd"]
        await debug.idle()
        assert await debug.run({"at": at(path, "b = 2")}) == ["bb"]
        await debug.idle()
        assert await debug.run() == []
        with pytest.raises(Refused, match="no cell 'nothing'"):
            await debug.run({"cells": ["nothing"]})
        with pytest.raises(Refused, match="no cell"):
            await debug.run({"at": at(path, "nbformat_minor")})
        await debug.disconnect()


async def test_an_interrupt_ends_the_cell_and_breakpoints_still_hit(debugging, write):
    path = write("long.ipynb", code("x = 0", "import time\nwhile True:\n    time.sleep(0.01)\n    x += 1"))
    line = at(path, "x += 1")
    async with debugging(path) as debug:
        await debug.launch(exceptions=[], breakpoints={path: [line]})
        stop = await debug.stopped("breakpoint", line=line)
        await debug.break_at(path)
        await stop.continue_()
        await debug.ask("notebookInterrupt")
        stop = await debug.idle()
        assert "KeyboardInterrupt" in debug.printed("stderr")
        cells = (await debug.ask("notebookCells"))["cells"]
        assert [it.get("state") for it in cells] == ["done", "interrupted"]
        await debug.break_at(path, line)
        await stop.continue_()
        stop = await debug.stopped("breakpoint", line=line)
        await debug.ask("notebookInterrupt")
        stop = await debug.idle()
        await debug.disconnect()


async def opened(debugging, write, count: int) -> float:
    """Open a notebook of `count` cells, set breakpoints, begin to run; return the CPU time it took."""
    made = [cell("code", f"value_{it} = {it}\nother_{it} = value_{it}", f"id-{it}") for it in range(count)]
    path = write(f"many{count}.ipynb", jupyter(*made, ids=[it["id"] for it in made]))
    lines = [number for number, text in enumerate(path.read_text().split("\n"), 1) if '"other_' in text]
    async with debugging(path, is_judged=False, launch={"run": {"cells": [count - 1]}}) as debug:
        await debug.initialize()
        before = cpu_s(debug.server.process.pid)
        answers = await debug.break_at(path, *lines[:1000])
        assert all(it["verified"] for it in answers)
        await debug.launch(breakpoints={path: lines[-1000:]})
        stop = await debug.stopped("breakpoint", line=lines[-2])
        took = cpu_s(debug.server.process.pid) - before
        assert await stop.locals() == {f"value_{count - 2}": str(count - 2)}
        await debug.disconnect()
    return took


async def test_ten_thousand_cells_open_in_linear_time(debugging, write):
    few = await opened(debugging, write, 2_500)
    many = await opened(debugging, write, 10_000)
    assert many < 8 * few + 1
    assert many < 10
