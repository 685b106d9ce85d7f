"""Programs that are started so that a debugger may attach, and what they meet meanwhile."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from tests.client.connection import Refused
from tests.client.fixtures import Debugging
from tests.processes import until
from tests.programs import RunProgram

TRACEBACK = "Traceback (most recent call last):\n"
SHOP = """
    import sys
    from pickle import dumps, loads
    class Price:
        pass
    def total(prices):
        found = sum(prices)
        return found
    loads(dumps(Price()))
    print(sys.argv[1:], __file__, __name__, sys.path[0], flush=True)
    print("up", flush=True)
    while True:
        total([1, 2])
    """


async def test_a_script_is_run_as_python_does_and_may_be_attached_to(
    debugging: Debugging, run: RunProgram
) -> None:
    program = await run(SHOP, before=["-m", "dap_kernel", "listen", "--"], after=["--fast", "2"])
    folder = program.path.parent
    assert f"['--fast', '2'] {program.path} __main__ {folder}\n" in program.printed
    before = await program.state()
    async with debugging(launch={"notebook": str(program.path)}) as debug:
        await debug.attach(breakpoints={program.path: [7]})
        stop = await debug.stopped("breakpoint", line=7)
        assert await stop.where() == [("total", 7), ("<module>", 12)]
        found = await stop.evaluate("__name__, type(loads(dumps(Price())))")
        assert found == "('__main__', <class '__main__.Price'>)"
        await debug.disconnect()
    await program.is_as(before)


@pytest.mark.parametrize(
    ("text", "status", "said"),
    [
        ("import sys; sys.exit(3)", 3, ""),
        ("raise ValueError('no')", 1, TRACEBACK + '  File "{}", line 1, in <module>\n'),
        ("x = (", 1, '  File "{}", line 1\n'),
        ("print('done')", 0, ""),
    ],
)
async def test_a_script_ends_as_under_python(
    text: str, status: int, said: str, tmp_path: Path, runtime: Path
) -> None:
    script = tmp_path / "shop.py"
    script.write_text(text)
    pipe = asyncio.subprocess.PIPE
    command = [sys.executable, "-m", "dap_kernel", "listen", "--", str(script)]
    process = await asyncio.create_subprocess_exec(*command, stdout=pipe, stderr=pipe)
    _, errors = await process.communicate()
    assert process.returncode == status
    assert errors.decode().startswith(said.format(script))
    assert "dap_kernel" not in errors.decode()


@pytest.mark.parametrize("arguments", [[], ["--"], ["-m", "shop"], ["--", "absent.py"]])
async def test_what_is_no_script(arguments: list[str], tmp_path: Path, runtime: Path) -> None:
    pipe = asyncio.subprocess.PIPE
    command = [sys.executable, "-m", "dap_kernel", "listen", *arguments]
    process = await asyncio.create_subprocess_exec(*command, stderr=pipe, cwd=tmp_path)
    _, errors = await process.communicate()
    assert process.returncode == 2
    assert errors.decode().startswith(("usage: python -m dap_kernel listen", "dap-kernel: absent.py cannot"))


async def test_the_exception_that_ends_a_program_is_looked_at(debugging: Debugging, run: RunProgram) -> None:
    program = await run(
        """
        import dap_kernel.listen
        import os, time
        def fail(price):
            raise ValueError(price)
        print("up", flush=True)
        while not os.path.exists("fail"):
            time.sleep(0.01)
        fail(7)
        """
    )
    async with debugging(launch={"processId": program.pid}) as debug:
        await debug.attach(exceptions=["uncaught"])
        program.path.with_name("fail").touch()
        stop = await debug.stopped("exception", line=4, name="fail")
        assert (await stop.locals())["price"] == "7"
        assert (await stop.exception())["exceptionId"] == "ValueError"
        await stop.continue_()
        await debug.terminated()
    assert await program.ends() == 1
    assert program.errors.endswith("ValueError: 7\n")


async def test_breakpoint_stops_in_the_editor_while_one_is_there(
    debugging: Debugging, run: RunProgram
) -> None:
    program = await run(
        """
        import dap_kernel.listen
        import sys, time
        sys.breakpointhook = lambda: time.sleep(0.01)
        def work(n):
            breakpoint()
            return n
        print("up", flush=True)
        while True:
            work(1)
        """
    )
    before = await program.state()
    async with debugging(launch={"processId": program.pid}) as debug:
        await debug.attach()
        stop = await debug.stopped("breakpoint", name="work")
        assert await stop.locals() == {"n": "1"}
        await debug.disconnect()
    await program.is_as(before)


async def test_a_forked_child_may_wait_for_a_debugger_of_its_own(
    debugging: Debugging, run: RunProgram, runtime: Path
) -> None:
    program = await run(
        """
        import dap_kernel.listen
        import os, time
        def work(n):
            time.sleep(0.01)
            return n
        print("up", flush=True)
        while not os.path.exists("fork"):
            work(0)
        child = os.fork()
        if child == 0:
            dap_kernel.listen.waiting.start()
        else:
            print("child", child, flush=True)
        while True:
            work(int(child == 0))
        """
    )
    async with debugging(launch={"processId": program.pid}) as debug:
        await debug.attach()
        program.path.with_name("fork").touch()
        await program.prints("child ")
        await until(lambda: program.printed.endswith("\n"), "the child's id is printed")
        child = int(program.printed.split()[-1])
        await until((runtime / f"python-{child}.json").exists, "the child waits")
        async with debugging(launch={"processId": child}) as other:
            await other.attach(breakpoints={program.path: [5]})
            assert await (await other.stopped("breakpoint", line=5)).locals() == {"n": "1"}
            await debug.break_at(program.path, 5)
            assert await (await debug.stopped("breakpoint", line=5)).locals() == {"n": "0"}
            await other.disconnect()
        await debug.disconnect()
    os.kill(child, signal.SIGKILL)


async def test_a_folder_that_others_may_look_into_is_not_used(
    debugging: Debugging, run: RunProgram, runtime: Path
) -> None:
    runtime.mkdir(mode=0o755)
    runtime.chmod(0o755)
    program = await run(
        """
        import warnings
        warnings.simplefilter("always")
        import dap_kernel.listen
        print("up", flush=True)
        while True:
            pass
        """
    )
    await until(lambda: "chmod 700" in program.errors, "the program is warned")
    assert "shop.py:3: RuntimeWarning: no debugger can attach to process" in program.errors
    assert program.is_running
    runtime.chmod(0o700)
    async with debugging() as debug:
        with pytest.raises(Refused, match="no such kernel waits"):
            await debug.attach()
