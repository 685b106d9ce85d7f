"""Kernels that Jupyter has started, attached to while their page runs cells: looked into, and let go."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.client.connection import Refused
from tests.client.debug import Backend
from tests.client.fixtures import Debugging, Write
from tests.client.serving import Server
from tests.jupyter_page import Page
from tests.pythons import Python

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
HELPER = "def double(n):\n    twice = n * 2\n    return twice"
LOOP = "import time\nprint('begun')\nn = 0\nwhile n >= 0:\n    n += 1\nprint('over')"


@pytest.fixture
def page(python: Python, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Starts a kernel and a front end of it: `front = page(session=...)`."""
    if not python.can_import("ipykernel"):
        pytest.skip("this Python has no ipykernel")
    started: list[Page] = []

    def start(session: str | None = None) -> Page:
        started.append(Page(python.path, tmp_path, session))
        return started[-1]

    yield start
    for it in started:
        it.close()


@pytest.fixture
def notebook(tmp_path: Path) -> Callable[..., Path]:
    """Writes a notebook of these cells, whose ids are `cell-1` and so on."""

    def write(*sources: str) -> Path:
        book = nbformat.v4.new_notebook()
        book.cells = [nbformat.v4.new_code_cell(it, id=f"cell-{at}") for at, it in enumerate(sources, 1)]
        path = tmp_path / "shop.ipynb"
        path.write_text(nbformat.writes(book))
        return path

    return write


def line_of(path: Path, start: str) -> int:
    """Return the line of the notebook's JSON that has this text."""
    return next(
        at for at, it in enumerate(path.read_text().split("\n"), 1) if it.strip().startswith(f'"{start}')
    )


def target(front: Page, path: Path | None = None) -> dict[str, Any]:
    jupyter = {"connectionFile": str(front.connection_file)}
    given: dict[str, Any] = {"jupyter": jupyter, "notebookEvents": True}
    return given if path is None else {**given, "notebook": str(path)}


async def test_breakpoints_stop_cells_that_the_page_runs(
    debugging: Debugging, page: Callable[..., Page], notebook: Callable[..., Path]
) -> None:
    path = notebook(HELPER, "r = double(21)\nprint('r', r)")
    front = await asyncio.to_thread(page)
    await asyncio.to_thread(front.do, HELPER, "cell-1")
    async with debugging(launch=target(front, path)) as debug:
        await debug.attach(breakpoints={path: [line_of(path, "    twice")]})
        request = front.run("r = double(21)\nprint('r', r)", "cell-2")
        stop = await debug.stopped("breakpoint", line=line_of(path, "    twice"), name="double")
        frames = await stop.frames()
        assert [it.name for it in frames] == ["double", "cell 2"]
        assert await frames[0].evaluate("n + 1") == "22"
        await stop.next()
        stop = await debug.stopped("step", line=line_of(path, "    return"))
        assert (await stop.locals())["twice"] == "42"
        await stop.step_out()
        stop = await debug.stopped("step", line=line_of(path, "r = double"))
        await stop.next()
        stop = await debug.stopped("step", line=line_of(path, "print"))
        await stop.continue_()
        reply = await asyncio.to_thread(front.reply, request)
        assert reply["status"] == "ok"
        await debug.event("notebookCell", lambda it: it["cell"]["state"] == "done")
        assert await debug.evaluate("r + 1") == "43"
        await debug.disconnect()
    assert await asyncio.to_thread(front.printed, request) == "r 42\n"
    assert await asyncio.to_thread(front.do, "print(double(4))") == "8\n"


async def test_a_cell_that_runs_already_stops(
    debugging: Debugging, page: Callable[..., Page], notebook: Callable[..., Path]
) -> None:
    path = notebook(LOOP)
    front = await asyncio.to_thread(page, str(path))
    request = front.run(LOOP, "cell-1")
    await asyncio.to_thread(front.wait_until_printed, request, "begun")
    async with debugging(launch=target(front)) as debug:  # Jupyter says which notebook it is
        await debug.attach(breakpoints={path: [line_of(path, "    n += 1")]})
        stop = await debug.stopped("breakpoint", line=line_of(path, "    n += 1"))
        assert await stop.evaluate("n >= 0") == "True"
        await debug.break_at(path)
        await stop.evaluate("n = -10", "repl")
        await stop.continue_()
        assert (await asyncio.to_thread(front.reply, request))["status"] == "ok"
        await debug.disconnect()


async def test_the_session_runs_cells_as_the_page_does(
    debugging: Debugging, page: Callable[..., Page], notebook: Callable[..., Path]
) -> None:
    path = notebook("n = 20\nprint('n is', n)", "import sys\nprint(n + 1, file=sys.stderr)\nn + 2", "1 / 0")
    front = await asyncio.to_thread(page)
    async with debugging(launch=target(front, path)) as debug:
        await debug.attach()
        await debug.run({"cells": ["cell-1", "cell-2"]})
        assert "n is 20\n" in await debug.output_until("n is 20\n", "stdout")
        assert "21\n" in await debug.output_until("21\n", "stderr")
        assert "22\n" in await debug.output_until("22\n", "stdout")
        await debug.event(
            "notebookCell", lambda it: it["cell"]["number"] == 2 and it["cell"]["state"] == "done"
        )
        await debug.break_at(path, line_of(path, "n = 20"))
        await debug.run({"cells": ["cell-1"]})
        stop = await debug.stopped("breakpoint", line=line_of(path, "n = 20"))
        await stop.next()
        stop = await debug.stopped("step", line=line_of(path, "print('n is'"))
        await stop.continue_()
        await debug.event(
            "notebookCell", lambda it: it["cell"]["number"] == 1 and it["cell"]["state"] == "done"
        )
        await debug.break_on_exceptions()
        await debug.run({"cells": ["cell-3"]})
        assert "ZeroDivisionError" in await debug.output_until("division by zero", "stderr")
        await debug.disconnect()
    assert await asyncio.to_thread(front.do, "print(n, In[-2])") == "20 1 / 0\n"


async def test_continue_at_an_idle_stop_runs_nothing(
    debugging: Debugging, page: Callable[..., Page], notebook: Callable[..., Path]
) -> None:
    path = notebook("n = 1", "n = 2")
    front = await asyncio.to_thread(page)
    async with debugging(launch=target(front, path)) as debug:
        await debug.attach()
        await asyncio.to_thread(front.do, "n = 1", "cell-1")
        await debug.ask("pause", threadId=1)
        stop = await debug.idle()
        assert (await stop.locals())["n"] == "1"
        await stop.continue_()
        assert await debug.evaluate("n") == "1"
        assert await asyncio.to_thread(front.do, "print(len(In))") == "3\n"
        await debug.disconnect()


async def test_a_kernel_that_is_killed_ends_the_session(
    debugging: Debugging, page: Callable[..., Page], notebook: Callable[..., Path]
) -> None:
    path = notebook(LOOP)
    front = await asyncio.to_thread(page)
    request = front.run(LOOP, "cell-1")
    await asyncio.to_thread(front.wait_until_printed, request, "begun")
    async with debugging(launch=target(front, path)) as debug:
        await debug.attach(breakpoints={path: [line_of(path, "    n += 1")]})
        await debug.stopped("breakpoint")
        front.process.kill()
        await debug.output_until("the kernel ended", "stderr")
        await debug.terminated()


async def test_a_text_that_is_not_saved_stops_at_its_lines_of_the_file(
    debugging: Debugging, page: Callable[..., Page], notebook: Callable[..., Path]
) -> None:
    path = notebook("a = 1\nb = 2\nc = 3")
    front = await asyncio.to_thread(page)
    async with debugging(launch=target(front, path)) as debug:
        await debug.attach(breakpoints={path: [line_of(path, "c = 3")]})
        request = front.run("a = 1\nextra = 10\nmore = 11\nb = 2\nc = 3", "cell-1")
        stop = await debug.stopped("breakpoint", line=line_of(path, "c = 3"))
        assert (await stop.locals())["more"] == "11"
        await stop.continue_()
        await asyncio.to_thread(front.reply, request)
        await debug.disconnect()


async def test_a_line_of_a_console_is_shown_as_the_kernel_has_it(
    debugging: Debugging, page: Callable[..., Page], notebook: Callable[..., Path]
) -> None:
    path = notebook(HELPER)
    front = await asyncio.to_thread(page)
    async with debugging(launch=target(front, path)) as debug:
        await asyncio.to_thread(front.do, HELPER)
        await debug.attach(breakpoints={path: [line_of(path, "    twice")]})
        request = front.run("x = 5\nprint(double(x))")
        stop = await debug.stopped("breakpoint", line=line_of(path, "    twice"))
        _, caller = await stop.frames()
        shown = await debug.ask("source", sourceReference=caller.told["source"]["sourceReference"])
        assert (shown["content"], caller.line) == ("x = 5\nprint(double(x))", 2)
        await stop.continue_()
        await asyncio.to_thread(front.reply, request)
        await debug.disconnect()


async def test_a_kernel_is_found_by_its_notebook_or_its_id(
    debugging: Debugging,
    page: Callable[..., Page],
    notebook: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = notebook("n = 1")
    front = await asyncio.to_thread(page, str(path))
    folder = front.connection_file.parent
    front.connection_file.rename(folder / "kernel-4711.json")
    for wanted in (str(path), "4711"):
        launch = {"jupyter": {"kernel": wanted}}
        async with debugging(launch=launch, env={"JUPYTER_RUNTIME_DIR": str(folder)}) as debug:
            await debug.attach()
            assert await debug.evaluate("40 + 2") == "42"
            await debug.disconnect()
    async with debugging(
        launch={"jupyter": {"kernel": "no"}}, env={"JUPYTER_RUNTIME_DIR": str(folder)}
    ) as debug:
        with pytest.raises(Refused, match=f"Those that run, the newest first: 4711 .{path}"):
            await debug.attach()


async def test_a_pause_stops_a_cell_that_sleeps_and_the_page_interrupts_it(
    debugging: Debugging, page: Callable[..., Page], notebook: Callable[..., Path]
) -> None:
    text = "import time\nprint('begun')\ntime.sleep(600)\nprint('over')"
    path = notebook(text)
    front = await asyncio.to_thread(page)
    request = front.run(text, "cell-1")
    await asyncio.to_thread(front.wait_until_printed, request, "begun")
    async with debugging(launch=target(front, path)) as debug:
        await debug.attach()
        stop = await debug.pause()
        assert await stop.line() == line_of(path, "time.sleep")
        assert [it.name for it in await stop.frames()] == ["cell 1"]
        front.process.send_signal(signal.SIGINT)
        assert (await asyncio.to_thread(front.reply, request))["ename"] == "KeyboardInterrupt"
        await debug.event("notebookCell", lambda it: it["cell"]["state"] == "interrupted")
        await debug.disconnect()


async def test_a_step_goes_into_a_module_and_a_second_session_is_told_of_the_first(
    debugging: Debugging, page: Callable[..., Page], notebook: Callable[..., Path], write: Write
) -> None:
    module = write("shop.py", "def price(n):\n    return n * 2\n")
    path = notebook("import shop\nshop.price(4)")
    front = await asyncio.to_thread(page)
    async with debugging(launch=target(front, path)) as debug:
        await debug.attach(breakpoints={path: [line_of(path, "shop.price")]})
        async with debugging(launch=target(front, path)) as second:
            with pytest.raises(Refused, match="is being debugged by Visual Studio Code"):
                await second.attach()
        request = front.run("import shop\nshop.price(4)", "cell-1")
        stop = await debug.stopped("breakpoint", line=line_of(path, "shop.price"))
        await stop.step_in()
        stop = await debug.stopped("step", line=2, name="price")
        assert (await stop.frame()).path == str(module)
        await stop.continue_()
        assert (await asyncio.to_thread(front.reply, request))["status"] == "ok"
        await debug.disconnect()


@pytest.mark.parametrize("when", ["running", "stopped"])
async def test_a_cell_goes_on_when_the_server_is_killed(
    when: str,
    debugging: Debugging,
    backend: Backend,
    page: Callable[..., Page],
    notebook: Callable[..., Path],
) -> None:
    text = "import os\nprint('begun')\nn = 0\nwhile not os.path.exists('go'):\n    n += 1\nprint('over')"
    path = notebook(text)
    front = await asyncio.to_thread(page)
    request = front.run(text, "cell-1")
    await asyncio.to_thread(front.wait_until_printed, request, "begun")
    server = await Server.start(env={"DAP_KERNEL_BACKEND": backend})
    async with debugging(server=server, launch=target(front, path)) as debug:
        await debug.attach(breakpoints={path: [line_of(path, "    n += 1")] if when == "stopped" else []})
        if when == "stopped":
            await debug.stopped("breakpoint")
        debug.server.process.kill()
        await debug.connection.ended()
        await debug.server.process.wait()
    (path.parent / "go").touch()
    assert (await asyncio.to_thread(front.reply, request))["status"] == "ok"
    assert await asyncio.to_thread(front.printed, request) == "begun\nover\n"
    async with debugging(launch=target(front, path)) as debug:
        await debug.attach()
        assert await debug.evaluate("n > 0") == "True"
        await debug.disconnect()
