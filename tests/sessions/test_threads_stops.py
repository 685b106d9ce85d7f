"""Threads: paused in all that they may be at, several stopped at once, stepped alone and together."""

from typing import Any

import pytest

from tests.client.connection import Refused
from tests.client.debug import Debug
from tests.client.fixtures import Debugging, Write
from tests.client.stop import Stop
from tests.sessions.notebooks import at

PLACES = """
    # %% loop
    goes = True
    print("loops", flush=True)
    while goes:
        goes = goes
    # %% sleep
    import time
    def nap():
        time.sleep(60)  # nap
    print("sleeps", flush=True)
    try:
        nap()  # sleep
    except KeyboardInterrupt:
        print("woken")
    # %% await
    import asyncio
    async def wait(n):
        await asyncio.sleep(60)  # wait
    print("awaits", flush=True)
    try:
        await wait(1)  # await
    except (KeyboardInterrupt, asyncio.CancelledError):
        print("called off")
"""


async def test_a_pause_wherever_the_main_thread_is(debugging: Debugging, write: Write) -> None:
    path = write("places.py", PLACES)
    async with debugging(path, launch={"run": "none"}) as debug:
        await debug.launch()
        await debug.idle()
        await debug.run({"cells": ["loop"]})
        await debug.output_until("loops")
        for _ in range(3):  # one after the other, at once: none is lost
            stop = await debug.pause()
            assert await stop.line() in (4, 5)
            await stop.continue_()
        stop = await debug.pause()
        await stop.next()
        stop = await debug.stopped("step")
        await stop.set("goes", "False")
        await stop.continue_()
        await debug.idle()

        await debug.run({"cells": ["sleep"]})
        await debug.output_until("sleeps")
        stop = await debug.pause()
        if await stop.line() != at(path, "# nap"):  # it had not come to it yet
            await stop.continue_()
            stop = await debug.pause()
        nap = [("nap", at(path, "# nap")), ("sleep", at(path, "# sleep"))]
        assert await stop.where() == nap
        await stop.continue_()
        stop = await debug.pause()  # it sleeps on
        assert await stop.where() == nap
        await stop.continue_()
        await debug.ask("notebookInterrupt")
        await debug.output_until("woken")
        await debug.idle()

        await debug.run({"cells": ["await"]})
        await debug.output_until("awaits")
        stop = await debug.pause()
        while await stop.line() not in (at(path, "# wait"), at(path, "# await")):
            await stop.continue_()
            stop = await debug.pause()
        assert (await stop.where())[-1] == ("await", at(path, "# await"))
        await stop.continue_()
        await debug.ask("notebookInterrupt")
        await debug.idle()


async def test_a_pause_at_any_moment_of_a_run_of_many_short_cells(debugging: Debugging, write: Write) -> None:
    cells = ["goes = True\nn = 0", *["for _ in range(1000000 if goes else 0):\n    n += 1"] * 60, "last = n"]
    path = write("short.py", "# %%\n" + "\n# %%\n".join(cells) + "\n")
    async with debugging(path) as debug:
        await debug.launch()
        stop: Stop | None = None
        for _ in range(10):  # the first when the kernel has hardly begun
            if stop is not None:
                await stop.continue_()
            await debug.ask("pause", threadId=1)
            stop = await debug.stopped("pause")
        assert stop is not None
        await debug.evaluate("goes = False", frameId=(await stop.frame()).id)
        await stop.continue_()
        stop = await debug.idle()
        assert "62 cells" in stop.text


SLEEPS = """
    import time
    print("now asleep", flush=True)
    try:
        time.sleep(60)
    finally:
        print("cleaned", flush=True)
"""


async def test_terminate_just_after_a_pause_still_runs_finally(debugging: Debugging, write: Write) -> None:
    path = write("sleeps.py", SLEEPS)
    async with debugging(path) as debug:
        await debug.launch()
        await debug.output_until("asleep")
        stop = await debug.pause()
        await stop.continue_()
        await debug.terminate()
        assert await debug.terminated() == 130
        assert "cleaned" in debug.printed("stdout")


WORKERS = """
    import threading
    ready = threading.Barrier(3)
    counts = {}
    def work(name):
        ready.wait()
        for n in range(3):
            counts[name] = n  # work
            last = n  # last
        return name
    threads = [threading.Thread(target=work, args=(it,), name=it) for it in ("first", "second")]
    for it in threads:
        it.start()
    ready.wait()
    for it in threads:
        it.join()
    print(sorted(counts.items()))
"""


async def stops_of_two(debug: Debug) -> dict[str, Stop]:
    """Wait until both workers are stopped."""
    found = {}
    for _ in range(2):
        stop = await debug.stopped("breakpoint")
        found[(await debug.threads())[stop.thread]] = stop
    assert sorted(found) == ["first", "second"]
    return found


async def test_several_threads_stop_at_once_and_go_on_together_or_alone(
    debugging: Debugging, write: Write
) -> None:
    path = write("workers.py", WORKERS)
    work, last = at(path, "# work"), at(path, "# last")
    async with debugging(path) as debug:
        await debug.launch(breakpoints={path: [work]})
        both = await stops_of_two(debug)
        first, second = both["first"], both["second"]
        assert await first.locals() == {"name": "'first'"} | await only_n(first)
        # Alone: the other stays where it is, with all that was looked at.
        frame = await second.frame()
        await first.next(singleThread=True)
        first = await debug.stopped("step", thread=first.thread, line=last)
        assert await frame.evaluate("name") == "'second'"
        response = await debug.ask("continue", threadId=first.thread, singleThread=True)
        assert response.get("allThreadsContinued") is False
        first = await debug.stopped("breakpoint", thread=first.thread, line=work)
        assert await first.evaluate("n") == "1"
        assert await frame.evaluate("n") == "0"
        # A step of one lets the other run, to where it stops next.
        await second.next()
        seen = {}
        for _ in range(2):
            stop = await debug.stopped()
            seen[stop.thread] = (stop.reason, await stop.line())
        assert seen == {second.thread: ("step", last), first.thread: ("breakpoint", work)}
        await debug.break_at(path)
        await stop.continue_()
        await debug.output_until("[('first', 2), ('second', 2)]")
        assert await debug.terminated() == 0


async def test_what_a_table_keeps_of_names_is_void_once_another_thread_has_run_on(
    debugging: Debugging, write: Write
) -> None:
    path = write("workers.py", WORKERS)
    async with debugging(path) as debug:
        await debug.launch(breakpoints={path: [at(path, "# work")]})
        both = await stops_of_two(debug)
        first, frame = both["first"], await both["second"].frame()
        names, made = [
            (await debug.ask("notebookTable", expression=it, frameId=frame.id))["tableReference"]
            for it in ("counts", "list(range(3))")
        ]
        assert (await debug.ask("notebookTable", tableReference=names))["totalRows"] == 0
        await first.next(singleThread=True)
        await debug.stopped("step", thread=first.thread)
        with pytest.raises(Refused, match="notStopped"):
            await debug.ask("notebookTable", tableReference=names)
        assert (await debug.ask("notebookTable", tableReference=made))["totalRows"] == 3
        found = await debug.ask("notebookTable", expression="counts", lookUp=True, frameId=frame.id)
        assert found["totalRows"] == 1
        await debug.break_at(path)
        await both["second"].continue_()
        assert await debug.terminated() == 0


async def only_n(stop: Stop) -> dict[str, str]:
    return {"n": (await stop.locals())["n"]}


BLOCKED = """
    import threading, time
    lock = threading.Lock()
    lock.acquire()
    def blocked():
        with lock:  # lock
            got = True  # got
    def busy():
        n = 0
        while goes:
            n += 1
    goes = True
    waiter = threading.Thread(target=blocked, name="waiter")
    worker = threading.Thread(target=busy, name="worker")
    waiter.start()
    worker.start()
    print("started", flush=True)
    while goes:
        time.sleep(0.01)  # main
    lock.release()
    waiter.join()
    worker.join()
    print("over")
"""


async def test_a_thread_is_paused_alone_and_one_that_is_blocked_says_so(
    debugging: Debugging, write: Write
) -> None:
    path = write("blocked.py", BLOCKED)
    async with debugging(path) as debug:
        await debug.launch()
        await debug.output_until("started")
        ids = {name: id for id, name in (await debug.threads()).items()}
        stop = await debug.pause(ids["worker"])
        assert (await stop.frame()).name == "busy"
        assert stop.event.get("allThreadsStopped", False) is False
        await stop.next()
        stop = await debug.stopped("step", thread=ids["worker"], name="busy")
        await debug.ask("pause", threadId=ids["waiter"])
        await debug.output_until("waiter is busy in C code and stops when that returns")
        main = await debug.pause()
        await main.evaluate("globals().update(goes=False)")
        await main.continue_()
        waiter = await debug.stopped("pause", thread=ids["waiter"], name="blocked")
        await waiter.continue_()
        await debug.output_until("over")
        assert await debug.terminated() == 0
        refused = await debug.request("pause", threadId=999)
        assert not refused.success


DEEP = """
    # %% deep
    import json
    class Row:
        def __init__(self, depth):
            self.depth = depth
        def __repr__(self):
            return "row"
    def dive(depth):
        if depth == 0:
            return Row(depth)  # bottom
        return dive(depth - 1)  # dive
    def hook(pairs):
        return dive(98)  # hook
    json.loads("{}", object_pairs_hook=hook)  # use
"""


async def test_a_deep_stack_comes_in_pages_with_names_and_hints(debugging: Debugging, write: Write) -> None:
    path = write("deep.py", DEEP)
    bottom, dive, hook, use = (at(path, f"# {it}") for it in ("bottom", "dive", "hook", "use"))
    async with debugging(path) as debug:
        await debug.launch(breakpoints={path: [bottom]})
        stop = await debug.stopped("breakpoint", line=bottom)

        async def stack(**arguments: Any) -> tuple[list[tuple[str, int]], int]:
            body = await debug.ask("stackTrace", threadId=1, **arguments)
            return [(it["name"], it["line"]) for it in body["stackFrames"]], body["totalFrames"]

        whole, total = await stack()
        assert total == 101
        assert whole == [("dive", bottom)] + [("dive", dive)] * 98 + [("hook", hook), ("deep", use)]
        assert await stack(startFrame=98, levels=2) == (whole[98:100], 101)
        assert await stack(startFrame=100, levels=20) == (whole[100:], 101)
        assert await stack(startFrame=500) == ([], 101)
        everything, total = await stack(startFrame=98, format={"includeAll": True})
        assert [it for it, _ in everything][-1] == "deep" and "loads" in [it for it, _ in everything]
        assert total > 101
        named, _ = await stack(startFrame=0, levels=1, format={"line": True, "module": True})
        assert named == [(f"__main__.dive : {bottom}", bottom)]
        body = await debug.ask("stackTrace", threadId=1, format={"includeAll": True})
        hints = {it["name"]: it.get("presentationHint") for it in body["stackFrames"]}
        assert (hints["dive"], hints["loads"]) == (None, "subtle")
        hooked = body["stackFrames"][99]
        assert (hooked["column"], hooked["endColumn"]) == (12, 20), hooked
        await stop.continue_()
        await debug.idle()
        void = await debug.request("scopes", frameId=body["stackFrames"][0]["id"])
        assert not void.success
