"""A notebook that is made to be slow to read is opened, and what else is asked is answered meanwhile."""

import asyncio

import pytest

from tests.notebook.hostile import ALL
from tests.sessions.hostile import make_odd
from tests.sessions.notebooks import at

MOST_AT_ONCE = 2  # requests are answered even where a text is read in one go: before, and after
SIZE = 120_000  # characters
TEXTS = [
    ("a.py", "quotes and markers in turn"),
    ("a.py", "cells that open a bracket"),
    ("a.py", "markers in strings"),
    ("m.py", "quotes and decorators in turn"),
    ("m.py", "cells that need each other"),
]
NOT_FILES = {
    "folder": "a folder",
    "fifo": "no regular file",
    "socket": "no regular file",
    "zero": "no regular file",
    "huge": "more than 4 MiB",
    "latin": "is not utf-8 text",
    "undefined": "encoding",
}


async def asked_meanwhile(debug, slow):
    """Return what a slow request is answered, and how often another one was until then."""
    count, task = 0, asyncio.ensure_future(slow)
    while not task.done():
        await debug.threads()
        count += 1
    return task.result(), count


@pytest.mark.parametrize(("name", "what"), TEXTS)
async def test_other_requests_are_answered_while_a_text_is_read(debugging, tmp_path, name, what):
    path = tmp_path / name
    path.write_text(ALL[name, what](SIZE), "utf-8")
    async with debugging(path, launch={"run": "none"}) as debug:
        await debug.initialize()
        (told,), count = await asked_meanwhile(debug, debug.break_at(path, 3))
        assert count > MOST_AT_ONCE
        assert told["verified"] or told["message"]
        await debug.launch()
        await debug.idle()
        text = f"# another\n{path.read_text('utf-8')}"
        _, count = await asked_meanwhile(debug, debug.ask("notebookSync", path=str(path), text=text))
        assert count > MOST_AT_ONCE
        assert await debug.evaluate("6 * 7") == "42"


@pytest.mark.parametrize(("kind", "why"), NOT_FILES.items())
async def test_what_is_no_text_is_refused_in_a_sentence(debugging, write, tmp_path, kind, why):
    path = write("good.py", "x = 1\nprint(x)\n")
    odd = tmp_path / "odd.py"
    make_odd(odd, kind)
    async with debugging(path, launch={"envFile": str(odd)}) as debug:
        await debug.initialize()
        (told,) = await debug.break_at(odd, 1)
        assert why in told["message"]
        refused = await debug.request("launch", **debug.told | {"program": str(odd), "envFile": ".env"})
        assert (not refused.success and str(odd) in str(refused.message)) or why in str(refused.message)
        refused = await debug.request("launch", **debug.told)
        assert refused.success == (kind in ("latin", "undefined")), refused.message


async def test_a_file_that_becomes_a_fifo_keeps_its_last_text(debugging, write):
    path = write("cells.py", "# %%\nx = 1\n# %%\ny = x\n")
    line = at(path, "y = x")
    async with debugging(path) as debug:
        await debug.launch()
        await debug.idle()
        make_odd(path, "fifo")
        (told,) = await debug.break_at(path, line)
        assert told["verified"]
        assert "its last good text is used" in await debug.output_until("no regular file")
        assert await debug.run("all") == ["cell-1", "cell-2"]
        stop = await debug.stopped("breakpoint", line=line)
        await stop.continue_()
        await debug.idle()
