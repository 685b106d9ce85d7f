"""Who attaches to a kernel whose cell runs hears what it prints and how it ends; no stop is left unseen."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.client.connection import Refused
from tests.client.debug import Debug
from tests.client.fixtures import Debugging
from tests.processes import until
from tests.sessions.notebooks import at, code

LOOP = """\
import os, time
print("waits", flush=True)
n = 0
while not os.path.exists("go on"):
    n += 1
    breakpoint()
    try:
        1 / 0
    except ZeroDivisionError:
        pass
    time.sleep(0.001)
print("went on")
"""
PLAIN = LOOP.replace("breakpoint()", "seen = n").replace("n += 1", "n += 2")
FAILS = LOOP + 'raise ValueError("at the end")\n'
QUIET = {"noDebug": True, "whenIdle": "running", "orphanTimeout": 600}
KINDS = {"without a debugger": QUIET, "looks running": {"whenIdle": "running"}}


@pytest.fixture
def notebook(write: Callable[[str, str], Path]) -> Path:
    return write("nb.ipynb", code(LOOP, FAILS, "after = n", PLAIN, ids=("aa", "bb", "cc", "dd")))


async def left_at_a_stop(debugging: Debugging, path: Path, runtime: Path, cell: str = "aa") -> None:
    """Leave a cell that is stopped in its loop."""
    launch = {"orphanTimeout": 600, "run": {"cells": [cell]}}
    async with debugging(path, launch=launch) as debug:
        lines = [at(path, "n += 1"), at(path, "n += 2")]
        await debug.launch(breakpoints={path: lines}, exceptions=["raised", "uncaught"])
        await debug.stopped("breakpoint")
        kernel = (await debug.event("process"))["systemProcessId"]
        await debug.disconnect(terminateDebuggee=False)
    await until((runtime / f"kernel-{kernel}.json").exists, "the kernel waits")


def is_cell(state: str) -> Callable[[dict[str, Any]], bool]:
    return lambda it: it["cell"].get("state") == state


def is_kernel(state: str) -> Callable[[dict[str, Any]], bool]:
    return lambda it: it["state"] == state


def stops(debug: Debug) -> list[str]:
    return [it["body"]["reason"] for it in debug.connection.events if it["event"] == "stopped"]


def shown(debug: Debug, text: str) -> list[str | None]:
    """The cells that `text` is told of."""
    told = [it["body"] for it in debug.connection.events if it["event"] == "output"]
    return [it.get("data", {}).get("cellId") for it in told if text in it["output"]]


@pytest.mark.parametrize("cell", ["aa", "bb"])
async def test_a_session_without_a_debugger_stops_nowhere(
    cell: str, debugging: Debugging, notebook: Path, runtime: Path
) -> None:
    await left_at_a_stop(debugging, notebook, runtime, cell)
    async with debugging(launch={"notebook": str(notebook), "notebookEvents": True, **QUIET}) as debug:
        await debug.attach(
            breakpoints={notebook: [at(notebook, "n += 1"), at(notebook, "after =")]},
            exceptions=["raised", "uncaught"],
        )
        await debug.event("notebookKernel", is_kernel("busy"))
        await debug.event("notebookLine")
        notebook.with_name("go on").touch()
        ended = await debug.event("notebookCell", is_cell("done" if cell == "aa" else "failed"))
        await debug.event("notebookKernel", is_kernel("idle"))
        assert ended["cell"]["id"] == cell
        assert ended["cell"]["durationS"] > 0
        assert ("at the end" in ended["cell"].get("traceback", "")) == (cell == "bb")
        assert shown(debug, "went on") == [cell]
        await debug.run({"cells": ["cc"]})
        await debug.event("notebookCell", lambda it: is_cell("done")(it) and it["cell"]["id"] == "cc")
        assert not stops(debug)
        await debug.disconnect(terminateDebuggee=True)


@pytest.mark.parametrize("how", KINDS)
async def test_the_end_of_a_cell_that_ran_already_is_told(
    how: str, debugging: Debugging, notebook: Path, runtime: Path
) -> None:
    await left_at_a_stop(debugging, notebook, runtime)
    launch = {"notebook": str(notebook), "notebookEvents": True, **KINDS[how]}
    async with debugging(launch=launch) as debug:
        await debug.attach(exceptions=[])
        stop = await debug.stopped("breakpoint") if how == "looks running" else None  # by `breakpoint()`
        await debug.run({"cells": ["cc"]})  # waits for its turn
        notebook.with_name("go on").touch()
        if stop is not None:
            await stop.continue_()
        told = [(await debug.event("notebookCell"))["cell"] for _ in range(5)]
        assert [(it["id"], it["state"]) for it in told] == [
            ("aa", "running"),
            ("cc", "queued"),
            ("aa", "done"),
            ("cc", "running"),
            ("cc", "done"),
        ]
        await debug.event("notebookKernel", is_kernel("idle"))
        assert shown(debug, "went on") == ["aa"]
        await debug.disconnect(terminateDebuggee=True)


async def test_what_ended_while_nobody_was_there_is_told(
    debugging: Debugging, notebook: Path, runtime: Path
) -> None:
    notebook.write_text(notebook.read_text().replace("at the end", "while alone"))
    await left_at_a_stop(debugging, notebook, runtime, "bb")
    notebook.with_name("go on").touch()
    async with debugging(launch={"notebook": str(notebook), "notebookEvents": True, **QUIET}) as debug:
        await debug.attach()
        failed = await debug.event("notebookCell", is_cell("failed"))
        await debug.event("notebookKernel", is_kernel("idle"))
        assert "while alone" in failed["cell"]["traceback"]
        assert shown(debug, "went on") == ["bb"], "it is told before the end"
        assert shown(debug, "while alone") == [None], "the cell shows it as its error"
        await debug.disconnect()
    async with debugging(launch={"notebook": str(notebook), "notebookEvents": True, **QUIET}) as debug:
        await debug.attach()
        await debug.run({"cells": ["cc"]})
        told = [(await debug.event("notebookCell"))["cell"] for _ in range(4)]
        assert [it["state"] for it in told] == ["failed", "queued", "running", "done"], "it is told once"
        await debug.disconnect(terminateDebuggee=True)


async def test_a_stop_while_the_client_configures_is_told(
    debugging: Debugging, notebook: Path, runtime: Path
) -> None:
    await left_at_a_stop(debugging, notebook, runtime, "dd")
    async with debugging(launch={"notebook": str(notebook), "request": "attach"}) as debug:
        await debug.initialize()
        begun = debug.connection.send("attach", debug.told)
        await debug.event("initialized")
        await debug.break_at(notebook, at(notebook, "n += 2"))
        while (await debug.ask("notebookCells"))["kernel"] != "stopped":
            pass
        assert not stops(debug)
        await debug.ask("configurationDone")
        assert (await begun).success
        stop = await debug.stopped("breakpoint", line=at(notebook, "n += 2"))
        await debug.break_at(notebook)
        notebook.with_name("go on").touch()
        await stop.continue_()
        await debug.idle()
        await debug.disconnect(terminateDebuggee=True)


@pytest.mark.parametrize("is_running", [True, False])
async def test_a_script_that_runs_ends_the_session_and_one_that_has_ended_can_be_looked_at(
    is_running: bool, debugging: Debugging, write: Callable[[str, str], Path], runtime: Path
) -> None:
    path = write("script.py", PLAIN + 'open("ended", "w").close()\n')
    async with debugging(path, launch={"orphanTimeout": 600}) as debug:
        await debug.launch()
        await debug.output_until("waits")
        kernel = (await debug.event("process"))["systemProcessId"]
        await debug.disconnect(terminateDebuggee=False)
    await until((runtime / f"kernel-{kernel}.json").exists, "the kernel waits")
    if not is_running:
        path.with_name("go on").touch()
        await until(path.with_name("ended").exists, "the script has ended")
    async with debugging(launch={"notebook": str(path)}) as debug:
        await debug.attach()
        if is_running:
            path.with_name("go on").touch()
            await debug.terminated()
        else:
            idle = await debug.idle()
            assert int(await idle.evaluate("n")) > 0
            await debug.disconnect(terminateDebuggee=True)
        assert debug.printed().count("went on") == 1


async def test_of_a_kernel_that_was_left_nothing_is_told_any_more(
    debugging: Debugging, notebook: Path, runtime: Path
) -> None:
    launch = {"orphanTimeout": 600, "notebookEvents": True, "run": {"cells": ["dd"]}}
    async with debugging(notebook, launch=launch) as debug:
        await debug.launch(breakpoints={notebook: [at(notebook, "n += 2")]})
        stop = await debug.stopped("breakpoint")
        kernel = await stop.evaluate("os.getpid()")
        told = len(debug.connection.events)
        await debug.disconnect(terminateDebuggee=False)
        await debug.connection.ended()
        assert [it["event"] for it in debug.connection.events[told:]] == []
    async with debugging(launch={"kernelId": kernel}) as debug:
        await debug.attach()
        await debug.disconnect(terminateDebuggee=True)


DEAF = """\
import os, signal, time
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGURG})
print("waits", flush=True)
while not os.path.exists("go on"):
    time.sleep(0.001)
signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGURG})
print("went on")
"""


async def test_a_pause_that_came_to_nothing_is_void_once_its_client_has_left(
    debugging: Debugging, write: Callable[[str, str], Path], runtime: Path
) -> None:
    path = write("nb.ipynb", code(DEAF, ids=("aa",)))
    async with debugging(path, launch={"orphanTimeout": 600}) as debug:
        await debug.launch()
        await debug.output_until("waits")
        kernel = (await debug.event("process"))["systemProcessId"]
        await debug.ask("pause", threadId=1)
        await debug.disconnect(terminateDebuggee=False)
    await until((runtime / f"kernel-{kernel}.json").exists, "the kernel waits")
    async with debugging(launch={"notebook": str(path), "notebookEvents": True, **QUIET}) as debug:
        await debug.attach()
        await debug.event("notebookKernel", is_kernel("busy"))
        path.with_name("go on").touch()
        await debug.event("notebookKernel", is_kernel("idle"))
        assert stops(debug) == []


async def test_a_kernel_whose_notebook_was_renamed_while_it_waited_is_found_by_its_id_and_the_new_name(
    debugging: Debugging, write: Callable[[str, str], Path], runtime: Path
) -> None:
    old = write("old.py", "# %%\nkept = 41\n")
    async with debugging(old, launch={"orphanTimeout": 600}) as debug:
        await debug.launch()
        await debug.idle()
        kernel = (await debug.event("process"))["systemProcessId"]
        await debug.disconnect(terminateDebuggee=False)
    await until((runtime / f"kernel-{kernel}.json").exists, "the kernel waits")
    new = old.rename(old.with_name("new.py"))
    async with debugging(launch={"notebook": str(old)}) as debug:
        with pytest.raises(Refused, match=rf'if it was renamed, give "kernelId": "{kernel}"'):
            await debug.attach()
    async with debugging(
        launch={"notebook": str(new), "kernelId": str(kernel), "orphanTimeout": 600}
    ) as debug:
        await debug.attach()
        stop = await debug.idle()
        assert (await stop.frame()).path == str(new)
        assert await stop.evaluate("kept") == "41"
        await debug.disconnect(terminateDebuggee=False)
    await until((runtime / f"kernel-{kernel}.json").exists, "the kernel waits")
    async with debugging(launch={"notebook": str(new)}) as debug:  # it is announced there now
        await debug.attach()
        assert await (await debug.idle()).evaluate("kept") == "41"
        await debug.terminate()
