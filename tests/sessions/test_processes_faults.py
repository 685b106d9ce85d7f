"""Processes of others when something goes wrong: whoever dies, the program goes on as it was."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.client.connection import Refused
from tests.client.debug import Backend, Debug
from tests.client.fixtures import Debugging
from tests.client.serving import Server
from tests.processes import until
from tests.programs import HOT, SLEEPING, RunProgram


@pytest.fixture
def doomed(debugging: Debugging, backend: Backend) -> Callable[[int], Awaitable[Debug]]:
    """Makes a session, for a process, whose server will not end as it should."""

    async def start(pid: int) -> Debug:
        server = await Server.start(env={"DAP_KERNEL_BACKEND": backend})
        return debugging(server=server, launch={"processId": pid})

    return start


async def test_who_comes_second_is_told_who_has_it(debugging: Debugging, run: RunProgram) -> None:
    program = await run(HOT)
    async with debugging(launch={"processId": program.pid}) as debug:
        await debug.attach()
        async with debugging(launch={"processId": program.pid}) as second:
            with pytest.raises(
                Refused,
                match=rf"process {program.pid} is being debugged by Visual Studio Code \(dap-kernel, ",
            ):
                await second.attach()
        await debug.break_at(program.path, 3)
        await debug.stopped("breakpoint", line=3)
        await debug.disconnect()
    async with debugging(launch={"processId": program.pid}) as debug:
        await debug.attach(breakpoints={program.path: [4]})
        await debug.stopped("breakpoint", line=4)
        await debug.disconnect()


async def test_of_two_that_come_at_once_one_gets_in(debugging: Debugging, run: RunProgram) -> None:
    program = await run(HOT)
    before = await program.state()
    how = {"processId": program.pid}
    async with debugging(launch=how) as one, debugging(launch=how) as other:
        came = await asyncio.gather(one.attach(), other.attach(), return_exceptions=True)
        assert sorted(isinstance(it, Refused) for it in came) == [False, True]
        winner = one if isinstance(came[1], Refused) else other
        await winner.break_at(program.path, 3)
        await winner.stopped("breakpoint", line=3)
        await winner.disconnect()
    await program.is_as(before)


@pytest.mark.parametrize("when", ["running", "stopped"])
async def test_a_process_goes_on_when_the_server_is_killed(
    when: str, doomed: Callable[[int], Awaitable[Debug]], debugging: Debugging, run: RunProgram
) -> None:
    program = await run(SLEEPING)
    before = await program.state()
    async with await doomed(program.pid) as debug:
        await debug.attach(breakpoints={program.path: [4] if when == "stopped" else []})
        if when == "stopped":
            await debug.stopped("breakpoint", line=4)
        debug.server.process.kill()
        await debug.connection.ended()
        await debug.server.process.wait()
    await program.is_as(before)
    await program.prints("checked")
    async with debugging(launch={"processId": program.pid}) as debug:
        await debug.attach(breakpoints={program.path: [4]})
        await debug.stopped("breakpoint", line=4)
        await debug.disconnect()
    await program.is_as(before)


@pytest.mark.parametrize("when", ["running", "stopped"])
async def test_the_end_of_the_process_is_the_end_of_the_session(
    when: str, debugging: Debugging, run: RunProgram
) -> None:
    program = await run(HOT)
    async with debugging(launch={"processId": program.pid}) as debug:
        await debug.attach(breakpoints={program.path: [3] if when == "stopped" else []})
        if when == "stopped":
            await debug.stopped("breakpoint", line=3)
        os.kill(program.pid, signal.SIGKILL)
        await debug.terminated()
        assert "the process ended" in debug.printed("stderr")


async def test_a_main_thread_that_is_busy_in_c_is_paused_when_that_returns(
    debugging: Debugging, run: RunProgram
) -> None:
    program = await run(
        """
        import dap_kernel.listen
        import threading
        gate = threading.Lock()
        gate.acquire()
        print("up", flush=True)
        gate.acquire()
        """
    )
    before = await program.state()
    async with debugging(launch={"processId": program.pid}) as debug:
        await debug.attach(breakpoints={program.path: [6]})
        await debug.ask("pause", threadId=1)
        await debug.output_until("is busy in C code and stops when that returns")
        await debug.disconnect()
    assert program.is_running
    await program.is_as(before)


async def test_a_process_that_forks(debugging: Debugging, run: RunProgram) -> None:
    program = await run(
        """
        import dap_kernel.listen
        import os, time
        def work(n):
            return n + 1
        print("up", flush=True)
        while True:
            if os.fork() == 0:
                os._exit(work(1))
            os.wait()
            work(2)
            time.sleep(0.01)
        """
    )
    async with debugging(launch={"processId": program.pid}) as debug:
        await debug.attach(breakpoints={program.path: [4]})
        for _ in range(3):
            stop = await debug.stopped("breakpoint", line=4)
            assert await stop.locals() == {"n": "2"}
            await stop.continue_()
        os.kill(program.pid, signal.SIGKILL)
        await debug.terminated()


async def test_many_come_one_after_another(debugging: Debugging, run: RunProgram) -> None:
    program = await run(HOT)
    before = await program.state()
    for _ in range(8):
        async with debugging(launch={"processId": str(program.pid)}) as debug:
            await debug.attach(breakpoints={program.path: [4]})
            await debug.stopped("breakpoint", line=4)
            await debug.disconnect()
        await program.is_as(before)


async def test_what_an_ended_process_has_left_is_taken_away(
    debugging: Debugging, run: RunProgram, runtime: Path
) -> None:
    program = await run(HOT)
    announcement = runtime / f"python-{program.pid}.json"
    assert announcement.stat().st_mode & 0o777 == 0o600
    assert announcement.with_suffix(".sock").stat().st_mode & 0o777 == 0o600
    await program.close()
    async with debugging(launch={"processId": program.pid}) as debug:
        with pytest.raises(Refused, match="there is no process"):
            await debug.attach()
    other = await run(HOT)
    async with debugging(launch={"processId": other.pid}) as debug:
        await debug.attach()
        await debug.disconnect()
    await until(lambda: not announcement.exists(), "the announcement is taken away")
    assert not announcement.with_suffix(".sock").exists()
    assert not list(runtime.glob("door-*"))


async def test_a_log_point_in_a_hot_loop_waits_for_who_reads_it(
    debugging: Debugging, run: RunProgram
) -> None:
    program = await run(HOT)
    before = await program.state()
    async with debugging(launch={"processId": program.pid}) as debug:
        await debug.attach(breakpoints={program.path: [{"line": 3, "logMessage": "n is {n}"}]})
        for _ in range(2000):
            await debug.event("output", lambda it: it["output"].startswith("n is "))
        await debug.break_at(program.path, 4)
        await debug.stopped("breakpoint", line=4)
        await debug.disconnect()
    await program.is_as(before)


async def test_a_process_that_holds_pythons_lock_is_said_not_to_answer(
    debugging: Debugging, run: RunProgram, runtime: Path
) -> None:
    program = await run(
        """
        import dap_kernel.listen
        print("up", flush=True)
        sum(range(10**12))
        """
    )
    async with debugging(launch={"processId": program.pid}) as debug:
        with pytest.raises(Refused, match=r"does not answer: code in it may hold Python's lock"):
            await debug.attach()
    assert program.is_running
    assert not list(runtime.glob("door-*"))
