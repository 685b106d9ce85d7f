"""Cells that start processes and threads, fork, log and die in odd places: as without us."""

import textwrap
from pathlib import Path

import pytest

from tests.client.fixtures import Debugging, Write, WriteCells
from tests.pythons import Python
from tests.sessions.notebooks import at

POOLS = """
import multiprocessing as mp
from concurrent.futures import ProcessPoolExecutor
from math import factorial
if __name__ == "__main__":
    for method in ("fork", "spawn", "forkserver"):
        with mp.get_context(method).Pool(2) as pool:
            print(method, pool.map(factorial, [3, 4]))
    with ProcessPoolExecutor(1, mp.get_context("spawn")) as pool:
        print("executor", pool.submit(factorial, 5).result())
"""
OWN = """
def square(n):
    return n * n

if __name__ == "__main__":  # a spawned process runs the file, as ever
    with mp.get_context("fork").Pool(1) as pool:
        print("own", pool.map(square, [7]))
"""
EXPECTED = ["fork [6, 24]", "spawn [6, 24]", "forkserver [6, 24]", "executor 120"]


def notebook(format: str, write: Write) -> Path:
    if format == "script":
        return write("pools.py", POOLS)
    if format == "percent":
        return write("pools.py", f"# %%{POOLS}# %%{OWN}")
    if format == "marimo":
        head = "import marimo\n\napp = marimo.App()\n\n\n@app.cell\ndef _():"
        return write("pools.py", head + textwrap.indent(POOLS, "    ") + "    return\n")
    import nbformat.v4 as v4

    book = v4.new_notebook(cells=[v4.new_code_cell(it.strip()) for it in (POOLS, OWN)])
    path = write("pools.ipynb", "")
    path.write_text(__import__("nbformat").writes(book))
    return path


@pytest.mark.parametrize("format", ["script", "percent", "marimo", "jupyter"])
async def test_pools_work_as_without_us(
    format: str, debugging: Debugging, write: Write, python: Python
) -> None:
    if format == "marimo" and not python.can_import("marimo"):
        pytest.skip("a spawned worker imports the notebook, and that imports marimo")
    path = notebook(format, write)
    async with debugging(path, launch={"orphanTimeout": 0}) as debug:
        await debug.launch(breakpoints={path: [1]} if format == "script" else {})
        if format == "script":
            await debug.stopped()
            await debug.break_at(path)
            await debug.ask("continue", threadId=1)
            assert await debug.terminated() == 0
        else:
            idle = await debug.idle()
            assert "fail" not in idle.text, debug.printed()
        said = debug.printed("stdout").splitlines()
        expected = [*EXPECTED, "own [49]"] if format in ("percent", "jupyter") else EXPECTED
        assert [it for it in said if it in expected] == expected, debug.printed()
        assert "Traceback" not in debug.printed()


async def test_a_child_forked_at_a_breakpoint_goes_on(debugging: Debugging, write: Write) -> None:
    path = write(
        "forks.py",
        """
        # %% one
        import os

        def work(who):
            n = 1
            os.write(1, f"{who} worked\\n".encode())

        child = os.fork()
        if child == 0:
            work("child")
            os._exit(5)
        print("status", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        work("parent")
        """,
    )
    async with debugging(path, launch={"orphanTimeout": 0}) as debug:
        await debug.launch(breakpoints={path: [at(path, "n = 1"), at(path, "child = os.fork()")]})
        stop = await debug.stopped("breakpoint", line=at(path, "child = os.fork()"))
        await stop.next()
        stop = await debug.stopped("step", line=at(path, "if child"))
        await stop.continue_()
        stop = await debug.stopped("breakpoint", line=at(path, "n = 1"))
        assert await stop.locals() == {"who": "'parent'"}
        assert "child worked\n" in debug.printed() and "status 5\n" in debug.printed()
        await stop.continue_()
        await debug.output_until("parent worked")
        await debug.idle()
        # A child that is forked in the console at a stop ends by itself, too.
        await debug.run("all")
        stop = await debug.stopped("breakpoint", line=at(path, "child = os.fork()"))
        forked = "(p := __import__('os').fork()) or __import__('os')._exit(3)"
        await stop.evaluate(forked, "repl")
        assert await stop.evaluate("os.waitstatus_to_exitcode(os.wait()[1])", "repl") == "3"
        await stop.continue_()
        stop = await debug.stopped("breakpoint", line=at(path, "n = 1"))


async def test_stops_where_locks_are_held(debugging: Debugging, write: Write) -> None:
    path = write(
        "locks.py",
        """
        # %% one
        import logging, sys, threading

        class Handler(logging.Handler):
            def emit(self, record):
                text = record.getMessage()
                sys.stdout.write(text + "\\n")

        log = logging.getLogger("mine")
        log.addHandler(Handler())
        log.warning("first")

        def deep(n):
            return n and 1 + deep(n - 1)

        def worker():
            log.warning("second")

        thread = threading.Thread(target=worker)
        thread.start()
        thread.join()

        def endless(n):
            if n == 900:
                n = n
            return endless(n + 1)

        try:
            endless(0)
        except RecursionError:
            print("caught")
        """,
    )
    async with debugging(path, launch={"orphanTimeout": 0}) as debug:
        await debug.launch(breakpoints={path: [at(path, "text = record.getMessage()"), at(path, "n = n")]})
        for text in ("first", "second"):
            stop = await debug.stopped("breakpoint", line=at(path, "text = record.getMessage()"))
            assert (stop.thread == 1) == (text == "first")
            await stop.next()
            stop = await debug.stopped("step", line=at(path, "sys.stdout.write(text"))
            assert (await stop.locals())["text"] == f"'{text}'"
            await stop.evaluate("log.warning('nested')", "repl")
            await debug.output_until("nested")
            await stop.continue_()
        stop = await debug.stopped("breakpoint", line=at(path, "n = n"))
        assert (await stop.locals())["n"] == "900"
        assert await stop.evaluate("deep(20)", "repl") == "20"
        assert len(await stop.frames()) > 900
        await stop.continue_()
        await debug.output_until("caught")
        await debug.idle()


AWAITS = "import asyncio\nawait asyncio.sleep(0)\n"
FORKS = {  # what the child does, whether in a cell that awaits, and the code that it exits with
    "plain": ("pass", "", 0),
    "exits": ("raise SystemExit(6)", "", 6),
    "exits with a text": ("raise SystemExit('no data')", "", 1),
    "fails": ("1 / 0", "", 1),
    "is interrupted": ("raise KeyboardInterrupt", "", 130),
    "awaits": ("raise SystemExit(6)", AWAITS, 6),
    "awaits and fails": ("1 / 0", AWAITS, 1),
}


@pytest.mark.parametrize("format", ["percent", "jupyter", "marimo"])
@pytest.mark.parametrize("fork", FORKS)
async def test_a_forked_child_ends_at_the_end_of_its_cell(
    debugging: Debugging, write: Write, write_cells: WriteCells, format: str, fork: str
) -> None:
    """Also where a loop runs round the cell, of which Python 3.14 tells a child that there is none."""
    does, before, code = FORKS[fork]
    cells = [f"{before}import os\nchild = os.fork()\nif child == 0: {does}"]
    cells += ["print('ended', os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))", "last = 1"]
    if format == "jupyter":
        path = write_cells("forks.ipynb", *cells)
    elif format == "percent":
        path = write("forks.py", "\n".join(f"# %%\n{it}" for it in cells))
    else:
        functions = [
            f"@app.cell\nasync def _():\n{textwrap.indent(it, '    ')}\n    return\n" for it in cells
        ]
        path = write("forks.py", "\n\n".join(["import marimo\n\napp = marimo.App()\n", *functions]))
    async with debugging(path) as debug:
        await debug.launch()
        stop = await debug.idle()
        assert f"ended {code}\n" in debug.printed("stdout")
        assert await stop.evaluate("last") == "1"
        assert "loop" not in debug.printed("stderr")
