"""Steps: where they lead through all that Python has, what they show, and how a frame is moved."""

from tests.client.fixtures import Debugging, Write
from tests.client.stop import Stop
from tests.sessions.notebooks import at


async def walk(stop: Stop, steps: str) -> tuple[Stop, list[int]]:
    """Take steps (o: over, i: in, u: out); return the last stop, and the lines where they lead."""
    lines = []
    for step in steps:
        await {"o": stop.next, "i": stop.step_in, "u": stop.step_out}[step]()
        stop = await stop.debug.stopped("step")
        lines.append(await stop.line())
    return stop, lines


CELLS = """
    # %% one
    import sys
    def double(n):
        return n * 2
    x = double(1)  # one
    # %% [markdown]
    # Text.
    # %% two
    y = double(x)  # two
    z = double(y)
    # %% three
    print(x, y, z)
"""


async def test_steps_lead_across_cells_to_the_idle_notebook(debugging: Debugging, write: Write) -> None:
    path = write("cells.py", CELLS)
    one, two = at(path, "# one"), at(path, "# two")
    async with debugging(path) as debug:
        await debug.launch(breakpoints={path: [one]})
        stop = await debug.stopped("breakpoint", line=one)
        await stop.step_in()
        stop = await debug.stopped("step", line=4, name="double")
        await stop.next()
        stop = await debug.stopped("step", line=one, name="one")
        assert await stop.returned() == {"(return) double": "2"}
        await stop.next()
        stop = await debug.stopped("step", line=two, name="two")
        assert await stop.returned() == {}
        await stop.next()
        stop = await debug.stopped("step", line=two + 1)
        await stop.step_in()
        stop = await debug.stopped("step", line=4, name="double")
        await stop.step_out()
        stop = await debug.stopped("step", line=two + 1)
        assert await stop.returned() == {"(return) double": "8"}
        await stop.step_out()
        stop = await debug.stopped("step", line=12, name="three")
        await stop.next()
        stop = await debug.idle()
        assert (await stop.locals())["z"] == "8"


ZOO = """
    import contextlib
    def generate():
        yield 1
        yield 2
    @contextlib.contextmanager
    def managed():
        print("in")
        yield 7
        print("out")
    def decorated(function):
        def wrapper(*given):
            return function(*given)
        return wrapper
    @decorated
    def add(a, b):
        return a + b
    def fails(n):
        if n == 0:
            raise ValueError(n)
        fails(n - 1)
    def cleans():
        try:
            fails(2)
        finally:
            print("cleaned")
    # %% steps
    for it in generate():  # for
        print(it)
    with managed() as seven:  # with
        print(seven)
    add(1, 2)  # add
    listed = list(generate())  # list
    try:
        cleans()  # cleans
    except ValueError as error:
        caught = error
    print("end")  # end
"""


async def test_steps_through_generators_managers_decorators_and_exceptions(
    debugging: Debugging, write: Write
) -> None:
    path = write("zoo.py", ZOO)
    for_, with_, add, list_, cleans, end = (
        at(path, f"# {it}") for it in ("for", "with", "add", "list", "cleans", "end")
    )
    async with debugging(path) as debug:
        await debug.launch(
            breakpoints={path: [{"line": it, "hitCondition": "1"} for it in (for_, with_, add, cleans)]}
        )
        stop = await debug.stopped("breakpoint", line=for_)
        # Into the generator; its yield leads back to who asked for the value.
        stop, lines = await walk(stop, "iioi")
        assert lines == [3, for_ + 1, for_, 4]
        await stop.continue_()
        stop = await debug.stopped("breakpoint", line=with_)
        stop, lines = await walk(stop, "oo")
        assert lines == [with_ + 1, with_]
        await stop.continue_()
        stop = await debug.stopped("breakpoint", line=add)
        stop, lines = await walk(stop, "iiu")
        assert lines == [12, 16, 12]
        assert await stop.returned() == {"(return) add": "3"}
        stop, lines = await walk(stop, "uoo")
        assert lines == [add, list_, cleans - 1]
        await stop.continue_()
        stop = await debug.stopped("breakpoint", line=cleans)
        stop, lines = await walk(stop, "iiiuooooo")
        assert lines == [22, 23, 18, 23, 25, cleans, cleans + 1, end - 1, end]
        await stop.continue_()
        await debug.idle()


AWAITS = """
    # %% define
    import asyncio
    async def inner(n):
        await asyncio.sleep(0)
        return n + 1
    async def numbers():
        for n in range(2):
            yield n
            await asyncio.sleep(0)
    async def outer(n):
        m = await inner(n)  # outer
        async for it in numbers():  # async for
            m += it
        return m
    async def busy():
        while True:
            await asyncio.sleep(0)
    # %% use
    task = asyncio.create_task(busy())
    x = await outer(1)  # await
    both = await asyncio.gather(outer(2), outer(3))
    task.cancel()
    print(x, both)  # end
"""


async def test_steps_through_awaits_stay_with_their_coroutine(debugging: Debugging, write: Write) -> None:
    path = write("awaits.py", AWAITS)
    awaits, outer, async_for, end = (at(path, f"# {it}") for it in ("await", "outer", "async for", "end"))
    async with debugging(path) as debug:
        await debug.launch(breakpoints={path: [awaits]})
        stop = await debug.stopped("breakpoint", line=awaits)
        stop, lines = await walk(stop, "iiooo")
        assert lines == [outer, 4, 5, outer, async_for]
        # All who wait for this frame are in the stack, and nothing of the loop is.
        assert await stop.where() == [("outer", async_for), ("use", awaits)]
        stop, lines = await walk(stop, "ooooooo")
        assert lines == [13, 12, 13, 12, 14, awaits, awaits + 1]
        stop, lines = await walk(stop, "oo")
        assert lines == [awaits + 2, end]
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
        return n
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
        stop = await debug.stopped("step", line=2, name="f")
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
            return n * 2
        x = f(2)  # call
        y = textwrap.dedent("  a")  # library
        print(y)
        """,
    )
    async with debugging(path, launch={"showReturnValue": False, "whenDone": "stay"}) as debug:
        await debug.launch(breakpoints={path: [3]})
        stop = await debug.stopped("breakpoint", line=3)
        await stop.step_out()
        stop = await debug.stopped("step", line=4)
        assert await stop.returned() == {}
        stop, lines = await walk(stop, "oi")
        assert lines == [5, 6]
        await stop.continue_()
        await debug.idle()
        await debug.evaluate(":set justMyCode false")
        await debug.break_at(path, 5)
        await debug.run("all")
        stop = await debug.stopped("breakpoint", line=5)
        await stop.step_in()
        stop = await debug.stopped("step", name="dedent")
        frame = await stop.frame()
        assert (frame.path or "").endswith("textwrap.py")
        assert frame.told["presentationHint"] == "subtle"
        assert [it.name for it in await stop.frames()] == ["dedent", "<module>"]
        await stop.step_out()
        stop = await debug.stopped("step", line=5)
        await stop.continue_()
        await debug.idle()
