"""`notebookRun` with `noDebug`: an editor's button that runs a cell and stops nowhere."""

import pytest

from tests.sessions.notebooks import at, code

STOPS = """\
def work(n):
    return n + 1

kept = work(1)
if kept:
    breakpoint()
try:
    1 / 0
except ZeroDivisionError:
    pass
import pdb
pdb.set_trace()
"""


@pytest.fixture
def notebook(write):
    return write("button.ipynb", code(STOPS, "after = kept + 1", "1 / 0", ids=("aa", "bb", "cc")))


async def launched(debug, notebook):
    """Launch with every kind of breakpoint, and run nothing yet."""
    lines = [at(notebook, "kept = work"), {"line": at(notebook, "return n"), "logMessage": "logged {n}"}]
    await debug.launch(
        run="none",
        breakpoints={notebook: [*lines, at(notebook, "after =")]},
        functions=["work"],
        exceptions=["raised", "uncaught"],
    )
    await debug.idle()


async def run(debug, *cells, no_debug):
    return (await debug.ask("notebookRun", run={"cells": list(cells)}, noDebug=no_debug))["cells"]


async def test_nothing_stops_a_run_that_is_not_debugged(debugging, notebook):
    async with debugging(notebook) as debug:
        await launched(debug, notebook)
        assert await run(debug, "aa", "bb", no_debug=True) == ["aa", "bb"]
        stop = await debug.idle()
        assert await stop.evaluate("after", context="repl") == "3"
        assert "logged" not in debug.printed()
        await run(debug, "cc", no_debug=True)
        stop = await debug.idle()  # no post mortem
        assert "ZeroDivisionError" in debug.printed("stderr")
        await debug.disconnect()


async def test_the_next_run_is_debugged_again(debugging, notebook):
    async with debugging(notebook) as debug:
        await launched(debug, notebook)
        await run(debug, "aa", no_debug=True)
        await debug.idle()
        await run(debug, "aa", no_debug=False)
        stop = await debug.stopped("breakpoint", line=at(notebook, "kept = work"))
        await stop.continue_()
        stop = await debug.stopped("function breakpoint", line=at(notebook, "return n"))
        await stop.continue_()
        stop = await debug.stopped("breakpoint", line=at(notebook, "breakpoint()"))
        assert "logged 1" in debug.printed()
        await stop.continue_()
        stop = await debug.stopped("exception", line=at(notebook, "1 / 0"))
        await stop.continue_()
        stop = await debug.stopped("breakpoint", line=at(notebook, "pdb.set_trace()"))
        await stop.continue_()
        await debug.idle()
        await debug.disconnect()


async def test_cells_of_both_kinds_take_their_turns(debugging, write):
    loop = "import time\nwhile not go:\n    time.sleep(0.01)\nx = 1"
    notebook = write("turns.ipynb", code("go = False", loop, "y = 2", "z = 3", ids=("aa", "bb", "cc", "dd")))
    lines = [at(notebook, it) for it in ("x = 1", "y = 2", "z = 3")]
    async with debugging(notebook) as debug:
        await debug.launch(run={"cells": ["aa"]}, breakpoints={notebook: lines})
        await debug.idle()
        await run(debug, "bb", "cc", no_debug=True)
        await debug.event("notebookLine")
        await run(debug, "dd", no_debug=False)  # joins the run
        await run(debug, "cc", no_debug=False)  # asked for both ways
        stop = await debug.pause()
        assert await stop.evaluate("go = True", context="repl") == ""
        await stop.continue_()
        stop = await debug.stopped("breakpoint", line=lines[1])
        await stop.continue_()
        stop = await debug.stopped("breakpoint", line=lines[2])
        await stop.continue_()
        await debug.idle()
        await debug.disconnect()


async def test_breakpoints_set_meanwhile_hold_for_what_runs_next(debugging, write):
    loop = "import time\nstop = False\nwhile not stop:\n    time.sleep(0.01)\nlast = 1"
    notebook = write("meanwhile.ipynb", code(loop, ids=["aa"]))
    last = at(notebook, "last = 1")
    async with debugging(notebook) as debug:
        await debug.launch(run="none")
        await debug.idle()
        await run(debug, "aa", no_debug=True)
        await debug.event("notebookLine")
        await debug.break_at(notebook, last)
        await debug.break_on_functions("nothing")
        await debug.break_on_exceptions("raised")
        stop = await debug.pause()
        assert await stop.evaluate("stop = True", context="repl") == ""
        await stop.continue_()
        await debug.idle()
        await run(debug, "aa", no_debug=False)
        stop = await debug.pause()
        assert await stop.evaluate("stop = True", context="repl") == ""
        await stop.continue_()
        stop = await debug.stopped("breakpoint", line=last)
        await stop.continue_()
        await debug.idle()
        await debug.disconnect()


async def test_hits_are_counted_on(debugging, write):
    notebook = write("hits.ipynb", code("x = 1", "x = 2", ids=("aa", "bb")))
    line = at(notebook, "x = 1")
    async with debugging(notebook) as debug:
        await debug.launch(run="none", breakpoints={notebook: [{"line": line, "hitCondition": "2"}]})
        await debug.idle()
        for no_debug in (False, True, True):
            await run(debug, "aa", no_debug=no_debug)
            await debug.idle()
        await run(debug, "aa", no_debug=False)
        stop = await debug.stopped("breakpoint", line=line)
        await stop.continue_()
        await debug.idle()
        await debug.disconnect()


async def test_a_kernel_restarted_after_it_is_debugged(debugging, notebook):
    async with debugging(notebook) as debug:
        await launched(debug, notebook)
        await run(debug, "aa", no_debug=True)
        await debug.idle()
        await debug.restart(run="none")
        await debug.idle()
        await run(debug, "aa", no_debug=False)
        await debug.stopped("breakpoint", line=at(notebook, "kept = work"))
        await debug.disconnect()


async def test_a_kernel_that_dies_meanwhile_is_told_with_the_reason(debugging, write):
    notebook = write("dies.ipynb", code("import os\nos._exit(3)", ids=["aa"]))
    async with debugging(notebook) as debug:
        await debug.launch(run="none")
        await debug.idle()
        await run(debug, "aa", no_debug=True)
        dead = await debug.event("notebookKernel", lambda it: it["state"] == "dead")
        assert dead["reason"] == "the kernel ended with exit code 3"
        await debug.idle()
        await debug.disconnect()
