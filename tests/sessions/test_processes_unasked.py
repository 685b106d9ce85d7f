"""Processes that wait for no debugger: those of Python 3.14 and newer let one in all the same."""

import asyncio
import sys
from pathlib import Path

import pytest

from tests import pythons
from tests.client.connection import Refused
from tests.client.fixtures import Debugging
from tests.programs import HOT, SLEEPING, RunProgram

LINUX = "elsewhere than on Linux the user names the Python of a process, and is root"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason=LINUX)

LETS_IN = (3, 14)
is_new = pytest.mark.skipif(
    pythons.chosen().version < LETS_IN, reason="Python 3.14 was the first to let one in"
)
is_old = pytest.mark.skipif(pythons.chosen().version >= LETS_IN, reason="Python 3.14 lets one in")
UNASKED = {
    it: text.replace("import dap_kernel.listen", "") for it, text in (("hot", HOT), ("sleeping", SLEEPING))
}
LOCKED = """
    import threading
    gate = threading.Lock()
    gate.acquire()
    def open_soon():
        import sys
        sys.stdin.readline()
        gate.release()
    print("up", flush=True)
    gate.acquire()
    print("through", flush=True)
    while True:
        pass
    """
SERVING = """
    import asyncio
    async def answer(n):
        await asyncio.sleep(0.01)
        return n + 1
    async def serve():
        n = 0
        print("up", flush=True)
        while True:
            n = await answer(n)
    asyncio.run(serve())
    """


@is_new
@pytest.mark.parametrize("which", UNASKED)
async def test_a_process_lets_the_debugger_in_and_is_let_go(
    which: str, debugging: Debugging, run: RunProgram, runtime: Path
) -> None:
    program = await run(UNASKED[which])
    before = await program.state()
    for _ in range(2):
        async with debugging(launch={"processId": program.pid}) as debug:
            await debug.attach(breakpoints={program.path: [3]})
            stop = await debug.stopped("breakpoint", line=3)
            assert [it.path for it in await stop.frames()][-1] == str(program.path)
            await stop.next()
            stop = await debug.stopped("step")
            await debug.break_at(program.path)
            await stop.continue_()
            await (await debug.pause()).continue_()
            await debug.disconnect()
        await program.is_as(before)
    assert program.errors == ""
    assert not list(runtime.glob("enter-*"))


@is_new
async def test_a_server_of_asyncio_lets_the_debugger_in(debugging: Debugging, run: RunProgram) -> None:
    program = await run(SERVING)
    async with debugging(launch={"processId": program.pid}) as debug:
        await debug.attach(breakpoints={program.path: [4]})
        stop = await debug.stopped("breakpoint", line=4, name="answer")
        assert int((await stop.locals())["n"]) > 0
        await debug.disconnect()
    assert program.is_running


@is_new
async def test_a_main_thread_that_waits_in_c_lets_nobody_in_before_that_returns(
    debugging: Debugging, run: RunProgram
) -> None:
    program = await run(LOCKED.replace("gate.acquire()\n    print", "gate.acquire(timeout=8)\n    print"))
    before = await program.state()
    async with debugging(launch={"processId": program.pid}) as debug:
        with pytest.raises(
            Refused, match="its main thread waits in C code, and lets it in when that returns"
        ):
            await debug.attach()
    await program.prints("through")
    await program.is_as(before)
    assert program.errors == ""
    async with debugging(launch={"processId": program.pid}) as debug:
        await debug.attach()
        await debug.pause()
        await debug.disconnect()
    await program.is_as(before)


@is_new
async def test_one_that_was_told_to_let_nobody_in(
    debugging: Debugging, run: RunProgram, runtime: Path
) -> None:
    program = await run(UNASKED["hot"], env={"PYTHON_DISABLE_REMOTE_DEBUG": "1"})
    async with debugging(launch={"processId": program.pid}) as debug:
        with pytest.raises(Refused, match="was started with remote debugging switched off"):
            await debug.attach()
    assert not list(runtime.glob("enter-*"))


@is_old
async def test_an_older_python_has_to_wait_for_the_debugger(
    debugging: Debugging, run: RunProgram, runtime: Path
) -> None:
    program = await run(UNASKED["hot"])
    why = r"runs Python 3\.\d+\.\d+, and a debugger comes unasked only from 3\.14 on; have it import"
    async with debugging(launch={"processId": program.pid}) as debug:
        with pytest.raises(Refused, match=why):
            await debug.attach()
    assert not list(runtime.glob("enter-*"))


async def test_a_process_that_is_no_python(debugging: Debugging, runtime: Path) -> None:
    process = await asyncio.create_subprocess_exec("sleep", "60")
    async with debugging(launch={"processId": process.pid, "python": None}) as debug:
        with pytest.raises(
            Refused, match=r"runs /\S+, which does not look like a Python: give it as \"python\""
        ):
            await debug.attach()
    process.kill()
    await process.wait()
