"""A companion joins the editor's session: an LSP server that wants to know, and to run cells."""

import asyncio
import os
import stat
from contextlib import suppress

import pytest

from tests.client.companion import Companion, announced
from tests.client.connection import Refused
from tests.sessions.notebooks import at, code

CELLS = code("x = 1", "y = x + 1\nz = y", "1 / 0", ids=("c1", "c2", "c3"))


async def test_a_companion_sees_and_runs_what_the_client_debugs(debugging, write, runtime):
    path = write("two.ipynb", CELLS)
    async with debugging(path, launch={"run": "none"}) as debug:
        await debug.launch(exceptions=[])
        await debug.idle()
        companion = await Companion.of(path, runtime.parent)
        assert (await companion.event("notebookKernel"))["state"] == "notStarted"
        assert (await companion.event("stopped"))["reason"] == "idle"
        cells = (await companion.ask("notebookCells"))["cells"]
        assert [it["name"] for it in cells] == ["cell 1", "cell 2", "cell 3"]
        assert await companion.ask("notebookRun", {"run": {"cells": [cells[1]["id"]]}}) == {"cells": ["c2"]}
        assert (await companion.event("notebookCell", lambda it: it["cell"].get("state") == "failed"))[
            "cell"
        ]["error"].startswith("NameError")
        await debug.disconnect()


async def test_a_client_that_did_not_ask_is_not_told_what_its_companion_is(debugging, write, runtime):
    path = write("quiet.ipynb", CELLS)
    async with debugging(path, launch={"run": "none"}) as debug:
        await debug.launch()
        await debug.idle()
        companion = await Companion.of(path, runtime.parent)
        await companion.ask("notebookRun", {"run": {"cells": [1]}})
        await debug.idle()
        await companion.event("notebookCell", lambda it: it["cell"].get("state") == "done")
        assert not [it for it in debug.connection.events if it["event"].startswith("notebook")]
        await debug.disconnect()


async def test_where_nothing_stops_a_companion_may_run_but_not_debug(debugging, write, runtime):
    path = write("two.ipynb", CELLS)
    async with debugging(path, launch={"run": "none", "noDebug": True}) as debug:
        await debug.launch()
        companion = await Companion.of(path, runtime.parent)
        with pytest.raises(Refused, match="nothing stops in this session: end it"):
            await companion.ask("notebookRun", {"run": {"cells": [1]}})
        run = {"run": {"cells": [1]}, "noDebug": True}
        assert await companion.ask("notebookRun", run) == {"cells": ["c1"]}
        await companion.event("notebookCell", lambda it: it["cell"].get("state") == "done")
        await debug.disconnect()


async def test_a_stop_is_looked_at_from_both_sides(debugging, write, runtime):
    path = write("stop.ipynb", CELLS)
    line = at(path, "z = y")
    async with debugging(path) as debug:
        await debug.launch(breakpoints={path: [line]})
        stop = await debug.stopped("breakpoint", line=line)
        companion = await Companion.of(path, runtime.parent)
        told = await companion.event("stopped")
        assert (told["reason"], told["threadId"]) == ("breakpoint", 1)
        frames = (await companion.ask("stackTrace", {"threadId": 1}))["stackFrames"]
        assert (frames[0]["line"], frames[0]["source"]["path"]) == (line, str(path))
        asked = {"expression": "y", "frameId": frames[0]["id"], "context": "hover"}
        assert (await companion.ask("evaluate", asked))["result"] == "2"
        assert await stop.locals() == {"x": "1", "y": "2"}
        await stop.continue_()
        await companion.event("continued")
        await debug.stopped("exception")
        await companion.event("stopped", lambda it: it["reason"] == "exception")
        await debug.disconnect()
        await companion.ended()


async def test_breakpoints_are_told_on_each_change(debugging, write, runtime):
    path = write("points.ipynb", CELLS)
    async with debugging(path, launch={"run": "none"}) as debug:
        await debug.launch(breakpoints={path: [at(path, "x = 1"), 1]})
        companion = await Companion.of(path, runtime.parent)
        found = (await companion.event("notebookBreakpoints"))["breakpoints"]
        assert [(it["line"], it["verified"]) for it in found] == [(at(path, "x = 1"), True), (1, False)]
        assert found[1]["message"].startswith("line 1 ")
        await debug.break_at(path)
        assert await companion.event("notebookBreakpoints", lambda it: not it["breakpoints"])
        await debug.disconnect()


@pytest.mark.parametrize(
    ("command", "arguments", "message"),
    [
        ("launch", {}, "'launch' is not for companions"),
        ("disconnect", {}, "'disconnect' is not for companions"),
        ("setBreakpoints", {}, "'setBreakpoints' is not for companions"),
        ("evaluate", {"expression": "x = 2"}, "for hover and watch only, not for repl"),
        ("evaluate", {"expression": "x = 2", "context": "repl"}, "for hover and watch only, not for repl"),
        ("modules", {}, "'modules' is not for companions"),
        ("notebookSync", {"cells": []}, "missing required field `path`"),
    ],
)
async def test_what_is_not_for_companions(debugging, write, runtime, command, arguments, message):
    path = write("no.ipynb", CELLS)
    async with debugging(path, launch={"run": "none"}) as debug:
        await debug.launch()
        companion = await Companion.of(path, runtime.parent)
        answer = await companion.request(command, arguments, is_checked=False)
        assert not answer.success
        assert message in answer.message
        await debug.disconnect()


async def test_a_companion_restarts_the_kernel(debugging, write, runtime):
    path = write("again.ipynb", code("import os\npid = os.getpid()", ids=("c1",)))
    async with debugging(path) as debug:
        await debug.launch()
        stop = await debug.idle()
        before = await stop.locals()
        companion = await Companion.of(path, runtime.parent)
        await companion.ask("restart")
        assert await (await debug.idle()).locals() != before
        await debug.disconnect()


async def test_a_companion_that_does_not_read_is_dropped(debugging, write, runtime):
    path = write("slow.ipynb", code("text = 'x' * 2000", "# " + "y" * 20_000))
    async with debugging(path) as debug:
        await debug.launch()
        stop = await debug.idle()
        companion = await Companion.of(path, runtime.parent)
        await companion.ask("threads")
        companion.hold(True)
        for _ in range(400):
            companion.send("evaluate", {"expression": "text", "context": "watch"})
            companion.send("source", {"sourceReference": 0, "source": {"path": str(path)}})
        while "a companion was dropped" not in debug.server.errors:  # the session goes on as if nothing was
            assert (await stop.locals())["text"].startswith("'xxx")
        companion.hold(False)
        with suppress(ConnectionError):  # it may be in the midst of a message
            await companion.ended()
        assert not companion.is_open
        await debug.disconnect()


async def test_a_companion_that_reads_gets_an_answer_of_any_length(debugging, write, runtime):
    path = write("long.ipynb", code("x = 1", f"# {'y' * 6_000_000}"))
    async with debugging(path) as debug:
        await debug.launch()
        await debug.idle()
        companion = await Companion.of(path, runtime.parent)
        for _ in range(3):
            text, threads = await asyncio.gather(  # one right behind the other
                companion.request("source", {"sourceReference": 0, "source": {"path": str(path)}}),
                companion.request("threads", {}),
            )
            assert len(text.body["content"]) > 6_000_000
            assert threads.success
        assert "a companion was dropped" not in debug.server.errors
        await debug.disconnect()


async def test_a_notebook_whose_path_is_no_utf_8_has_no_companions(debugging, write, tmp_path, runtime):
    target = os.fsencode(tmp_path) + b"/\xff.py"
    with open(target, "w") as file:
        file.write("# %% one\nx = 1\n")
    link = tmp_path / "link.py"
    os.symlink(target, link)
    async with debugging(link) as debug:
        await debug.launch()
        await debug.idle()
        assert await debug.evaluate("x") == "1"
        assert "internal error" not in debug.server.errors
        assert "Traceback" not in debug.server.errors
        assert not list(runtime.glob("session-*.json"))
        await debug.disconnect()


async def test_bytes_that_are_no_messages_end_the_companion_alone(debugging, write, runtime):
    path = write("bytes.ipynb", CELLS)
    async with debugging(path, launch={"run": "none"}) as debug:
        await debug.launch()
        companion = await Companion.of(path, runtime.parent)
        companion.send_bytes(
            b"Content-Length: 2\r\n\r\n[]Content-Length: 33\r\n\r\n" + b'{"seq":1,"type":"request","x":1}'
        )
        companion.send_bytes(b"GET / HTTP/1.1\r\n\r\n")
        await companion.ended()
        assert await (await Companion.of(path, runtime.parent)).ask("threads")
        await debug.disconnect()


async def test_more_than_eight_are_refused(debugging, write, runtime):
    path = write("many.ipynb", CELLS)
    async with debugging(path, launch={"run": "none"}) as debug:
        await debug.launch()
        first = [await Companion.of(path, runtime.parent) for _ in range(8)]
        for it in first:
            await it.ask("threads")
        await (await Companion.of(path, runtime.parent)).ended()
        await first[0].close()
        with pytest.raises(Refused):
            await first[1].ask("modules")
        await debug.disconnect()


async def test_what_is_announced_is_ours_alone_and_goes_with_the_session(debugging, write, runtime):
    path = write("gone.ipynb", CELLS)
    async with debugging(path, launch={"run": "none"}) as debug:
        await debug.launch()
        file = await announced(path, runtime.parent)
        for it in (file, file.with_suffix(".sock")):
            assert (stat.S_IMODE(it.lstat().st_mode), it.lstat().st_uid) == (0o600, os.getuid())
        companion = await Companion.of(path, runtime.parent)
        await companion.ask("threads")
        await debug.terminate()
        await debug.terminated()
        await companion.event("terminated")
        await companion.ended()
        assert not list(file.parent.glob("session-*"))


async def test_a_session_without_a_runtime_folder_goes_on(debugging, write, runtime):
    runtime.write_text("in the way")
    path = write("without.ipynb", CELLS)
    async with debugging(path, launch={"run": "none"}) as debug:
        await debug.launch()
        await debug.idle()
        await debug.disconnect()
