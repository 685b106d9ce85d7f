"""`python -m tests.benchmarks [--python PATH]... [--only WORD]`: ours against debugpy, in one run.

Ratios are to the same program without a debugger, under the same Python, measured in turns with it. A
debugpy that is not installed in a Python has no column there.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.pythons import others

from . import measures
from .measures import all_programs, native_s, step_over_s, timed_beside_s, timed_s
from .peer import Debugger, best_ratio
from .programs import WATCHED, Program

LOGS_N, LINES_N = 5000, 200_000
Cell = str


@dataclass
class Column:
    """One Python, and what is known of it so far."""

    python: str
    version: tuple[int, int]
    debuggers: list[Debugger]


def columns(pythons: list[str]) -> list[Column]:
    made = []
    for python in pythons:
        find = "importlib.util.find_spec('debugpy') is not None"
        look = f"import sys, importlib.util; print(*sys.version_info[:2], {find})"
        major, minor, has = subprocess.run(
            [python, "-c", look], capture_output=True, text=True, check=True
        ).stdout.split()
        debuggers = [Debugger.debugpy(python)] if has == "True" else []
        made.append(Column(python, (int(major), int(minor)), [*debuggers, Debugger.ours(python)]))
    return made


class Bench:
    """The rows, one method call each; a row's figures are printed as soon as they are there."""

    def __init__(self, programs: dict[str, Program], table: list[Column], only: str | None) -> None:
        self._programs = programs
        self._columns = table
        self._only = only
        heads = [f"{it.name} {c.version[0]}.{c.version[1]}" for c in table for it in c.debuggers]
        self._print("", ["target", *heads])

    def ratio(
        self, name: str, target: str, program: str, measure: Callable[[Debugger, Program], float]
    ) -> None:
        """A row of ratios to the program without a debugger."""

        def cell(column: Column, debugger: Debugger) -> str:
            it = self._programs[program]
            return f"{best_ratio(lambda: measure(debugger, it), lambda: native_s(it, column.python)):.2f}×"

        self.row(name, target, cell)

    def row(
        self, name: str, target: str, cell: Callable[[Column, Debugger], str], ours: bool = False
    ) -> None:
        """A row of any figures; `ours`: debugpy has nothing to compare."""
        if self._only is not None and self._only not in name:
            return
        cells = []
        for column in self._columns:
            for debugger in column.debuggers:
                if ours and debugger.name != "ours":
                    cells.append("–")
                    continue
                try:
                    cells.append(cell(column, debugger))
                except Exception as error:  # a figure that is missing is a row of the table, not its end
                    cells.append(f"failed: {error or type(error).__name__}"[:60])
        self._print(name, [target, *cells])

    def _print(self, name: str, cells: list[str]) -> None:
        print(f"{name:<47}" + "".join(f"{it:>20}" for it in cells), flush=True)


def run(bench: Bench, programs: dict[str, Program]) -> None:
    at = {name: it.line for name, it in programs.items()}
    bench.ratio("attached, no breakpoint, calls", "1.02×", "calls", lambda d, p: timed_s(d, p, []))
    elsewhere = [{"line": at["calls"]("ELSEWHERE")}]
    bench.ratio(
        "breakpoint elsewhere, calls", "1.1× (3.11: 6×)", "calls", lambda d, p: timed_s(d, p, elsewhere)
    )
    never = [{"line": at["hot"]("NEVER")}]
    bench.ratio("breakpoint never reached, hot", "1.15× (12×)", "hot_slow", lambda d, p: timed_s(d, p, never))
    for name in WATCHED:
        target = "1.05× (3.11: 4×)"
        bench.ratio(f"point in another file, {name}", target, name, timed_beside_s)
        here = [{"line": at[name]("NEVER")}]
        bench.ratio(f"point in the module, {name}", target, name, partial(timed_s, breakpoints=here))
    false = [{"line": at["hot"]("HOT"), "condition": "i == -1"}]
    bench.ratio("false condition on a hot line", "8× (25×)", "hot_slow", lambda d, p: timed_s(d, p, false))
    bench.ratio("step over a hot call", "1.1× (6×)", "calls", step_over_s)

    def figure(
        measure: Callable[[Debugger, Program], float], program: str, unit: str, digits: int = 1
    ) -> object:
        return lambda column, debugger: f"{measure(debugger, programs[program]):.{digits}f} {unit}"

    def steps(debugger: Debugger, program: Program) -> float:
        return measures.steps_ms(debugger, program, False)

    def looks(debugger: Debugger, program: Program) -> float:
        return measures.steps_ms(debugger, program, True)

    bench.row("next → stopped, median", "2 ms", figure(steps, "steps", "ms", 2))
    bench.row("  + stackTrace, scopes, variables", "5 ms", figure(looks, "steps", "ms", 2))
    bench.row("  with four busy threads", "told", figure(steps, "threads", "ms", 2))
    bench.row("spawn → first stop", "200 ms", figure(measures.first_stop_ms, "steps", "ms", 0))

    def hot(column: Column, debugger: Debugger) -> str:
        middle, late = measures.hot_loop_ms(debugger, programs["spin"])
        return f"{middle:.1f} / {late:.1f} ms"

    bench.row("breakpoint in a hot loop, median / p95", "5 / 12 ms", hot)
    bench.row("pause in Python code", "10 ms", figure(measures.pause_ms, "spin", "ms"))
    bench.row("pause in time.sleep", "10 ms", figure(measures.pause_ms, "sleep", "ms"))

    def page(column: Column, debugger: Debugger) -> str:
        taken, rows = measures.page_ms(debugger, programs["list"])
        return f"{taken:.1f} ms, {rows} rows"

    bench.row("100 rows from the middle of 10⁶", "5 ms", page)

    def notebook(name: str, every: int) -> Callable[[Column, Debugger], str]:
        return lambda _, debugger: f"{measures.big_notebook_s(debugger, programs[name], every):.2f} s"

    bench.row("1,000 cells, 100 breakpoints, run begins", "linear", notebook("cells_1000", 10), ours=True)
    bench.row("10,000 cells, 1,000 breakpoints, run begins", "1 s", notebook("cells_10000", 10), ours=True)

    def memory(column: Column, debugger: Debugger) -> str:
        server, agent = measures.memory_mb(programs["cells_100"], column.python)
        return f"{server:.0f} / {agent:.1f} MB"

    bench.row("memory: server / what the agent adds", "50 / 8 MB", memory, ours=True)

    def logs(column: Column, debugger: Debugger) -> str:
        return f"{measures.logs_per_s(debugger, programs['logs'], LOGS_N):,.0f} /s"

    def lines(column: Column, debugger: Debugger) -> str:
        return f"{measures.lines_per_s(debugger, programs['lines'], LINES_N):,.0f} /s"

    bench.row("log points", "told", logs)
    bench.row("lines of output", "100,000 /s", lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--python", action="append", help="a Python to run programs under; may be repeated")
    parser.add_argument("--only", help="only rows whose name has this in it")
    options = parser.parse_args()
    pythons = options.python or [sys.executable, *(it.path for it in others())]
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
        programs = all_programs(Path(folder))
        run(Bench(programs, columns(pythons), options.only), programs)


if __name__ == "__main__":
    main()
