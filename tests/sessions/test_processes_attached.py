"""Processes that run by themselves, attached to while they do: looked into, and let go."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from tests.client.connection import Refused
from tests.client.debug import Backend, Debug
from tests.client.fixtures import Debugging, Write
from tests.client.serving import Server
from tests.processes import until
from tests.programs import Program
from tests.pythons import Python

HOT = """
    import dap_kernel.listen
    def double(n):
        twice = n * 2
        return twice
    def run():
        total = 0
        while True:
            total = double(total) % 1000 + 1
    print("up", flush=True)
    run()
    """
SLEEPING = """
    import dap_kernel.listen
    import sys, time
    def wait(n):
        time.sleep(0.01)
        return n
    def check(n):
        if n % 100 == 99:
            raise ValueError(n)
    print("up", flush=True)
    for n in range(10**9):
        wait(n)
        try:
            check(n)
        except ValueError:
            print("checked", flush=True)
    """
Run = Callable[..., Awaitable[Program]]


@pytest.fixture
async def run(python: Python, tmp_path: Path, runtime: Path) -> AsyncIterator[Run]:
    """Starts a program: `program = await run(TEXT)`."""
    started: list[Program] = []

    async def run(text: str, **how: object) -> Program:
        started.append(await Program.start(python, tmp_path / "shop.py", text, **how))  # type: ignore[arg-type]
        return started[-1]

    yield run
    for it in started:
        await it.close()


@pytest.fixture
def doomed(debugging: Debugging, backend: Backend) -> Callable[[int], Awaitable[Debug]]:
    """Makes a session, for a process, whose server will not end as it should."""

    async def start(pid: int) -> Debug:
        server = await Server.start(env={"DAP_KERNEL_BACKEND": backend})
        return debugging(server=server, launch={"processId": pid})

    return start


async def is_as_before(program: Program, before: dict[str, object]) -> None:
    """Wait until the debugger has left a process."""
    state, ends = await program.state(), time.monotonic() + 20
    while state != before and time.monotonic() < ends:
        await asyncio.sleep(0.02)
        state = await program.state()
    assert state == before


async def test_a_process_is_looked_into_in_its_hot_loop_and_let_go(debugging: Debugging, run: Run) -> None:
    program = await run(HOT)
    before = await program.state()
    async with debugging(launch={"processId": program.pid}) as debug:
        await debug.attach()
        told = await debug.event("process")
        assert (told["systemProcessId"], told["startMethod"]) == (program.pid, "attach")
        [point] = await debug.break_at(program.path, 3)
        assert point["verified"]
        stop = await debug.stopped("breakpoint", line=3, name="double")
        frames = await stop.frames()
        assert [it.name for it in frames] == ["double", "run", "<module>"]
        assert {it.path for it in frames} == {str(program.path)}
        assert list(await frames[0].locals()) == ["n"]
        n = int((await frames[0].locals())["n"])
        assert await frames[0].evaluate("n + 1") == str(n + 1)
        await stop.next()
        stop = await debug.stopped("step", line=4)
        assert (await stop.locals())["twice"] == str(n * 2)
        await debug.break_at(program.path)
        await stop.continue_()
        stop = await debug.pause()
        await stop.continue_()
        assert await debug.threads() == {1: "shop.py"}
        await debug.disconnect()
    assert program.is_running
    await is_as_before(program, before)
    assert program.errors == ""


async def test_breakpoints_of_all_kinds_in_a_process_that_sleeps(debugging: Debugging, run: Run) -> None:
    program = await run(SLEEPING)
    async with debugging(launch={"processId": program.pid}) as debug:
        await debug.attach(
            breakpoints={program.path: [{"line": 5, "condition": "n % 3 == 0"}]},
        )
        stop = await debug.stopped("breakpoint", line=5)
        assert int((await stop.locals())["n"]) % 3 == 0
        await debug.break_at(program.path)
        await debug.break_on_functions("check")
        await stop.continue_()
        stop = await debug.stopped("function breakpoint", name="check")
        await debug.break_on_functions()
        await debug.break_on_exceptions("raised")
        await stop.continue_()
        stop = await debug.stopped("exception", line=8)
        assert (await stop.exception())["exceptionId"] == "ValueError"
        await debug.break_on_exceptions()
        await debug.break_at(program.path, {"line": 4, "logMessage": "n is {n}"})
        await stop.continue_()
        await debug.output_until("n is ")
        await debug.break_at(program.path, {"line": 4, "hitCondition": "3"})
        stop = await debug.stopped("breakpoint", line=4)
        await stop.step_out()
        stop = await debug.stopped("step", name="<module>")
        await stop.next()
        await debug.stopped("step", name="<module>")
        await debug.terminate()
        await debug.terminated()
    await program.prints("checked")
    assert program.is_running


async def test_what_would_end_a_process_or_run_something_in_it_is_refused(
    debugging: Debugging, run: Run
) -> None:
    program = await run(HOT)
    before = await program.state()
    async with debugging(launch={"processId": program.pid}) as debug:
        await debug.attach()
        for command, arguments, why in (
            ("restart", {}, "restart: this process was started elsewhere: end it and start it again there"),
            ("notebookRun", {"run": "all"}, "this process runs by itself: it takes no cells"),
            ("notebookInterrupt", {}, "this process runs by itself: it is not interrupted from here"),
            ("terminateThreads", {"threadIds": [1]}, "this process runs by itself"),
            ("evaluate", {"expression": "1", "context": "repl"}, "the process runs: pause it"),
            ("evaluate", {"expression": ":run", "context": "repl"}, "it takes no cells"),
            ("evaluate", {"expression": ":quit", "context": "repl"}, "it is not interrupted from here"),
            ("evaluate", {"expression": ":restart", "context": "repl"}, "was started elsewhere"),
        ):
            with pytest.raises(Refused, match=why):
                await debug.ask(command, **arguments)
        assert await debug.evaluate(":where") == "the process runs"
        await debug.disconnect(terminateDebuggee=True)
    assert program.is_running
    await is_as_before(program, before)


async def test_who_comes_second_is_told_who_has_it(debugging: Debugging, run: Run) -> None:
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


async def test_of_two_that_come_at_once_one_gets_in(debugging: Debugging, run: Run) -> None:
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
    await is_as_before(program, before)


@pytest.mark.parametrize("when", ["running", "stopped"])
async def test_a_process_goes_on_when_the_server_is_killed(
    when: str, doomed: Callable[[int], Awaitable[Debug]], debugging: Debugging, run: Run
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
    await is_as_before(program, before)
    await program.prints("checked")
    async with debugging(launch={"processId": program.pid}) as debug:
        await debug.attach(breakpoints={program.path: [4]})
        await debug.stopped("breakpoint", line=4)
        await debug.disconnect()
    await is_as_before(program, before)


@pytest.mark.parametrize("when", ["running", "stopped"])
async def test_the_end_of_the_process_is_the_end_of_the_session(
    when: str, debugging: Debugging, run: Run
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
    debugging: Debugging, run: Run
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
    await is_as_before(program, before)


async def test_a_worker_and_a_module_of_a_process(debugging: Debugging, run: Run, write: Write) -> None:
    prices = write(
        "prices.py",
        """
        def gross(net):
            tax = net // 5
            return net + tax
        """,
    )
    program = await run(
        """
        import dap_kernel.listen
        import threading, time
        import prices
        def work():
            while True:
                prices.gross(100)
                time.sleep(0.01)
        thread = threading.Thread(target=work, name="worker")
        thread.start()
        print("up", flush=True)
        thread.join()
        """
    )
    before = await program.state()
    async with debugging(launch={"processId": program.pid}) as debug:
        await debug.attach(breakpoints={prices: [3]})
        stop = await debug.stopped("breakpoint", line=3, name="gross")
        assert await stop.locals() == {"net": "100", "tax": "20"}
        assert (await debug.threads())[stop.thread] == "worker"
        await stop.step_out()
        stop = await debug.stopped("step", name="work")
        assert [it.path for it in await stop.frames()] == [str(program.path)]
        await debug.disconnect()
    await is_as_before(program, before)


async def test_a_process_that_forks(debugging: Debugging, run: Run) -> None:
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


async def test_what_is_no_process_that_waits(debugging: Debugging, run: Run) -> None:
    program = await run(HOT.replace("import dap_kernel.listen", ""))
    for pid, why in (
        (program.pid, "does not wait for a debugger: have it import dap_kernel.listen"),
        (2**22 + 1, "there is no process"),
        ("${command:pickProcess}", "is no number of a process: the editor has not replaced"),
    ):
        async with debugging(launch={"processId": pid}) as debug:
            with pytest.raises(Refused, match=why):
                await debug.attach()


async def test_many_come_one_after_another(debugging: Debugging, run: Run) -> None:
    program = await run(HOT)
    before = await program.state()
    for _ in range(8):
        async with debugging(launch={"processId": str(program.pid)}) as debug:
            await debug.attach(breakpoints={program.path: [4]})
            await debug.stopped("breakpoint", line=4)
            await debug.disconnect()
        await is_as_before(program, before)


async def test_what_an_ended_process_has_left_is_taken_away(
    debugging: Debugging, run: Run, runtime: Path
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
