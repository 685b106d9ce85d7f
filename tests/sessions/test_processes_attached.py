"""Processes that run by themselves, attached to while they do: looked into, and let go."""

import asyncio
import re
import sys
from pathlib import Path

import pytest

from tests.client.connection import Refused
from tests.client.fixtures import Debugging, Write
from tests.programs import HOT, SLEEPING, RunProgram


async def test_a_process_is_looked_into_in_its_hot_loop_and_let_go(
    debugging: Debugging, run: RunProgram
) -> None:
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
    await program.is_as(before)
    assert program.errors == ""


async def test_breakpoints_of_all_kinds_in_a_process_that_sleeps(
    debugging: Debugging, run: RunProgram
) -> None:
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
        told = await debug.event("output", lambda it: it["output"].startswith("n is "))
        assert (told["category"], told["source"]["path"], told["line"]) == ("console", str(program.path), 4)
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
    debugging: Debugging, run: RunProgram
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
    await program.is_as(before)


async def test_a_worker_and_a_module_of_a_process(
    debugging: Debugging, run: RunProgram, write: Write
) -> None:
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
    await program.is_as(before)


async def test_what_is_no_process(debugging: Debugging, runtime: Path) -> None:
    for pid, why in (
        (2**22 + 1, "there is no process"),
        ("${command:pickProcess}", "is no number of a process: the editor has not replaced"),
    ):
        async with debugging(launch={"processId": pid}) as debug:
            with pytest.raises(Refused, match=why):
                await debug.attach()


async def test_what_can_be_attached_to_is_listed_and_the_only_one_is_meant(
    debugging: Debugging, run: RunProgram, runtime: Path
) -> None:
    async def kernels(*arguments: str) -> str:
        pipe, both = asyncio.subprocess.PIPE, asyncio.subprocess.STDOUT
        command = [sys.executable, "-m", "dap_kernel", "kernels", *arguments]
        process = await asyncio.create_subprocess_exec(*command, stdout=pipe, stderr=both)
        said, _ = await process.communicate()
        return said.decode()

    async with debugging() as debug:
        with pytest.raises(Refused, match=r"no such kernel waits\. What can be attached to: none"):
            await debug.attach()
    program = await run(HOT)
    line = rf"{program.pid}\t{program.path}\tpython\t%s\t\d+ s\tPython 3\.\d+\.\d+\t/.*\n"
    assert re.fullmatch(line % "runs", await kernels())
    async with debugging() as debug:
        await debug.attach(breakpoints={program.path: [3]})
        await debug.stopped("breakpoint", line=3)
        holder = r"debugged by Visual Studio Code \(dap-kernel, process \d+\)"
        assert re.fullmatch(line % holder, await kernels())
        await debug.disconnect()
    other = await run(HOT, name="other.py")
    both = "; ".join(rf'"processId": "{it.pid}" \({it.path}\)' for it in (other, program))
    async with debugging() as debug:
        with pytest.raises(Refused, match=rf"say which by .*\. What can be attached to: {both}"):
            await debug.attach()
    async with debugging() as debug:
        await debug.attach(notebook=str(other.path))
        assert (await debug.event("process"))["systemProcessId"] == other.pid
        await debug.disconnect()
    assert await kernels("--stop", str(program.pid)) == f"dap-kernel: no kernel '{program.pid}' waits\n"
    assert await kernels("--stop", "all") == ""
    assert program.is_running
