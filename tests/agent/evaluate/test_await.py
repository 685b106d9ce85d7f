"""`await` at a stop, and what is refused of statements."""

import asyncio

import pytest

from dap_kernel.agent.evaluate.bindings import InspectionError

from ..inspecting import Look, here


async def test_await_inside_a_coroutine():
    order = []

    async def other():
        for _ in range(3):
            order.append("other")
            await asyncio.sleep(0)

    task = asyncio.create_task(other())
    future = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(0.02, future.set_result, 5)
    look = here()
    me = asyncio.current_task()
    assert look.value("await future") == "5"
    assert look.run("x = await asyncio.sleep(0.01, 7)\nx + 1") == "8"
    assert look.value("[v async for v in agen()]") == "[1, 2]"
    assert order == ["other"] * 3
    assert asyncio.current_task() is me
    await task
    assert future.done()


async def agen():
    yield 1
    yield 2


async def test_await_inside_a_function_called_by_a_coroutine():
    def plain():
        return here().value("await asyncio.gather(*(asyncio.sleep(0.01, v) for v in (1, 2)))")

    loop = asyncio.get_running_loop()
    handles = [loop.call_soon(lambda: None) for _ in range(5)]
    assert plain() == "[1, 2]"
    await asyncio.sleep(0.01)
    assert len(handles) == 5


async def test_await_that_drains_what_the_loop_had_ready():
    """The round of the loop that was under way counted its callbacks before."""
    done = asyncio.get_running_loop().create_future()
    results = []

    def callback():
        results.append(here().value("await asyncio.sleep(0.01, 3)"))
        done.set_result(None)

    loop = asyncio.get_running_loop()
    loop.call_soon(callback)
    for at in range(4):
        loop.call_soon(results.append, at)
    await done
    await asyncio.sleep(0)
    assert sorted(map(str, results)) == ["0", "1", "2", "3", "3"]


def test_await_without_a_loop():
    look = here()
    assert look.value("await asyncio.sleep(0, 4)") == "4"
    assert look.run("lock = asyncio.Lock()\nasync with lock:\n    held = lock.locked()\nheld") == "True"
    names = Look(None, {"asyncio": asyncio})
    assert names.run("x = await asyncio.sleep(0, 4)\nx") == "4"
    with pytest.raises(RuntimeError):
        asyncio.get_running_loop()


async def test_await_that_fails_or_is_cancelled():
    async def fail():
        raise ValueError("no")

    ended = []

    async def hang():
        try:
            asyncio.get_running_loop().call_later(0.01, stop)
            await asyncio.sleep(60)
        finally:
            ended.append(True)

    def stop():
        raise KeyboardInterrupt

    look = here()
    with pytest.raises(InspectionError, match=r"^ValueError: no$"):
        look.value("await fail()")
    with pytest.raises(InspectionError, match=r"^cancelled$"):
        look.value("await hang()")
    assert ended == [True]
    assert asyncio.current_task() is not None
    await asyncio.sleep(0)
    assert fail
    assert hang


@pytest.mark.parametrize("text", ["  n\nif n:\n  n", "  n\nelse:\n  n"])
def test_statements_indented_in_part_are_refused(text):
    n = 2
    with pytest.raises(InspectionError, match="IndentationError"):
        here().run(text)
    assert n == 2
