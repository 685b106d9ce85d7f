"""Kernels that Jupyter has started, attached to while their page runs cells: looked into, and let go."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.client.fixtures import Debugging
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
