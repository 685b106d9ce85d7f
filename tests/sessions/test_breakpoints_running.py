"""Breakpoints that come, move and go while cells run, and in code of other cells and older revisions."""

import asyncio

from tests.client.fixtures import Debugging, Write
from tests.sessions.notebooks import at

LOOP = """
    # %% loop
    goes = True
    n = 0
    print("begun", flush=True)
    while goes:
        n += 1  # first
        n -= 2  # second
        n += 1
    def count(goes):
        k = 0
        print("counts", flush=True)
        while goes:
            k += 1  # inner
            k -= 1
        return k
    if not goes:
        count([1])
    print("over")
"""


async def test_breakpoints_come_move_and_go_in_a_loop_that_calls_nothing(
    debugging: Debugging, write: Write
) -> None:
    path = write("loop.py", LOOP)
    first, second, inner = (at(path, it) for it in ("# first", "# second", "# inner"))
    async with debugging(path) as debug:
        await debug.launch()
        await debug.output_until("begun")
        for line in (first, second, first):
            told = await debug.break_at(path, line)
            stop = await debug.stopped("breakpoint", line=line)
            assert stop.hit_breakpoint_ids == [told[0]["id"]]
            await stop.continue_()
            stop = await debug.stopped("breakpoint", line=line)
            await debug.break_at(path)
            await stop.continue_()
        # None is left: the loop runs until it is told otherwise.
        await debug.break_at(path, {"line": first, "condition": "n > 5"})
        stop = await debug.pause()
        assert stop.reason == "pause"
        await stop.set("goes", "False")
        await stop.continue_()
        await debug.output_until("counts")
        await debug.break_at(path, {"line": inner, "hitCondition": "1000"})
        stop = await debug.stopped("breakpoint", line=inner, name="count")
        assert stop.hit_breakpoint_ids
        await debug.break_at(path, {"line": inner, "logMessage": "k is {k}"})
        await stop.continue_()
        await debug.output_until("k is")
        await debug.break_at(path)
        stop = await debug.pause()
        await stop.set("goes", "False")
        await stop.continue_()
        await debug.output_until("over")
        await debug.idle()


MANY = """
    # %% calls
    def call(n):
        return n  # call
    for n in range(20000):
        call(n)
    print("over")  # over
"""


async def test_breakpoints_set_without_a_pause_while_the_kernel_starts_and_runs(
    debugging: Debugging, write: Write
) -> None:
    path = write("many.py", MANY)
    call, over = at(path, "# call"), at(path, "# over")
    async with debugging(path) as debug:
        await debug.launch(breakpoints={path: [over]})
        for turn in range(4):
            is_over = asyncio.create_task(debug.stopped("breakpoint", line=over))
            while not is_over.done():
                await debug.break_at(path, over, {"line": call, "condition": "n < 0"})
                await debug.break_at(path, over)
            await debug.restart() if turn < 3 else await (await is_over).continue_()
        await debug.idle()


BEFORE = """
    # %% define
    def area(w, h):
        scaled = w * 2
        return scaled * h

    # %% keep
    old = area

    # %% use
    old(1, 2)
    area(3, 4)
"""
AFTER = """
    # %% define
    # a comment that moves everything
    def area(w, h):
        scaled = w * 2
        half = scaled / 2
        return half * h

    # %% keep
    old = old

    # %% use
    old(1, 2)
    area(3, 4)
"""


async def test_functions_of_older_revisions_stop_where_their_lines_are_now(
    debugging: Debugging, write: Write
) -> None:
    path = write("area.py", BEFORE)
    async with debugging(path) as debug:
        await debug.launch(breakpoints={path: [at(path, "def area(w,"), at(path, "scaled =")]})
        seen = []
        for _ in range(3):
            stop = await debug.stopped("breakpoint")
            frame = await stop.frame()
            seen.append((frame.name, frame.line))
            await stop.continue_()
        assert seen == [("define", 2), ("area", 3), ("area", 3)]
        await debug.idle()
        write("area.py", AFTER)
        stays = at(path, "scaled = w * 2")
        told = await debug.break_at(path, stays, at(path, "half = "), at(path, "return half"))
        assert [it["verified"] for it in told] == [True, False, False]
        assert told[1]["message"] == "takes effect when the cell runs again"
        # What runs is old code still: its one line that is left stops, on the line where it is now.
        await debug.run({"cells": ["use"]})
        for w in ("1", "3"):
            stop = await debug.stopped("breakpoint", line=stays, name="area")
            assert (await stop.locals())["w"] == w
            await stop.next()
            stop = await debug.stopped("step")
            frame = await stop.frame()
            assert frame.path is None or frame.path.endswith(".py")
            assert frame.told["source"]["sourceReference"]
            source = await debug.ask("source", sourceReference=frame.told["source"]["sourceReference"])
            assert source["content"].split("\n")[frame.line - 1].strip() == "return scaled * h"
            await stop.continue_()
        await debug.idle()
        await debug.run({"cells": ["define", "use"]})
        changed = await debug.event("breakpoint", lambda it: it["breakpoint"]["id"] == told[2]["id"])
        assert changed["breakpoint"]["verified"]
        seen = []
        for _ in range(4):
            stop = await debug.stopped("breakpoint")
            seen.append(((await stop.locals())["w"], await stop.line()))
            await stop.continue_()
        assert seen == [("1", 4), ("3", 4), ("3", 5), ("3", 6)]
        await debug.idle()


MOVED = """
    # %% [markdown]
    # Not code.
    # %% code
    x = [
        1,
        2,
    ]

    # a comment
    def f():
        \"\"\"Docstring.\"\"\"

        return 1
    y = f()
    # %% magic
    %%bash
    ls
    # %% broken
    z = (
    # %% last
    print(y)

"""


async def test_where_breakpoints_can_be_is_answered_before_anything_runs(
    debugging: Debugging, write: Write
) -> None:
    path = write("moved.py", MOVED)
    async with debugging(path, launch={"run": "none"}) as debug:
        await debug.launch()
        await debug.idle()
        told = await debug.break_at(path, 2, 4, 8, 11, 17, 19, 21, 500)
        lines = [it["line"] if it["verified"] else None for it in told]
        assert lines == [None, 4, 10, 13, None, None, 21, None], told
        assert all(it.get("message") for it in told if not it["verified"])
        assert len({it["id"] for it in told}) == len(told)
        again = await debug.break_at(path, 21, 4)
        assert [it["id"] for it in again] == [told[6]["id"], told[1]["id"]]
        found = await debug.ask("breakpointLocations", source={"path": str(path)}, line=4, endLine=13)
        assert {it["line"] for it in found["breakpoints"]} >= {4, 10, 13}
