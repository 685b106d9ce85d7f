"""Idle is a stop: between runs the notebook's names are there, and the editor's own buttons run cells."""

import asyncio
import time

import pytest

from tests.sessions.notebooks import at

PERCENT = """
    # %% load
    rows = [1, 2, 3]
    # %% train
    total = sum(rows)
    total
    # %% show
    print("total", total)
    """


@pytest.mark.parametrize("order", ["vscode", "nvim", "dape"])
async def test_edit_save_f5_runs_only_what_changed(debugging, write, order):
    path = write("nb.py", PERCENT)
    async with debugging(path, order=order) as debug:
        await debug.launch()
        stop = await debug.idle()
        assert stop.thread == 1
        assert stop.event["description"] == "Idle: 3 cells ran"
        assert stop.event["allThreadsStopped"] is True
        assert await stop.where() == [("show", 7)]
        frame = await stop.frame()
        assert frame.path == str(path)
        assert await frame.locals() == {"rows": "[1, 2, 3]", "total": "6"}
        assert await frame.evaluate("total * 2", "hover") == "12"
        assert await frame.evaluate("extra = total + 1", "repl") == ""
        assert await frame.set("total", "100") == "100"
        assert "rows" in await frame.completions("ro")

        await stop.continue_()
        await debug.output_until("nothing to run: every cell has run as it is now")
        stop = await debug.idle()
        assert await stop.evaluate("total, extra") == "(100, 7)"

        path.write_text(path.read_text().replace("sum(rows)", "sum(rows) + extra"))
        await stop.continue_()
        await debug.output_until("runs 1 of 3: train (edited)\n")
        stop = await debug.idle()
        assert await stop.where() == [("train", 5)]
        assert stop.event["description"] == "Idle: 1 cell ran"
        assert await stop.locals() == {"rows": "[1, 2, 3]", "total": "13", "extra": "7"}


async def quickly_ran(debug, name):
    """Run a cell in less than a second, again on a machine too busy for that: the editor may follow."""
    took_s = 2.0
    while took_s > 1:
        began = time.monotonic()
        await debug.run({"cells": [name]})
        stop = await debug.idle()
        took_s = time.monotonic() - began
    assert "preserveFocusHint" not in stop.event


async def test_the_editor_does_not_jump_to_the_notebook_after_a_long_run(debugging, write):
    path = write("nb.py", "# %% long\nimport time\ntime.sleep(1.05)\n# %% short\nn = 1\n")
    async with debugging(path) as debug:
        await debug.launch()
        stop = await debug.idle()
        assert stop.event["preserveFocusHint"] is True
        await stop.continue_()  # nothing is stale: the user is at the notebook
        stop = await debug.idle()
        assert "preserveFocusHint" not in stop.event
        await quickly_ran(debug, "short")


async def test_the_editor_follows_from_a_stop_of_a_long_run_to_its_end(debugging, write):
    path = write("nb.py", "# %% long\nimport time\ntime.sleep(1.05)\nn = 1\n# %% short\nn += 1\n")
    async with debugging(path) as debug:
        await debug.launch(breakpoints={path: [at(path, "n = 1")]})
        took_s = 2.0
        while took_s > 1:  # a busy machine
            stop = await debug.stopped("breakpoint", line=at(path, "n = 1"))
            began = time.monotonic()
            await stop.continue_()
            stop = await debug.idle()
            took_s = time.monotonic() - began
            if took_s > 1:
                await debug.run({"cells": ["long"]})
        assert "preserveFocusHint" not in stop.event


async def test_next_runs_the_next_cell_and_step_in_stops_at_its_first_line(debugging, write):
    path = write("nb.py", PERCENT)
    async with debugging(path, launch={"run": "none"}, order="nvim") as debug:
        await debug.launch()
        stop = await debug.idle()
        assert "nothing has run yet" in stop.text
        assert await stop.where() == [("idle", 2)]
        await stop.next()
        await debug.output_until("runs 1 of 3: load (next)\n")
        stop = await debug.idle()
        assert await stop.where() == [("load", 2)]
        await stop.step_in()
        stop = await debug.stopped("step", line=at(path, "total = sum(rows)"))
        assert await stop.locals() == {"rows": "[1, 2, 3]"}
        await stop.next()
        stop = await debug.stopped("step", line=at(path, "total", 2))
        await stop.next()
        stop = await debug.idle()
        assert await stop.where() == [("train", 5)]
        await stop.next()
        await debug.output_until("total 6")
        stop = await debug.idle()
        await stop.next()
        await debug.output_until("nothing to run: this was the last cell")
        await debug.idle()


async def test_looking_before_anything_ran_starts_no_kernel(debugging, write):
    path = write("nb.py", PERCENT)
    async with debugging(path, launch={"run": "none"}) as debug:
        await debug.launch(breakpoints={path: [at(path, "total = sum(rows)")]})
        stop = await debug.idle()
        frame = await stop.frame()
        scopes = await frame.scopes()
        for scope in scopes:
            await debug.variables(scope["variablesReference"])
        assert await debug.threads() == {1: "nb.py · notStarted"}
        assert "process" not in {it["event"] for it in debug.connection.events}
        assert await frame.evaluate("6 * 7", "repl") == "42"
        await debug.event("process")
        stop = await debug.request("continue", threadId=1)
        assert stop.success
        stop = await debug.stopped("breakpoint", line=at(path, "total = sum(rows)"))
        assert await stop.locals() == {"rows": "[1, 2, 3]"}
        assert (await debug.threads())[1] == "nb.py · train"
        await stop.continue_()
        await debug.idle()


async def test_when_idle_is_to_look_as_if_it_ran(debugging, write):
    path = write("nb.py", PERCENT)
    async with debugging(path, launch={"whenIdle": "running"}, order="nvim") as debug:
        await debug.launch()
        await debug.output_until("total 6")
        async with asyncio.timeout(10):  # no event says that it is idle: that is what was asked for
            while not (asked := await debug.request("evaluate", expression="total", context="repl")).success:
                pass
        assert asked.body["result"] == "6"
        await debug.ask("pause", threadId=1)  # whoever asks sees it
        stop = await debug.idle()
        assert await stop.locals() == {"rows": "[1, 2, 3]", "total": "6"}
        assert [it["event"] for it in debug.connection.events].count("stopped") == 1


async def test_another_way_to_start_a_run_says_that_the_thread_goes_on(debugging, write):
    path = write("nb.py", PERCENT)
    async with debugging(path) as debug:
        await debug.launch()
        await debug.idle()
        assert await debug.run({"cells": ["train"]}) != []
        assert (await debug.event("continued"))["threadId"] == 1
        await debug.idle()
        await debug.evaluate(":run show")
        assert (await debug.event("continued"))["threadId"] == 1
        await debug.output_until("total 6")
        await debug.idle()


async def test_a_failure_is_where_idle_is(debugging, write):
    path = write(
        "nb.py",
        """
        # %% one
        def f():
            return 1 / 0

        # %% two
        print(f())
        y = 1
        # %% three
        z = y
        """,
    )
    async with debugging(path, launch={"run": {"cells": [1, "two", 3]}}, order="dape") as debug:
        await debug.launch(exceptions=[])
        stop = await debug.idle()
        assert stop.event["description"] == "Idle: two failed: ZeroDivisionError: division by zero"
        assert await stop.line() == 3
        assert f'File "{path}", line 6' in debug.printed("stderr")
        assert f'File "{path}", line 3, in f' in debug.printed("stderr")
        path.write_text(path.read_text().replace("1 / 0", "1"))
        await stop.continue_()
        await debug.output_until("runs 3 of 3: one (edited), two (failed), three (not reached)")
        stop = await debug.idle()
        assert await stop.evaluate("z") == "1"


async def test_an_edit_while_a_cell_runs_shows_at_the_idle_stop(debugging, write):
    text = """
        # %% first
        import os
        # %% wait
        print("waits")
        while not os.path.exists("go on"):
            pass
        """
    path = write("nb.py", text)
    async with debugging(path) as debug:
        await debug.launch(breakpoints={path: [at(path, "import os")]})
        stop = await debug.stopped("breakpoint", line=at(path, "import os"))
        await stop.continue_()
        await debug.output_until("waits")
        write("nb.py", text.replace("import os", "# new\n        import os"))
        path.with_name("go on").touch()
        idle = await debug.idle()
        assert (await idle.frame()).line == at(path, "pass")
        assert [
            it["body"]["breakpoint"]["line"] for it in debug.connection.events if it["event"] == "breakpoint"
        ] == [3]


@pytest.mark.parametrize("text", ["double(2)", "double(None)"])
async def test_what_is_evaluated_stops_at_breakpoints_and_leads_back_to_idle(debugging, write, text):
    path = write("nb.py", "# %% a\ndef double(n):\n    return n * 2\n")
    async with debugging(path) as debug:
        await debug.launch(breakpoints={path: [at(path, "return n")]})
        idle = await debug.idle()
        asked = asyncio.ensure_future(idle.evaluate(text, "repl"))
        await (await debug.stopped("breakpoint", line=at(path, "return n"))).continue_()
        (again, answer) = await asyncio.gather(debug.idle(), asked, return_exceptions=True)
        assert answer == "4" if text == "double(2)" else "TypeError" in str(answer)
        await debug.break_at(path)
        assert await again.evaluate("double(4)", "repl") == "8"


CELL = """
    # %% load
    rows = [1, 2, 3]

    # the rows
    total = sum(rows)
    # %% show
    rows
    """


@pytest.mark.parametrize(
    ("held", "line"),
    [([], 5), ([7], 5), ([5], 2), ([2, 5], 3), ([5, 7], 2)],
    ids=["none", "of another cell", "its last line", "all its lines of code", "two cells"],
)
async def test_idle_is_not_on_a_breakpoints_line(debugging, write, held, line):
    path = write("nb.py", CELL)
    async with debugging(path) as debug:
        await debug.launch(run={"cells": ["load"]})
        await debug.idle()
        await debug.ask(
            "setBreakpoints", source={"path": str(path)}, breakpoints=[{"line": it} for it in held]
        )
        await debug.ask("notebookRun", run={"cells": ["load"]}, noDebug=True)
        stop = await debug.idle()
        assert await stop.where() == [("load", line)]


async def test_idle_is_on_a_breakpoints_line_where_there_is_no_other(debugging, write):
    path = write("nb.py", "# %% only\nx = 1\n")
    async with debugging(path) as debug:
        await debug.launch(run="none", breakpoints={path: [at(path, "x = 1")]})
        stop = await debug.idle()
        assert await stop.where() == [("idle", 2)]
