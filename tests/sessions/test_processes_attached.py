"""Processes that run by themselves, attached to while they do: looked into, and let go."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from tests.client.fixtures import Debugging
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
    assert await program.state() == before
    assert program.errors == ""
