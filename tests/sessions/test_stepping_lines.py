"""Steps: where they lead through all that Python has, what they show, and how a frame is moved."""

from tests.client.fixtures import Debugging, Write
from tests.client.stop import Stop
from tests.sessions.notebooks import at, marks


async def walk(stop: Stop, steps: str, lines: dict[str, int]) -> tuple[Stop, list[str]]:
    """Take steps (o: over, i: in, u: out); return the last stop, and the marks of the lines they lead to."""
    marked = {line: mark for mark, line in lines.items()}
    passed = []
    for step in steps:
        await {"o": stop.next, "i": stop.step_in, "u": stop.step_out}[step]()
        stop = await stop.debug.stopped("step")
        line = await stop.line()
        passed.append(marked.get(line, f"line {line}"))
    return stop, passed


CELLS = """
    # %% one
    import sys
    def double(n):
        return n * 2  # inside
    x = double(1)  # one
    # %% [markdown]
    # Text.
    # %% two
    y = double(x)  # two
    z = double(y)  # last
    # %% three
    print(x, y, z)  # three
"""


async def test_steps_lead_across_cells_to_the_idle_notebook(debugging: Debugging, write: Write) -> None:
    path = write("cells.py", CELLS)
    lines = marks(path)
    async with debugging(path) as debug:
        await debug.launch(breakpoints={path: [lines["one"]]})
        stop = await debug.stopped("breakpoint", line=lines["one"])
        await stop.step_in()
        stop = await debug.stopped("step", line=lines["inside"], name="double")
        await stop.next()
        stop = await debug.stopped("step", line=lines["one"], name="one")
        assert await stop.returned() == {"(return) double": "2"}
        await stop.next()
        stop = await debug.stopped("step", line=lines["two"], name="two")
        assert await stop.returned() == {}
        await stop.next()
        stop = await debug.stopped("step", line=lines["last"])
        await stop.step_in()
        stop = await debug.stopped("step", line=lines["inside"], name="double")
        await stop.step_out()
        stop = await debug.stopped("step", line=lines["last"])
        assert await stop.returned() == {"(return) double": "8"}
        await stop.step_out()
        stop = await debug.stopped("step", line=lines["three"], name="three")
        await stop.next()
        stop = await debug.idle()
        assert (await stop.locals())["z"] == "8"


ZOO = """
    import contextlib
    def generate():
        yield 1  # first yield
        yield 2  # second yield
    @contextlib.contextmanager
    def managed():
        print("in")
        yield 7
        print("out")
    def decorated(function):
        def wrapper(*given):
            return function(*given)  # wrapper
        return wrapper
    @decorated
    def add(a, b):
        return a + b  # added
    def fails(n):
        if n == 0:  # fails
            raise ValueError(n)
        fails(n - 1)
    def cleans():
        try:  # try
            fails(2)  # call
        finally:
            print("cleaned")  # finally
    # %% steps
    for it in generate():  # for
        print(it)  # body
    with managed() as seven:  # with
        print(seven)  # managed
    add(1, 2)  # add
    listed = list(generate())  # list
    try:  # try cleans
        cleans()  # cleans
    except ValueError as error:  # except
        caught = error  # caught
    print("end")  # end
"""


async def test_steps_through_generators_managers_decorators_and_exceptions(
    debugging: Debugging, write: Write
) -> None:
    path = write("zoo.py", ZOO)
    lines = marks(path)
    first = [{"line": lines[it], "hitCondition": "1"} for it in ("for", "with", "add", "cleans")]
    async with debugging(path) as debug:
        await debug.launch(breakpoints={path: first})
        stop = await debug.stopped("breakpoint", line=lines["for"])
        # Into the generator; its yield leads back to who asked for the value.
        stop, passed = await walk(stop, "iioi", lines)
        assert passed == ["first yield", "body", "for", "second yield"]
        await stop.continue_()
        stop = await debug.stopped("breakpoint", line=lines["with"])
        stop, passed = await walk(stop, "oo", lines)
        assert passed == ["managed", "with"]
        await stop.continue_()
        stop = await debug.stopped("breakpoint", line=lines["add"])
        stop, passed = await walk(stop, "iiu", lines)
        assert passed == ["wrapper", "added", "wrapper"]
        assert await stop.returned() == {"(return) add": "3"}
        stop, passed = await walk(stop, "uoo", lines)
        assert passed == ["add", "list", "try cleans"]
        await stop.continue_()
        stop = await debug.stopped("breakpoint", line=lines["cleans"])
        stop, passed = await walk(stop, "iiiu", lines)
        assert passed == ["try", "call", "fails", "call"]
        stop, passed = await walk(stop, "ooooo", lines)
        assert passed == ["finally", "cleans", "except", "caught", "end"]
        await stop.continue_()
        await debug.idle()


AWAITS = """
    # %% define
    import asyncio
    async def inner(n):
        await asyncio.sleep(0)  # sleep
        return n + 1  # inner
    async def numbers():
        for n in range(2):
            yield n
            await asyncio.sleep(0)
    async def outer(n):
        m = await inner(n)  # outer
        async for it in numbers():  # async for
            m += it  # body
        return m  # return
    async def busy():
        while True:
            await asyncio.sleep(0)
    # %% use
    task = asyncio.create_task(busy())
    x = await outer(1)  # await
    both = await asyncio.gather(outer(2), outer(3))  # gather
    task.cancel()  # cancel
    print(x, both)  # end
"""


async def test_steps_through_awaits_stay_with_their_coroutine(debugging: Debugging, write: Write) -> None:
    path = write("awaits.py", AWAITS)
    lines = marks(path)
    outer = lines["outer"]
    async with debugging(path) as debug:
        await debug.launch(breakpoints={path: [lines["await"]]})
        stop = await debug.stopped("breakpoint", line=lines["await"])
        stop, passed = await walk(stop, "iiooo", lines)
        assert passed == ["outer", "sleep", "inner", "outer", "async for"]
        # All who wait for this frame are in the stack, and nothing of the loop is.
        assert await stop.where() == [("outer", lines["async for"]), ("use", lines["await"])]
        stop, passed = await walk(stop, "ooooooo", lines)
        assert passed == ["body", "async for", "body", "async for", "return", "await", "gather"]
        stop, passed = await walk(stop, "oo", lines)
        assert passed == ["cancel", "end"]
        await stop.continue_()
        stop = await debug.idle()
        assert await stop.evaluate("both") == "[4, 5]"
        # Two coroutines in one function: a step in one is not ended by a line of the other.
        await debug.break_at(path, {"line": outer, "condition": "n == 2"})
        await debug.run({"cells": ["use"]})
        stop = await debug.stopped("breakpoint", line=outer)
        for _ in range(6):
            await stop.next()
            stop = await debug.stopped("step")
            assert (await stop.locals())["n"] == "2"
        await stop.continue_()
        await debug.idle()


MOVES = """
    def f(n):
        return n  # f
    def g(a, b):
        return a + b
    def moved(n):
        n += 1  # up
        n += 10
        n += 100  # from
        for it in (1,):
            n += 1000  # inside
        return n
    deep = g(f(1), f(g(2, 3)))  # targets
    done = moved(0)
    print("done", done)  # print
"""


async def test_step_in_targets_and_goto(debugging: Debugging, write: Write) -> None:
    path = write("moves.py", MOVES)
    targets, up, start, inside, end = (
        at(path, f"# {it}") for it in ("targets", "up", "from", "inside", "print")
    )
    async with debugging(path) as debug:
        await debug.launch(breakpoints={path: [targets, start]}, whenDone="stay")
        stop = await debug.stopped("breakpoint", line=targets)
        offered = await stop.step_in_targets()
        assert list(offered) == ["f(1)", "g(2, 3)", "f(g(2, 3))", "g(f(1), f(g(2, 3)))"], offered
        await stop.step_in(targetId=offered["f(g(2, 3))"])
        stop = await debug.stopped("step", line=at(path, "# f"), name="f")
        assert await stop.locals() == {"n": "5"}
        assert not (await debug.request("stepIn", threadId=1, targetId=offered["f(1)"])).success
        await stop.step_out()
        stop = await debug.stopped("step", line=targets)
        assert await stop.returned() == {"(return) f": "5"}
        await stop.continue_()
        stop = await debug.stopped("breakpoint", line=start)
        await stop.goto(up)
        stop = await debug.stopped("goto", line=up, name="moved")
        source = (await stop.frame()).told["source"]
        for line, text in ((inside, "cannot go to line"), (end, "after the current code block")):
            body = await debug.ask("gotoTargets", source=source, line=line)
            refused = await debug.request("goto", threadId=1, targetId=body["targets"][0]["id"])
            assert not refused.success and text in str(refused.message), refused
        assert not (await debug.request("goto", threadId=1, targetId=999)).success
        await debug.break_at(path, up, start)
        # It runs on from there: the line it was moved to, where a breakpoint has come, stops no second time.
        await stop.continue_()
        stop = await debug.stopped("breakpoint", line=start)
        assert (await stop.locals())["n"] == "22"
        await stop.continue_()
        await debug.output_until("done 1122")
        await debug.idle()
        assert "Warning" not in debug.printed()


async def test_return_values_can_be_turned_off_and_lines_in_libraries_on(
    debugging: Debugging, write: Write
) -> None:
    path = write(
        "library.py",
        """
        import textwrap
        def f(n):
            return n * 2  # inside
        x = f(2)  # call
        y = textwrap.dedent("  a")  # library
        print(y)  # end
        """,
    )
    lines = marks(path)
    async with debugging(path, launch={"showReturnValue": False, "whenDone": "stay"}) as debug:
        await debug.launch(breakpoints={path: [lines["inside"]]})
        stop = await debug.stopped("breakpoint", line=lines["inside"])
        await stop.step_out()
        stop = await debug.stopped("step", line=lines["call"])
        assert await stop.returned() == {}
        stop, passed = await walk(stop, "oi", lines)
        assert passed == ["library", "end"]
        await stop.continue_()
        await debug.idle()
        await debug.evaluate(":set justMyCode false")
        await debug.break_at(path, lines["library"])
        await debug.run("all")
        stop = await debug.stopped("breakpoint", line=lines["library"])
        await stop.step_in()
        stop = await debug.stopped("step", name="dedent")
        frame = await stop.frame()
        assert (frame.path or "").endswith("textwrap.py")
        assert frame.told["presentationHint"] == "subtle"
        assert [it.name for it in await stop.frames()] == ["dedent", "<module>"]
        await stop.step_out()
        stop = await debug.stopped("step", line=lines["library"])
        await stop.continue_()
        await debug.idle()
