"""Editing a notebook while it is debugged: what runs again, where breakpoints and frames are then."""

from pathlib import Path

import pytest

from tests.sessions.notebooks import MARIMO, at, code

THREE = """\
# %% load
rows = [1, 2, 3]
loads = globals().get("loads", 0) + 1

# %% functions
def grow(n):
    return n * 2

# %% sum
total = sum(map(grow, rows))
"""


def edit(path: Path, *pairs: tuple[str, str]) -> None:
    text = path.read_text("utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, "utf-8")


def lines_of(debug):
    """The breakpoint events so far: id, line, verified."""
    told = [it["body"]["breakpoint"] for it in debug.connection.events if it["event"] == "breakpoint"]
    return [(it["id"], it["line"], it["verified"]) for it in told]


async def test_only_what_was_edited_runs_again_and_breakpoints_stay_with_their_text(debugging, write):
    path = write("steps.py", THREE)
    async with debugging(path) as debug:
        await debug.launch()
        stop = await debug.idle()
        assert (await stop.locals())["total"] == "12"
        [before] = await debug.break_at(path, at(path, "total ="))
        assert before["verified"]

        edit(path, ("# %% load\n", "# %% load\n# one\n# two\n"), ("total = sum", "total = 10 + sum"))
        await stop.continue_()
        stop = await debug.stopped("breakpoint", line=at(path, "total ="), name="sum")
        assert stop.hit_breakpoint_ids == [before["id"]]
        assert (before["id"], at(path, "total ="), True) in lines_of(debug)
        await stop.continue_()
        stop = await debug.idle()
        names = await stop.locals()
        assert names["total"] == "22"
        assert names["loads"] == "2"  # its comment is new, so it was stale
        assert "runs 2 of 3: load (edited), sum (edited)" in debug.printed("console")

        await stop.continue_()
        stop = await debug.idle()
        assert "nothing to run: every cell" in debug.printed("console")
        await debug.disconnect()


async def test_the_same_by_notebook_sync(debugging, write):
    path = write("synced.ipynb", code("a = 1", "runs = globals().get('runs', 0) + 1", "b = a + 1"))
    uris = [f"vscode-notebook-cell:{path}#W{it}sZmlsZQ==" for it in range(4)]

    def cells(*texts):
        return [{"uri": uri, "kind": "code", "text": text} for uri, text in texts]

    first = [(uris[0], "a = 1"), (uris[1], "runs = globals().get('runs', 0) + 1"), (uris[2], "b = a + 1")]
    async with debugging(path) as debug:
        await debug.initialize()
        await debug.ask("notebookSync", path=str(path), cells=cells(*first))
        await debug.launch(breakpoints={uris[2]: [at(first[2][1], "b = a")]})
        stop = await debug.stopped("breakpoint", line=at(first[2][1], "b = a"))
        await stop.continue_()
        stop = await debug.idle()
        assert (await stop.locals())["b"] == "2"

        # A cell is inserted, one edited with a line above, one moved to the front.
        edited = [first[1], (uris[3], "c = 5"), (uris[0], "a = 1"), (uris[2], "# now\nb = a + c")]
        moved = at(edited[3][1], "b = a + c")
        told = await debug.ask("notebookSync", path=str(path), cells=cells(*edited))
        assert [it.get("state", "new") for it in told["cells"]] == ["done", "new", "done", "stale"]
        event = await debug.event("breakpoint")
        assert (event["breakpoint"]["line"], event["breakpoint"]["source"]["path"]) == (moved, uris[2])
        await stop.continue_()
        stop = await debug.stopped("breakpoint", line=moved, name="cell 4")
        assert (await stop.frame()).path == uris[2]
        await stop.continue_()
        stop = await debug.idle()
        names = await stop.locals()
        assert (names["b"], names["c"], names["runs"]) == ("6", "5", "1")
        await debug.disconnect()


async def test_frames_of_an_older_function_show_todays_lines_or_the_text_that_ran(debugging, write):
    path = write("steps.py", THREE)
    async with debugging(path) as debug:
        await debug.launch(breakpoints={path: [at(path, "return n * 2")]})
        stop = await debug.stopped("breakpoint", name="grow")
        await debug.break_at(path)
        await stop.continue_()
        stop = await debug.idle()

        # Unchanged lines of the function are today's, though the cell is another.
        edit(path, ("# %% functions\n", "# %% functions\nother = 1\n\n"))
        [answer] = await debug.break_at(path, at(path, "return n * 2"))
        assert answer["verified"]
        await debug.run({"cells": ["sum"]})
        stop = await debug.stopped("breakpoint", line=at(path, "return n * 2"), name="grow")
        assert (await stop.frame()).path == str(path)
        assert (await stop.frame()).told["source"].get("sourceReference", 0) == 0

        # A new line waits for the cell to run; the line that is gone is shown as it ran.
        edit(path, ("    return n * 2", "    m = n * 3\n    return m"))
        [new, _] = await debug.break_at(path, at(path, "m = n * 3"), at(path, "total ="))
        assert not new["verified"]
        assert new["message"] == "takes effect when the cell runs again"
        frame = await stop.frame()
        source = frame.told["source"]
        assert frame.line == at(path, "rows = [1,")
        assert source["path"].endswith(".py")
        assert source["sourceReference"] > 0
        text = (await debug.ask("source", sourceReference=source["sourceReference"]))["content"]
        assert text.strip() == "def grow(n):\n    return n * 2"
        await stop.continue_()
        stop = await debug.idle()

        await stop.continue_()  # the edited cell is stale
        event = await debug.event("breakpoint", lambda it: it["breakpoint"]["verified"])
        assert event["breakpoint"]["id"] == new["id"]
        stop = await debug.idle()
        await debug.run({"cells": ["sum"]})
        stop = await debug.stopped("breakpoint", line=at(path, "total ="))
        await stop.continue_()
        stop = await debug.stopped("breakpoint", line=at(path, "m = n * 3"), name="grow")
        await debug.disconnect()


async def test_an_edit_at_a_stop_moves_the_arrow_to_todays_line(debugging, write):
    path = write("steps.py", THREE)
    async with debugging(path) as debug:
        await debug.launch(breakpoints={path: [at(path, "return n * 2")]})
        stop = await debug.stopped("breakpoint", name="grow")
        edit(path, ("def grow", "# more\n\ndef grow"))
        assert await stop.line() == at(path, "return n * 2")
        moved = await debug.event("breakpoint")
        assert moved["breakpoint"]["line"] == at(path, "return n * 2")
        edit(path, ("# more\n\ndef grow", "def grow"))
        await stop.step_out()
        stop = await debug.stopped("step", line=at(path, "total ="))
        assert [it.line for it in await stop.frames()] == [at(path, "total =")]
        await debug.disconnect()


async def test_edits_while_a_cell_runs(debugging, write):
    path = write(
        "loop.py",
        """
        # %% wait
        import time
        go = False
        while not go:
            time.sleep(0.01)
            beat = 1
        # %% after
        done = 1
        """,
    )
    async with debugging(path) as debug:
        await debug.launch(breakpoints={path: [at(path, "go = False")]})
        stop = await debug.stopped("breakpoint")
        await stop.continue_()
        edit(path, ("# %% wait\n", "# %% wait\n# more\n\n"), ("# %% after\n", "# %% after\nnew = 2\n"))
        [answer] = await debug.break_at(path, at(path, "beat = 1"))
        assert answer["verified"]
        stop = await debug.stopped("breakpoint", line=at(path, "beat = 1"))
        await debug.break_at(path)
        await stop.set("go", "True")
        await stop.continue_()
        stop = await debug.idle()
        assert (await stop.locals())["new"] == "2"  # the cell that came after ran as it is now
        await stop.continue_()
        await debug.disconnect()


async def test_cells_deleted_and_put_in_another_order(debugging, write):
    path = write("order.ipynb", code("a = 1", "b = 2", "c = a + b", ids=("one", "two", "three")))
    async with debugging(path) as debug:
        await debug.launch()
        stop = await debug.idle()
        lines = {it: at(path, f'"{it}') for it in ("a = 1", "b = 2", "c = a")}
        points = await debug.break_at(path, *lines.values())
        write("order.ipynb", code("c = a + b", "a = 1", "d = 4", ids=("three", "one", "four")))
        told = await debug.ask("notebookCells")
        assert [(it["id"], it.get("state", "new")) for it in told["cells"]] == [
            ("three", "done"),
            ("one", "done"),
            ("four", "new"),
        ]
        changed = {id: (line, verified) for id, line, verified in lines_of(debug)}
        assert changed[points[0]["id"]] == (at(path, '"a = 1'), True)
        assert changed[points[1]["id"]][1] is False
        assert changed[points[2]["id"]] == (at(path, '"c = a'), True)
        await stop.continue_()
        stop = await debug.idle()
        assert "runs 1 of 3: cell 3 (new)" in debug.printed("console")
        assert (await stop.locals())["b"] == "2"
        await debug.disconnect()


@pytest.mark.parametrize("broken", ["", THREE[:30] + "\n<<<<<<< a\n=======\n>>>>>>> b\n", None])
async def test_a_text_that_is_not_whole_leaves_the_last_good_one(debugging, write, broken):
    path = write("steps.py", THREE)
    async with debugging(path) as debug:
        await debug.launch()
        stop = await debug.idle()
        line = at(path, "total =")
        if broken is None:
            path.unlink()
        else:
            path.write_text(broken)
        [answer] = await debug.break_at(path, line)
        assert (answer["verified"], answer["line"]) == (True, line)
        said = await debug.output_until("last", "stderr")
        assert said.count("last") == 1
        await debug.run({"cells": ["sum"]})
        stop = await debug.stopped("breakpoint", line=line)
        write("steps.py", "# %% new\nx = 1\n\n" + THREE)
        await debug.break_at(path, line + 3)
        assert await stop.where() == [("sum", line + 3)]
        assert debug.printed("stderr").count("last") == 1
        await debug.disconnect()


async def test_half_a_json_leaves_the_last_good_one(debugging, write):
    text = code("a = 1", "b = 2")
    path = write("half.ipynb", text)
    async with debugging(path) as debug:
        await debug.launch()
        stop = await debug.idle()
        path.write_text(text[:90])
        await stop.continue_()
        said = await debug.output_until("nothing to run: every cell")
        assert "half.ipynb" in said
        assert "last" in said
        await debug.disconnect()


async def test_marimo_runs_what_depends_on_an_edit(debugging, write):
    path = write("flow.py", MARIMO)
    async with debugging(path) as debug:
        await debug.launch()
        stop = await debug.idle()
        edit(path, ("    total = 0\n", "    total = 100\n"))
        await stop.continue_()
        stop = await debug.idle()
        assert "runs 1 of 3: cell 3 (edited)" in debug.printed("console")
        assert (await stop.locals())["total"] == "109"
        edit(path, ("limit = 3", "limit = 4"))
        await stop.continue_()
        stop = await debug.idle()
        assert "depends on settings" in debug.printed("console")
        assert (await stop.locals())["total"] == "112"
        await debug.disconnect()


async def test_tracebacks_are_in_lines_of_the_notebook(debugging, write):
    source = "def f(n):\n    return 1 / n"
    calls = "import traceback\ntry:\n    f(0)\nexcept ZeroDivisionError:\n    traceback.print_exc()"
    path = write("fails.ipynb", code(source, calls, "import warnings\nwarnings.warn('careful')", "f(0)"))
    async with debugging(path) as debug:
        await debug.launch(exceptions=[])
        stop = await debug.idle()
        printed = debug.printed()
        assert f'File "{path}", line {at(path, "return 1 / n")}, in f' in printed
        assert f'File "{path}", line {at(path, "f(0)")}' in printed
        assert f"{path}:{at(path, 'careful')}: UserWarning" in printed
        assert f'File "{path}", line {at(path, "f(0)", 2)}' in printed
        assert "@1.py" not in printed
        assert await stop.line() == at(path, "return 1 / n")
        await debug.disconnect()
