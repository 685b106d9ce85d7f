"""Steps under asyncio, jumps, and what is left after a step."""

import textwrap

import pytest

from dap_kernel.agent.stops.stop import Resumption, Stop
from dap_kernel.agent.watch.frame_watcher import FrameWatcher

from ..watching import BACKENDS, set_lines, watch

pytestmark = [
    pytest.mark.parametrize("backend", BACKENDS),
    pytest.mark.filterwarnings("ignore:assigning None"),  # 3.12 says so under any trace function
]


ASYNC = """\
import asyncio
async def inner(n):
    await asyncio.sleep(0)
    x = n
    return x
async def numbers():
    yield 1
    yield 2
class Manager:
    async def __aenter__(self):
        await asyncio.sleep(0)
        return self
    async def __aexit__(self, *a):
        e = 1
async def main():
    a = await inner(1)
    b = await asyncio.gather(inner(2), inner(3))
    async for i in numbers():
        c = i
    async with Manager():
        d = 1
    f = 1
asyncio.run(main())
end = 1
"""
ASYNC_TABLE = {
    "over await": (16, ["over", "over"], [17, 18]),
    "over await in a coroutine": (3, ["over", "over", "over"], [4, 5, 16]),
    "in to a coroutine": (16, ["in", "over", "over"], [3, 4, 5]),
    "over async for": (18, ["over"] * 5, [19, 18, 19, 18, 20]),
    "over async with": (20, ["over"] * 3, [21, 20, 22]),
    "in to an async generator": (18, ["in", "in"], [7, 19]),
    "in to async with": (20, ["in", "in"], [11, 12]),
    "out of a coroutine": (4, ["out"], [16]),
    "out of the main coroutine": (22, ["out", "over"], [23, 24]),
}


@pytest.mark.parametrize("case", ASYNC_TABLE)
def test_steps_under_asyncio(backend: str, case: str) -> None:
    line, steps, lines = ASYNC_TABLE[case]
    seen = watch(backend, ASYNC, {line: {"hit_condition": "1"}}, steps)
    assert seen.raised is None
    assert seen.lines[: len(lines) + 1] == [line, *lines]


def test_an_async_generator_in_a_task_that_is_cancelled(backend: str) -> None:
    source = textwrap.dedent("""\
        import asyncio
        async def wait():
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                x = 1
                raise
        async def main():
            task = asyncio.ensure_future(wait())
            await asyncio.sleep(0)
            set_lines(watcher, [6], 2)
            task.cancel()
            await asyncio.wait([task])
        asyncio.run(main())
        """)
    seen = watch(backend, source, script=["over"], names={"set_lines": set_lines})
    assert seen.lines == [6, 7]


PASSES = """\
import asyncio
async def waits():
    await asyncio.sleep(60)
async def handles():
    try:
        await waits()
    except asyncio.CancelledError:
        x = 1
async def main():
    task = asyncio.create_task(handles())
    await asyncio.sleep(0)
    task.cancel()
    await task
asyncio.run(main())
def part():
    yield from [1, 2]
def whole():
    try:
        yield from part()
    except KeyError:
        y = 1
it = whole()
next(it)
try:
    it.throw(KeyError)
except StopIteration:
    z = 1
"""


def test_an_exception_that_comes_out_of_an_await_is_no_second_hit_of_its_line(backend: str) -> None:
    seen = watch(backend, PASSES, [3, 6, 16, 19], [None, None, None, None])
    assert seen.raised is None
    assert seen.lines == [6, 3, 19, 16]


def test_a_step_over_an_await_that_raises_leads_to_the_handler(backend: str) -> None:
    assert watch(backend, PASSES, [6], ["over", "over"]).lines[:3] == [6, 7, 8]
    assert watch(backend, PASSES, [19], ["over", "over"]).lines[:3] == [19, 20, 21]


GOTO = "def f():\n    a = 1\n    b = 2\n    c = 3\n    return [a, b, c]\nresult = f()\n"


def go_to(line: int, then: str | None = None):  # type: ignore[no-untyped-def]
    def go(watcher: FrameWatcher, stop: Stop) -> Resumption:
        frame = stop.frames[0].frame
        assert frame is not None
        frame.f_lineno = line  # type: ignore[misc]
        return Resumption(then)  # type: ignore[arg-type]

    return go


@pytest.mark.parametrize(
    ("breakpoints", "script", "lines"),
    [
        ([3], [go_to(2, "over"), "over"], [3, 3, 4]),
        ([2, 3], [None, go_to(2), None], [2, 3, 3]),
        ([2], [go_to(4, "over")], [2, 5]),
        ([2, 4], [go_to(4)], [2]),
        ([4], [go_to(3), None], [4, 4]),
    ],
)
def test_goto_runs_on_from_the_line_without_stopping_there_again(
    backend: str, breakpoints: list[int], script: list[object], lines: list[int]
) -> None:
    assert watch(backend, GOTO, breakpoints, script).lines == lines


def test_goto_in_a_frame_that_waits_for_its_callee_is_refused(backend: str) -> None:
    def refuse(watcher: FrameWatcher, stop: Stop) -> None:
        frame = stop.frames[0].frame
        assert frame is not None
        assert frame.f_code.co_name == "<module>"
        with pytest.raises((ValueError, RuntimeError)):
            frame.f_lineno = 1  # type: ignore[misc]

    assert watch(backend, GOTO, [5], ["out", refuse]).lines == [5, 6]


def test_deep_stacks_are_stepped_in_time(backend: str) -> None:
    source = "def down(n):\n    if n:\n        return down(n - 1)\n    x = 1\n    return x\ndown(700)\n"
    seen = watch(backend, source, [4], ["in", "in", "over", "over"])
    assert seen.lines == [4, 5, 3, 3, 3]


def test_frames_and_values_are_not_kept_after_a_step(backend: str) -> None:
    source = textwrap.dedent("""\
        import gc, weakref
        class Big: pass
        def f():
            big = Big()
            kept.append(weakref.ref(big))
            return 1
        def g():
            big = Big()
            kept.append(weakref.ref(big))
            raise ValueError
        kept = []
        f()
        try:
            g()
        except ValueError:
            pass
        gc.collect()
        gone = [it() is None for it in kept]
        """)
    names: dict[str, object] = {}
    watch(
        backend,
        source,
        [5, 9],
        ["over", "over", "over", "over", "out", None],
        filters=["raised"],
        names=names,
    )
    assert names["gone"] == [True, True]
