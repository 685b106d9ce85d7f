"""A cell runs on while nobody is there; whoever attaches can look at it, end it, and run the next."""

from pathlib import Path

import pytest

from tests.client.fixtures import Debugging, Write
from tests.processes import until

CELLS = """
    # %% wait
    import os, time
    print("waits", flush=True)
    n = 0
    while not os.path.exists("go on"):
        n += 1
        time.sleep(0.001)
    # %% after
    seen = n > 0
    """


async def left_running(debugging: Debugging, path: Path, runtime: Path) -> None:
    async with debugging(path, launch={"orphanTimeout": 600, "run": {"cells": ["wait"]}}) as debug:
        await debug.launch()
        await debug.output_until("waits")
        kernel = (await debug.event("process"))["systemProcessId"]
        await debug.disconnect(terminateDebuggee=False)
    await until((runtime / f"kernel-{kernel}.json").exists, "the kernel waits")


@pytest.mark.parametrize("live_line", ["events", "off"])
async def test_a_cell_that_runs_already_is_looked_at_and_the_next_follows(
    live_line: str, debugging: Debugging, write: Write, runtime: Path
) -> None:
    path = write("cells.py", CELLS)
    await left_running(debugging, path, runtime)
    async with debugging(launch={"notebook": str(path), "liveLine": live_line}) as debug:
        await debug.attach()
        cells = (await debug.ask("notebookCells"))["cells"]
        assert [it.get("state", "new") for it in cells] == ["running", "new"]
        stop = await debug.pause()
        assert (await stop.frame()).name == "wait"
        assert int(await stop.evaluate("n")) > 0
        await stop.continue_()
        await debug.run({"cells": ["after"]})  # it waits for its turn
        path.with_name("go on").touch()
        idle = await debug.idle()
        assert await idle.evaluate("seen") == "True"
        cells = (await debug.ask("notebookCells"))["cells"]
        assert [it["state"] for it in cells] == ["done", "done"]
        await debug.disconnect(terminateDebuggee=True)


async def test_a_cell_that_runs_already_is_ended(debugging: Debugging, write: Write, runtime: Path) -> None:
    path = write("cells.py", CELLS)
    for how, state in ((":interrupt", "interrupted"), (":quit", "stopped")):
        await left_running(debugging, path, runtime)
        async with debugging(launch={"notebook": str(path)}) as debug:
            await debug.attach()
            await debug.evaluate(how)
            await debug.idle()
            assert (await debug.ask("notebookCells"))["cells"][0]["state"] == state
            await debug.disconnect(terminateDebuggee=True)
