"""Hours of debugging in one session: neither the server nor the kernel may grow. By hand: `make soak`.

`SOAK_MINUTES` says for how long (60), `SOAK_REPORT_S` how often a line of figures is printed (30).
"""

import os
import statistics
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psutil
import pytest

from tests import pythons
from tests.client.debug import Debug
from tests.client.stop import Stop

MINUTES = float(os.environ.get("SOAK_MINUTES", "60"))
REPORT_S = float(os.environ.get("SOAK_REPORT_S", "30"))
WARM_UP = 0.2  # of the time: caches fill, arenas are taken
MOST_MB = 0.02  # of growth in 1,000 requests; of one leaked object of 100 bytes a request that is a fifth

NOTEBOOK = """\
# %% one
import threading
class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y
points = [Point(n, str(n)) for n in range(100)]
table = {n: [n] * 10 for n in range(50)}

# %% two
def work(n):
    kept = [n, str(n), {"n": n}]
    try:
        return 1 / (n % 2)
    except ZeroDivisionError as error:
        return kept

def walk():
    for n in range(3):
        work(n)
        print("line", n)

# %% three
walk()
thread = threading.Thread(target=work, args=(1,))
thread.start()
thread.join()
len(points)

# %% four
[it.x for it in points if it.x % 2][missing_name if False else 0]
1 / 0
"""


class Figures:
    """What both processes hold, against the number of requests."""

    def __init__(self, processes: dict[str, psutil.Process]) -> None:
        self._processes = processes
        self._began = time.monotonic()
        self.at: list[tuple[int, dict[str, float]]] = []

    @property
    def elapsed(self) -> float:
        """From 0 to 1."""
        return (time.monotonic() - self._began) / (60 * MINUTES)

    def take(self, requests: int) -> None:
        held = {name: it.memory_info().rss / 2**20 for name, it in self._processes.items()}
        if self.elapsed > WARM_UP:
            self.at.append((requests, held))
        shown = (f"{name} {size:7.2f} MB" for name, size in held.items())
        print(f"{100 * self.elapsed:5.1f} % {requests:9,} requests", *shown, flush=True)

    def growth(self, name: str) -> float:
        """Return MB in 1,000 requests, by the least squares."""
        requests = [float(it) for it, _ in self.at]
        held = [it[name] for _, it in self.at]
        return 1000 * statistics.linear_regression(requests, held).slope


async def look(debug: Debug, stop: Stop, rounds: Iterator[int]) -> None:
    """Do what users and editors do at a stop."""
    for frame in await stop.frames():
        for scope in await frame.scopes():
            for it in await debug.variables(scope["variablesReference"]):
                if it["variablesReference"] and not it["name"].endswith("variables"):
                    await debug.variables(it["variablesReference"])
    number = next(rounds)
    await stop.evaluate(f"{number} + len(dir())", context="watch")
    await stop.evaluate(f"soaked = [{number}]; print(soaked)", context="repl")
    await stop.completions("poi")
    await debug.request(
        "evaluate", expression=f"missing_{number % 50}", context="hover", frameId=(await stop.frame()).id
    )


async def once(debug: Debug, path: Path, rounds: Iterator[int]) -> None:
    """A round: other breakpoints, a run with stops, steps and a failure, and back to idle."""
    number = next(rounds)
    points = [{"line": 11, "condition": f"n < {number}"}, {"line": 20, "hitCondition": "> 1"}]
    await debug.break_at(path, *points, {"line": 12, "logMessage": "n is {n}"})
    await debug.break_on_exceptions(*(["raised", "uncaught"] if number % 3 == 0 else ["uncaught"]))
    edited = NOTEBOOK.replace("len(points)", f"len(points) + {number % 5}")
    await debug.ask("notebookSync", path=str(path), text=edited)
    await debug.run("all")
    steps = 0
    while (stop := await debug.stopped()).reason != "idle":
        steps += 1
        if steps % 3 == 0:
            await look(debug, stop, rounds)
        go_on = ("next", "step_in", "step_out", "continue_", "continue_", "continue_")[steps % 6]
        await getattr(stop, go_on)()
    await look(debug, stop, rounds)


@pytest.mark.timeout(0)
@pytest.mark.parametrize("backend", pythons.chosen().backends)
async def test_memory_stays_flat(tmp_path: Path, backend: str) -> None:
    path = tmp_path / "soaked.py"
    path.write_text(NOTEBOOK)
    rounds = count(1)
    launch = {"orphanTimeout": 0, "run": "none"}
    async with Debug(path, backend=backend, python=pythons.chosen().path, launch=launch) as debug:  # type: ignore[arg-type]
        await debug.launch()
        stop = await debug.idle()
        kernel = int(await stop.evaluate("__import__('os').getpid()", context="repl"))
        figures = Figures(
            {"server": psutil.Process(debug.server.process.pid), "kernel": psutil.Process(kernel)}
        )
        reported = 0.0
        while figures.elapsed < 1:
            await once(debug, path, rounds)
            debug.connection.forget()
            if time.monotonic() - reported > REPORT_S:
                reported = time.monotonic()
                figures.take(debug.connection.requests)
        grown = {name: figures.growth(name) for name in ("server", "kernel")}
        print(*(f"{name}: {it:+.3f} MB in 1,000 requests" for name, it in grown.items()))
        assert all(it < MOST_MB for it in grown.values()), grown
