"""Where a long cell is: the live line, and a run's progress."""

import asyncio
import os
import re
from pathlib import Path
from typing import Any

from tests.client.debug import Debug
from tests.client.fixtures import Debugging, Write
from tests.client.places import line_of

Json = dict[str, Any]

NOTEBOOK = """
    # %% set up
    from os import F_OK, access
    go = __file__ + ".go"
    # %% train
    def wait():
        while not access(go, F_OK):
            pass
    wait()
    # %% report
    print("done")
    """


def told(debug: Debug, event: str) -> list[Json]:
    return [it.get("body") or {} for it in debug.connection.events if it["event"] == event]


async def test_the_live_line_is_told_and_cleared(debugging: Debugging, write: Write) -> None:
    notebook = write("cells.py", NOTEBOOK)
    waiting = range(line_of(notebook, "while"), line_of(notebook, "pass") + 2)
    async with debugging(notebook) as debug:
        await debug.launch(notebookEvents=True)
        line = await debug.event("notebookLine", lambda it: it.get("line") is not None)
        assert line["source"]["path"] == str(notebook)
        assert line["line"] == line_of(notebook, "wait()") or line["line"] in waiting
        assert line["cellId"]
        Path(f"{notebook}.go").touch()
        clear = await debug.event("notebookLine", lambda it: it.get("line") is None)
        assert clear["cellId"] == line["cellId"]
        await debug.idle()
        assert told(debug, "notebookLine")[-1].get("line") is None
        states = [it["state"] for it in told(debug, "notebookKernel")]
        assert "busy" in states
        assert states[-1] == "idle"


async def test_what_stands_at_a_stop_is_no_live_line(debugging: Debugging, write: Write) -> None:
    notebook = write("cells.py", NOTEBOOK)
    async with debugging(notebook) as debug:
        await debug.launch(notebookEvents=True)
        await debug.event("notebookLine", lambda it: it.get("line") is not None)
        await debug.request("pause", threadId=1)
        stop = await debug.stopped("pause")
        await debug.event("notebookLine", lambda it: it.get("line") is None)
        await stop.continue_()
        line = await debug.event("notebookLine")
        assert line.get("via") in (None, "wait")
        Path(f"{notebook}.go").touch()
        await debug.idle()


async def test_a_plain_client_gets_the_live_line_as_output(debugging: Debugging, write: Write) -> None:
    notebook = write("cells.py", NOTEBOOK)
    async with debugging(notebook, order="debugclient") as debug:
        await debug.launch(liveLine="output")
        await debug.output_until("train · line ")
        Path(f"{notebook}.go").touch()
        await debug.idle()
        assert told(debug, "notebookLine") == []
        assert told(debug, "progressStart") == []


async def test_no_live_line_when_it_is_off(debugging: Debugging, write: Write) -> None:
    notebook = write("cells.py", NOTEBOOK)
    async with debugging(notebook) as debug:
        await debug.launch(liveLine="off", notebookEvents=True)
        start = await debug.event("progressStart")
        Path(f"{notebook}.go").touch()
        await debug.idle()
        assert told(debug, "notebookLine") == []
        assert "line" not in start["message"]


async def test_progress_is_told_and_cancels_the_run(debugging: Debugging, write: Write) -> None:
    notebook = write("cells.py", NOTEBOOK)
    async with debugging(notebook) as debug:
        await debug.launch(exceptions=[])
        start = await debug.event("progressStart")
        assert start["cancellable"]
        assert re.fullmatch(r"train(, line \d+)? · 2 of 3 cells", start["message"])
        assert start["title"] == "cells.py"
        Path(f"{notebook}.go").touch()
        end = await debug.event("progressEnd")
        assert end["progressId"] == start["progressId"]
        await debug.idle()
        Path(f"{notebook}.go").unlink()
        await debug.evaluate(":run all")
        again = await debug.event("progressStart")
        assert again["progressId"] != start["progressId"]
        await debug.ask("cancel", progressId=again["progressId"])
        await debug.event("progressEnd", lambda it: it["progressId"] == again["progressId"])
        await debug.idle()
        assert "KeyboardInterrupt" in debug.printed("stderr")
        assert debug.printed("stdout") == "done\n"


async def test_progress_follows_the_line(debugging: Debugging, write: Write) -> None:
    text = """
        # %% steps
        from os.path import exists
        while not exists(__file__ + ".1"): pass
        while not exists(__file__ + ".2"): pass
        """
    notebook = write("cells.py", text)
    async with debugging(notebook) as debug:
        await debug.launch()
        start = await debug.event("progressStart")
        assert start["message"] == "steps, line 3"
        Path(f"{notebook}.1").touch()
        update = await debug.event("progressUpdate")
        assert update["progressId"] == start["progressId"]
        assert update["message"] == "steps, line 4"
        Path(f"{notebook}.2").touch()
        await debug.idle()


async def test_a_client_with_the_live_line_is_told_only_of_bars(debugging: Debugging, write: Write) -> None:
    text = """
        # %% long
        from os.path import exists
        from time import sleep
        sleep(0.7)  # other clients are told by now
        # %% bar
        for n in range(100):
            print(f"\\r{n} of 100", end="", flush=True)
        while not exists(__file__ + ".end"): pass
        """
    notebook = write("cells.py", text)
    async with debugging(notebook) as debug:
        await debug.launch(notebookEvents=True)
        start = await debug.event("progressStart")
        assert re.match(r"bar(, line \d+)? · 2 of 2 cells · ", start["message"])
        assert "of 100" in start["message"]
        Path(f"{notebook}.end").touch()
        await debug.idle()


async def test_a_line_that_is_written_over_is_progress_until_it_is_done(
    debugging: Debugging, write: Write
) -> None:
    text = """
        # %% bars
        from os.path import exists
        for n in range(1000):
            print(f"\\r{n} of 1000", end="", flush=True)
        while not exists(__file__ + ".go"): pass
        print("\\rall of it  ")
        """
    notebook = write("cells.py", text)
    async with debugging(notebook) as debug:
        await debug.launch()
        start = await debug.event("progressStart")
        assert start["message"].endswith(" · 999 of 1000")
        Path(f"{notebook}.go").touch()
        await debug.idle()
        assert debug.printed("stdout") == "all of it  \n"


async def test_progress_ends_at_a_stop_and_begins_anew_after_it(debugging: Debugging, write: Write) -> None:
    notebook = write("cells.py", NOTEBOOK)
    async with debugging(notebook) as debug:
        await debug.launch()
        start = await debug.event("progressStart")
        stop = await debug.pause()
        end = await debug.event("progressEnd")
        assert end["progressId"] == start["progressId"]
        await stop.continue_()
        again = await debug.event("progressStart")
        assert again["progressId"] != start["progressId"]
        Path(f"{notebook}.go").touch()
        await debug.event("progressEnd", lambda it: it["progressId"] == again["progressId"])
        await debug.idle()


async def test_the_seconds_of_a_line_in_a_loop_are_the_loops(debugging: Debugging, write: Write) -> None:
    text = """
        # %% load
        def wait(name):
            open(__file__ + name).read()  # waits for its writer
        def load(n):
            wait(f".one{n}")
            wait(f".two{n}")
        # %% loop
        for n in range(2):
            load(n)
        wait(".after")
        """
    notebook = write("cells.py", text)
    names = ["one0", "two0", "one1", "two1", "after"]
    for it in names:
        os.mkfifo(f"{notebook}.{it}")
    seen = []
    async with debugging(notebook) as debug:
        await debug.launch(notebookEvents=True)
        for it in names:
            seen.append(await debug.event("notebookLine", lambda it: it.get("line") == 3))
            await asyncio.to_thread(Path(f"{notebook}.{it}").write_text, "")
        await debug.idle()
    *inside, after = seen
    loop = {"source": after["source"], "line": 8}
    assert [it.get("loop") for it in seen] == [loop, loop, loop, loop, None]
    assert after["elapsedS"] == 0.0
    passed = [it["elapsedS"] for it in inside]
    assert passed == sorted(set(passed))
