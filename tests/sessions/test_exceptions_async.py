"""Exceptions that leave the user's code for a library: from coroutines, tasks and callbacks above all."""

import pytest

from tests.sessions.notebooks import at

INNER = """
import asyncio
async def inner(n):
    await asyncio.sleep(0)
    doubled = 2 * n
    raise ValueError(doubled)  # raised
async def outer():
    await inner(4)
"""
# By name: how `inner` or `plain` is called, and the frames from where it is raised.
LEAVES = {
    "asyncio.run": ("asyncio.run(outer())", ["inner", "outer", "<module>"]),
    "a runner": (
        "with asyncio.Runner() as runner:\n    runner.run(outer())",
        ["inner", "outer", "<module>"],
    ),
    "a task": (
        "async def main():\n    await asyncio.create_task(outer())\nasyncio.run(main())",
        ["inner", "outer", "<module>"],
    ),
    "gather": (
        "async def main():\n    await asyncio.gather(outer(), return_exceptions=True)\nasyncio.run(main())",
        ["inner", "outer", "<module>"],
    ),
    "a task group": (
        "async def main():\n"
        "    async with asyncio.TaskGroup() as group:\n"
        "        group.create_task(outer())\n"
        "asyncio.run(main())",
        ["inner", "outer", "<module>"],
    ),
    "wait_for": (
        "async def main():\n    await asyncio.wait_for(outer(), 5)\nasyncio.run(main())",
        ["inner", "outer"],
    ),
    "a callback": (
        "def plain(n):\n"
        "    doubled = 2 * n\n"
        "    raise ValueError(doubled)  # plainly\n"
        "def called():\n"
        "    plain(4)\n"
        "async def main():\n"
        "    asyncio.get_running_loop().call_soon(called)\n"
        "    await asyncio.sleep(0.05)\n"
        "asyncio.run(main())",
        ["plain", "called", "<module>"],
    ),
    "a test case": (
        "import unittest\n"
        "class Case(unittest.IsolatedAsyncioTestCase):\n"
        "    async def test(self):\n"
        "        await outer()\n"
        "unittest.main(argv=['x'], exit=False)",
        ["inner", "outer", "Case.test", "<module>"],
    ),
    "no asyncio": (
        "import json\n"
        "def plain(n):\n"
        "    doubled = 2 * n\n"
        "    raise ValueError(doubled)  # plainly\n"
        "def hook(pairs):\n"
        "    return plain(4)\n"
        "json.loads('{}', object_pairs_hook=hook)",
        ["plain", "hook", "<module>"],
    ),
    "an executor": (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "def plain(n):\n"
        "    doubled = 2 * n\n"
        "    raise ValueError(doubled)  # plainly\n"
        "def work():\n"
        "    plain(4)\n"
        "with ThreadPoolExecutor(1) as pool:\n"
        "    pool.submit(work).exception()",
        ["plain", "work"],
    ),
}


@pytest.mark.parametrize("case", LEAVES)
async def test_what_leaves_my_code_for_a_library_is_shown_where_it_was_raised(debugging, write, case):
    text, names = LEAVES[case]
    path = write("leaves.py", f"{INNER}{text}\n")
    line = at(path, "# plainly" if "# plainly" in text else "# raised")
    async with debugging(path, launch={"format": "script"}) as debug:
        await debug.launch(exceptions=["userUnhandled"])
        stop = await debug.stopped("exception", line=line)
        shown = [name for name, _ in await stop.where()]
        assert shown[: len(names)] == names or set(names) <= set(shown), shown
        assert shown[0] == names[0]
        assert (await stop.locals())["doubled"] == "8"
        assert await stop.evaluate("doubled + n", "watch") == "12"
        told = await stop.exception()
        assert (told["exceptionId"], told["breakMode"]) == ("ValueError", "userUnhandled")
        assert told["details"]["stackTrace"].count("leaves.py") >= len(
            [it for it in names if it != "<module>"]
        )
        await debug.break_on_exceptions()
        await stop.continue_()
        await debug.terminated()


QUIET = """
import asyncio
async def waits():
    await asyncio.sleep(60)
async def handles():
    try:
        raise KeyError("mine")
    except KeyError:
        pass
async def main():
    task = asyncio.create_task(waits())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, handles(), return_exceptions=True)
    try:
        async with asyncio.timeout(0.01):
            await waits()
    except TimeoutError:
        pass
    async for _ in numbers():
        pass
async def numbers():
    yield 1
asyncio.run(main())
print("over")
"""


async def test_cancellation_and_what_is_handled_do_not_stop(debugging, write):
    path = write("quiet.py", QUIET)
    async with debugging(path, launch={"format": "script"}) as debug:
        await debug.launch(exceptions=["userUnhandled"])
        assert await debug.terminated() == 0
        assert "over" in debug.printed("stdout")


async def test_cancellation_stops_where_it_is_asked_for_by_name(debugging, write):
    path = write("quiet.py", QUIET)
    async with debugging(path, launch={"format": "script"}) as debug:
        await debug.initialize()
        begun = debug.connection.send("launch", debug.told)
        await debug.connection.event("initialized")
        await debug.break_on_exceptions(userUnhandled="asyncio.CancelledError, CancelledError")
        await debug.ask("configurationDone")
        await begun
        stop = await debug.stopped("exception", line=at(path, "sleep(60)"))
        await debug.break_on_exceptions()
        await stop.continue_()
        await debug.terminated()


async def test_a_task_of_a_notebook_that_nobody_awaits_stops_where_it_failed(debugging, write_cells):
    path = write_cells(
        "nb.ipynb",
        "import asyncio\n"
        "async def fails(n):\n"
        "    await asyncio.sleep(0)\n"
        "    return 1 / n\n"
        "task = asyncio.create_task(fails(0))\n"
        "await asyncio.sleep(0.05)\n"
        "asyncio.get_running_loop().call_soon(lambda: [].pop())\n"
        "await asyncio.sleep(0.05)\n",
    )
    async with debugging(path) as debug:
        await debug.launch(exceptions=["userUnhandled"])
        stop = await debug.stopped("exception", name="fails")
        assert [name for name, _ in await stop.where()] == ["fails"]  # the loop is the kernel's
        assert (await stop.locals())["n"] == "0"
        await stop.continue_()
        stop = await debug.stopped("exception", name="<lambda>")
        await stop.continue_()
        await debug.idle()


GROUPED = """
import asyncio
def fail():
    raise ExceptionGroup("several", [OSError("disk"), ExceptionGroup("more", [KeyError("name")])])  # group
try:
    fail()
except* Exception:
    pass
try:
    raise ExceptionGroup("others", [OSError("disk")])
except* OSError:
    pass
"""


async def test_a_condition_of_a_filter_looks_into_groups(debugging, write):
    path = write("grouped.py", GROUPED)
    async with debugging(path, launch={"format": "script"}) as debug:
        await debug.initialize()
        begun = debug.connection.send("launch", debug.told)
        await debug.connection.event("initialized")
        await debug.break_on_exceptions(raised="KeyError")
        await debug.ask("configurationDone")
        await begun
        stop = await debug.stopped("exception", line=at(path, "# group"))
        await stop.continue_()
        assert await debug.terminated() == 0


async def test_a_failing_test_of_pytest_asyncio_stops_where_it_failed(debugging, write, python):
    if not (python.can_import("pytest") and python.can_import("pytest_asyncio")):
        pytest.skip("the kernel's Python has no pytest-asyncio")
    write(
        "test_it.py", f"{INNER}import pytest\n@pytest.mark.asyncio\nasync def test_it():\n    await outer()\n"
    )
    path = write("go.py", "import pytest\npytest.main(['-q', '-p', 'no:cacheprovider', 'test_it.py'])\n")
    async with debugging(path, launch={"format": "script", "cwd": str(path.parent)}) as debug:
        await debug.launch(exceptions=["userUnhandled"])
        stop = await debug.stopped("exception", name="inner")
        assert [name for name, _ in await stop.where()][:3] == ["inner", "outer", "test_it"]
        assert (await stop.locals())["doubled"] == "8"
        await debug.break_on_exceptions()
        await stop.continue_()
        await debug.terminated()


COMES_OUT = """
import asyncio
async def waits():
    await asyncio.sleep(60)  # waits
async def handles():
    try:
        await waits()  # awaits
    except asyncio.CancelledError:
        handled = True  # handled
async def main():
    task = asyncio.create_task(handles())
    await asyncio.sleep(0)
    task.cancel()
    await task
asyncio.run(main())
"""


async def test_an_exception_that_comes_out_of_an_await_is_no_second_hit_of_its_line(debugging, write):
    path = write("comes_out.py", COMES_OUT)
    waits, awaits, handled = (at(path, f"# {it}") for it in ("waits", "awaits", "handled"))
    async with debugging(path, launch={"format": "script"}) as debug:
        await debug.launch(breakpoints={path: [waits, awaits, handled]})
        for line in (awaits, waits, handled):
            stop = await debug.stopped("breakpoint", line=line)
            await stop.continue_()
        assert await debug.terminated() == 0
