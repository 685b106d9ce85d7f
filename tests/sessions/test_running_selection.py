"""What a run is of: the launch argument `run`, and what the first line of each run says."""

import pytest

from tests.sessions.notebooks import at

TWELVE = "".join(f"# %% c{n}\nran = [*globals().get('ran', []), {n}]\n" for n in range(1, 13))
WHICH = [
    ({"cells": [2, "c5", "C7"]}, "runs 3 of 12: c2 (new), c5 (new), c7 (new)", [2, 5, 7]),
    ({"above": 5}, "runs 2 of 12: c1 (new), c2 (new)", [1, 2]),
    ({"below": 21}, "runs 2 of 12: c11 (new), c12 (new)", [11, 12]),
    ({"at": 6}, "runs 1 of 12: c3 (new)", [3]),
    ("all", "runs all 12 cells", [*range(1, 13)]),
]


@pytest.mark.parametrize("run, told, ran", WHICH)
async def test_launch_with_a_choice(debugging, write, run, told, ran):
    path = write("nb.py", TWELVE)
    async with debugging(path, launch={"run": run}, order="nvim") as debug:
        await debug.launch()
        stop = await debug.idle()
        assert told in debug.printed("console").splitlines()[0].split("; ")
        assert await stop.evaluate("ran") == repr(ran)


async def test_the_console_and_our_request_choose_too(debugging, write):
    path = write("nb.py", TWELVE)
    async with debugging(path, launch={"run": "none"}) as debug:
        await debug.launch()
        await debug.idle()
        for line, told in [
            (":run 3", "runs 1 of 12: c3 (new)"),
            (":run c3 4", "runs 2 of 12: c3 (asked for), c4 (new)"),
            (":run above 3", "runs 1 of 12: c1 (new)"),
            (":run below 21", "runs 2 of 12: c11 (new), c12 (new)"),
            (":run at 22", "runs 1 of 12: c11 (asked for)"),
            (":run next", "runs 1 of 12: c12 (next)"),
        ]:
            await debug.evaluate(line)
            await debug.output_until(told + "\n")
            stop = await debug.idle()
        assert await stop.evaluate("ran") == "[3, 3, 4, 1, 11, 12, 11, 12]"
        assert len(await debug.run("stale")) == 7
        await debug.idle()
        assert await debug.run("stale") == []
        refused = await debug.request("notebookRun", run={"cells": ["c99"]})
        assert not refused.success and "'c99'" in (refused.message or "")
        refused = await debug.request("notebookRun", run="everything")
        assert not refused.success and '"all"' in (refused.message or "")


async def test_a_jupyter_notebook_by_id_and_json_lines(debugging, write_cells):
    path = write_cells("nb.ipynb", "a = 1", "b = a", "c = b")
    lines = path.read_text().splitlines()
    second = next(n for n, it in enumerate(lines, 1) if "b = a" in it)
    async with debugging(path, launch={"run": {"cells": ["c1"]}}) as debug:
        await debug.launch()
        await debug.idle()
        await debug.evaluate(f":run at {second}")
        await debug.output_until("runs 1 of 3: cell 2 (new)")
        stop = await debug.idle()
        assert await stop.line() == second
        assert await stop.locals() == {"a": "1", "b": "1"}


async def test_what_joins_a_run_that_is_under_way(debugging, write):
    path = write("nb.py", TWELVE)
    async with debugging(path, launch={"run": {"cells": [1]}}) as debug:
        await debug.launch(breakpoints={path: [at(path, "ran =")]})
        stop = await debug.stopped("breakpoint", line=at(path, "ran ="))
        assert await debug.run({"cells": [5]})
        await stop.continue_()
        stop = await debug.idle()
        assert stop.event["description"] == "Idle: 2 cells ran"
        assert await stop.evaluate("ran") == "[1, 5]"


@pytest.mark.parametrize("failing", ["1 / 0", "raise SystemExit(3)"])
async def test_what_comes_after_a_failure_does_not_run_and_a_retry_does(debugging, write, failing):
    path = write("nb.py", f"# %% one\nx = 1\n# %% two\n{failing}\n# %% three\nx = 3\n")
    async with debugging(path, order="dape") as debug:
        await debug.launch(exceptions=[])
        stop = await debug.idle()
        assert await stop.evaluate("x") == "1"
        path.write_text(path.read_text().replace(failing, "pass"))
        await debug.evaluate(":retry")
        await debug.output_until("two (edited), three (not reached)")
        stop = await debug.idle()
        assert await stop.evaluate("x") == "3"


async def test_what_is_asked_for_at_an_exception_runs_after_the_failure(debugging, write):
    path = write("nb.py", "# %% one\nx = 1\n# %% two\ny = x + 1\n# %% three\nz = 3\n")
    async with debugging(path, launch={"run": {"cells": [2, 3]}}) as debug:
        await debug.launch()
        stop = await debug.stopped("exception")
        await debug.run({"cells": [1]})
        await debug.run({"cells": [2]})
        await stop.continue_()
        stop = await debug.idle()
        assert await stop.evaluate("y") == "2"
        assert await stop.evaluate("'z' in globals()") == "False"


async def test_what_is_asked_for_at_an_exception_is_dropped_by_the_next_failure(debugging, write):
    path = write("nb.py", "# %% one\n1 / 0\n# %% two\ny = 2\n")
    async with debugging(path) as debug:
        await debug.launch()
        stop = await debug.stopped("exception")
        await debug.run("all")
        await stop.continue_()
        stop = await debug.stopped("exception")
        await stop.continue_()
        stop = await debug.idle()
        assert await stop.evaluate("'y' in globals()") == "False"


async def test_a_name_of_a_cell_that_did_not_run_is_hinted_at(debugging, write):
    path = write("nb.py", "# %% load\nframe = 1\n# %% use\nprint(frame)\n")
    async with debugging(path, launch={"run": {"cells": ["use"]}}) as debug:
        await debug.launch(exceptions=[])
        await debug.idle()
        assert "frame is defined by cell 1, which has to run first (:run 1)\n" in debug.printed("console")


async def test_cells_that_read_what_was_defined_anew_are_hinted_at(debugging, write):
    path = write("nb.py", "# %% load\nframe = 1\n# %% use\nprint(frame)\n# %% other\ny = 2\n")
    async with debugging(path) as debug:
        await debug.launch()
        stop = await debug.idle()
        path.write_text(path.read_text().replace("frame = 1", "frame = 10"))
        await stop.continue_()
        await debug.output_until("frame has changed since cell 2 used it: run it again (:run 2)\n")
        await debug.idle()
