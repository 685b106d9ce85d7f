"""Kernels that `marimo edit` has started, attached to while their page runs cells, and let go."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.client.connection import Refused
from tests.client.fixtures import Debugging
from tests.marimo_page import SESSION, TOKEN, MarimoPage
from tests.pythons import Python

NOTEBOOK = """\
import marimo

app = marimo.App()


@app.cell
def _():
    def double(n):
        twice = n * 2
        return twice
    return (double,)


@app.cell
def _(double):
    import time

    r = double(21)
    print("r", r)
    return (r,)


@app.cell
def _(r):
    total = r + 1
    print("total", total)
    return


if __name__ == "__main__":
    app.run()
"""


@pytest.fixture
def page(python: Python, tmp_path: Path) -> Iterator[Callable[[], MarimoPage]]:
    """Starts marimo on `tmp_path / "shop.py"`, with its page open, and all cells run."""
    if not python.can_import("marimo"):
        pytest.skip("this Python has no marimo")
    started: list[MarimoPage] = []

    def start() -> MarimoPage:
        (tmp_path / "shop.py").write_text(NOTEBOOK)
        started.append(MarimoPage(python.path, tmp_path / "shop.py"))
        return started[-1]

    yield start
    for it in started:
        it.close()


def target(front: MarimoPage, **more: str) -> dict[str, Any]:
    return {"marimo": {"url": front.url, "token": TOKEN, **more}, "notebookEvents": True}


def line_of(text: str) -> int:
    return next(at for at, it in enumerate(NOTEBOOK.split("\n"), 1) if it.strip().startswith(text))


async def test_breakpoints_stop_cells_that_the_page_runs(
    debugging: Debugging, page: Callable[[], MarimoPage], tmp_path: Path
) -> None:
    path = tmp_path / "shop.py"
    front = await asyncio.to_thread(page)
    async with debugging(launch=target(front, session=str(path))) as debug:
        await debug.attach(breakpoints={path: [line_of("twice")]})
        assert await debug.evaluate("r + 1") == "43"
        await asyncio.to_thread(front.run, 2)
        stop = await debug.stopped("breakpoint", line=line_of("twice"), name="double")
        frames = await stop.frames()
        assert [it.name for it in frames] == ["double", "cell 2"]
        assert await frames[0].evaluate("n + 1") == "22"
        await asyncio.to_thread(front.wait_until_it_runs, 2)
        await stop.next()
        stop = await debug.stopped("step", line=line_of("return twice"))
        assert (await stop.locals())["twice"] == "42"
        await stop.step_out()
        stop = await debug.stopped("step", line=line_of("r = double"))
        await debug.break_at(path, line_of("total ="))  # of a cell that runs by its dataflow
        await stop.continue_()
        stop = await debug.stopped("breakpoint", line=line_of("total ="), name="cell 3")
        await stop.continue_()
        printed = await asyncio.to_thread(front.wait_for_end)
        assert printed == {front.ids[1]: "r 42\n", front.ids[2]: "total 43\n"}
        await debug.disconnect()
    await asyncio.to_thread(front.run, 2)  # nobody stops it any more
    assert await asyncio.to_thread(front.wait_for_end) == printed


async def test_a_text_that_is_not_saved_stops_at_the_lines_of_the_file(
    debugging: Debugging, page: Callable[[], MarimoPage], tmp_path: Path
) -> None:
    path = tmp_path / "shop.py"
    front = await asyncio.to_thread(page)
    async with debugging(launch=target(front, session=SESSION)) as debug:
        await debug.attach(breakpoints={path: [line_of('print("r"')]})
        await asyncio.to_thread(front.run, 2, "extra = 5\n" + front.texts[1])
        stop = await debug.stopped("breakpoint", line=line_of('print("r"'))
        assert await stop.evaluate("extra") == "5"
        await debug.break_at(path)
        await stop.continue_()
        await asyncio.to_thread(front.wait_for_end)
        await debug.disconnect()


async def test_a_kernel_that_is_paused_in_a_cell_goes_on_when_the_session_leaves(
    debugging: Debugging, page: Callable[[], MarimoPage]
) -> None:
    front = await asyncio.to_thread(page)
    async with debugging(launch=target(front)) as debug:
        await debug.attach()
        await asyncio.to_thread(
            front.run,
            2,
            "import time\nr = 0\nwhile r < 500:\n    time.sleep(0.01)\n    r += 1\nprint('over')",
        )
        await debug.event("notebookCell", lambda it: it["cell"]["state"] == "running")
        stop = await debug.pause()
        assert (await stop.frames())[-1].name == "cell 2"
        await stop.evaluate("r = 500", "repl")
        await debug.disconnect()
    assert "over\n" in (await asyncio.to_thread(front.wait_for_end)).values()


async def test_an_interrupt_of_either_side_ends_the_cell(
    debugging: Debugging, page: Callable[[], MarimoPage], tmp_path: Path
) -> None:
    path = tmp_path / "shop.py"
    front = await asyncio.to_thread(page)
    async with debugging(launch=target(front)) as debug:
        await debug.attach(breakpoints={path: [line_of("twice")]})
        await asyncio.to_thread(front.run, 2)
        await debug.stopped("breakpoint", line=line_of("twice"))
        await asyncio.to_thread(front.post, "interrupt")
        await debug.event("notebookCell", lambda it: it["cell"]["state"] == "interrupted")
        await asyncio.to_thread(front.wait_for_end)
        await debug.break_at(path)
        await asyncio.to_thread(
            front.run, 2, "import time\nr = 0\nprint('begun')\nwhile r >= 0:\n    time.sleep(0.01)"
        )
        await asyncio.to_thread(front.wait_until_printed, "begun")
        await debug.ask("notebookInterrupt")
        await debug.event("notebookCell", lambda it: it["cell"]["state"] == "interrupted")
        await asyncio.to_thread(front.wait_for_end)
        assert await debug.evaluate("r") == "0"
        with pytest.raises(Refused, match="run in its page"):
            await debug.run("all")
        with pytest.raises(Refused, match="started by marimo"):
            await debug.ask("restart")
        await debug.disconnect()


async def test_exceptions_and_log_points_of_cells_are_told(
    debugging: Debugging, page: Callable[[], MarimoPage], tmp_path: Path
) -> None:
    path = tmp_path / "shop.py"
    front = await asyncio.to_thread(page)
    async with debugging(launch=target(front)) as debug:
        await debug.attach()
        await debug.break_at(path, {"line": line_of("twice"), "logMessage": "n is {n}"})
        await asyncio.to_thread(front.run, 2)
        await debug.output_until("n is 21")
        await asyncio.to_thread(front.wait_for_end)
        await asyncio.to_thread(front.run, 2, "r = double('x') / 2")
        stop = await debug.stopped("exception")
        assert await stop.evaluate("double(1)") == "2"
        await stop.continue_()
        await debug.event("notebookCell", lambda it: it["cell"]["state"] == "failed")
        await asyncio.to_thread(front.wait_for_end)
        await debug.disconnect()


async def test_nothing_of_ours_is_left_in_the_kernel(
    debugging: Debugging, page: Callable[[], MarimoPage]
) -> None:
    look = (
        "import signal as _signal, sys as _sys, threading as _threading\n"
        "from marimo._runtime.context import get_context as _get\n"
        "_lists = _get()._kernel._hooks._lists.values()\n"
        "print(sum(len(it._entries) for it in _lists), _signal.getsignal(_signal.SIGURG),"
        " _sys.gettrace(), _sys.unraisablehook, _threading.excepthook,"
        " [it for it in _sys.modules if 'dap_kernel' in it])\nr = 1"
    )
    front = await asyncio.to_thread(page)

    def state() -> str:
        front.run(2, look)
        return front.wait_for_end()[front.ids[1]]

    before = await asyncio.to_thread(state)
    for _ in range(2):
        async with debugging(launch=target(front)) as debug:
            await debug.attach()
            assert await debug.evaluate("r") == "1"
            await debug.disconnect()
        assert await asyncio.to_thread(state) == before


async def test_who_cannot_come_in_is_told_why(
    debugging: Debugging, page: Callable[[], MarimoPage], tmp_path: Path
) -> None:
    front = await asyncio.to_thread(page)
    (tmp_path / "hold").touch()
    file = str(tmp_path / "hold")
    hold = f"import os, time\nwhile os.path.exists({file!r}):\n    time.sleep(0.01)\nr = 'held'\nprint(r)"
    problems = {
        "without its token": {"marimo": {"url": front.url}},
        "it has no such session": target(front, session="/nowhere.py"),
        "there is no marimo at": {"marimo": {"url": "http://127.0.0.1:1"}},
    }
    for problem, launch in problems.items():
        async with debugging(launch=launch) as debug:
            with pytest.raises(Refused, match=problem):
                await debug.attach()
    await asyncio.to_thread(front.run, 2, hold)
    await asyncio.to_thread(front.wait_until_it_runs, 2)
    async with debugging(launch=target(front)) as debug:
        with pytest.raises(Refused, match="runs a cell"):
            await debug.attach()
    (tmp_path / "hold").unlink()  # the cell was not interrupted, though its visitor has gone
    assert "held\n" in (await asyncio.to_thread(front.wait_for_end)).values()
    async with debugging(launch=target(front)) as debug:
        await debug.attach()
        assert await debug.evaluate("r") == "'held'"
        await debug.disconnect()
