"""One function a line of the comparison. Each returns a figure in the unit that its name says."""

import subprocess
import time
from pathlib import Path

import psutil

from . import programs
from .peer import Debugger, Json, Peer, best, median, percentile_95
from .programs import Program, write

CALLS_N = 2_000_000
HOT_N = 1_000_000
WATCHED_N = 300_000
STEPS = 100
TRIES = 20


def native_s(program: Program, python: str) -> float:
    """Seconds that the program says it took, without any debugger."""
    shown = subprocess.run([python, str(program.path)], capture_output=True, text=True, check=True)
    return float(shown.stdout.split()[1])


def timed_s(debugger: Debugger, program: Program, breakpoints: list[Json]) -> float:
    """Seconds that the program says it took, with these breakpoints, none of which stops it."""
    with Peer(debugger) as peer:
        peer.launch(program.path, breakpoints)
        return peer.timed()


def timed_beside_s(debugger: Debugger, program: Program) -> float:
    """Seconds that the program says it took, with a breakpoint in a file that it does not use."""
    other = program.path.with_name("beside.py")
    other.write_text("def beside():\n    return 1\n")
    with Peer(debugger) as peer:
        peer.launch(program.path, others={other: [{"line": 2}]})
        return peer.timed()


def step_over_s(debugger: Debugger, program: Program) -> float:
    """Seconds that the program says a call took that was stepped over."""
    with Peer(debugger) as peer:
        peer.launch(program.path, [{"line": program.line("STEP")}])
        _, thread = peer.stopped()
        peer.request("next", threadId=thread)
        peer.stopped()
        peer.request("continue", threadId=thread)
        return peer.timed()


def steps_ms(debugger: Debugger, program: Program, looks: bool) -> float:
    """Median from `next` to `stopped`, in ms; with `looks`, to the locals of the stop."""
    with Peer(debugger) as peer:
        peer.launch(program.path, [{"line": program.line("START")}])
        _, thread = peer.stopped()
        peer.request("stepIn", threadId=thread)
        peer.stopped()
        taken = []
        for _ in range(STEPS):
            began = time.perf_counter()
            peer.request("next", threadId=thread)
            at, _ = peer.stopped()
            if looks:
                frame = peer.request("stackTrace", threadId=thread, startFrame=0, levels=20)["stackFrames"][0]
                scopes = peer.request("scopes", frameId=frame["id"])["scopes"]
                peer.request("variables", variablesReference=scopes[0]["variablesReference"])
                at = time.perf_counter()
            taken.append((at - began) * 1e3)
        return median(taken)


def first_stop_ms(debugger: Debugger, program: Program) -> float:
    """From the spawning of the server to the first stop, in ms."""

    def once() -> float:
        with Peer(debugger) as peer:
            peer.launch(program.path, [{"line": program.line("START")}])
            at, _ = peer.stopped()
            return (at - peer.began) * 1e3

    return best(once)


def hot_loop_ms(debugger: Debugger, program: Program) -> tuple[float, float]:
    """From a breakpoint set in a loop that calls nothing to the stop: median and 95th percentile, in ms."""
    with Peer(debugger) as peer:
        peer.launch(program.path)
        taken = []
        for _ in range(TRIES):
            time.sleep(0.1)
            began = time.perf_counter()
            peer.break_at(program.path, [{"line": program.line("SPIN")}])
            at, thread = peer.stopped()
            taken.append((at - began) * 1e3)
            peer.break_at(program.path, [])
            peer.request("continue", threadId=thread)
        return median(taken), percentile_95(taken)


def pause_ms(debugger: Debugger, program: Program) -> float:
    """From `pause` to the stop, median, in ms."""
    with Peer(debugger) as peer:
        peer.launch(program.path)
        taken = []
        for _ in range(5):
            time.sleep(0.3)
            thread = peer.request("threads")["threads"][0]["id"]
            began = time.perf_counter()
            peer.request("pause", threadId=thread)
            at, thread = peer.stopped()
            taken.append((at - began) * 1e3)
            peer.request("continue", threadId=thread)
        return median(taken)


def page_ms(debugger: Debugger, program: Program) -> tuple[float, int]:
    """A page of 100 from the middle of a list of a million: median in ms, and the rows that came."""
    with Peer(debugger) as peer:
        peer.launch(program.path, [{"line": program.line("LOOK")}])
        _, thread = peer.stopped()
        frame = peer.request("stackTrace", threadId=thread)["stackFrames"][0]
        scope = peer.request("scopes", frameId=frame["id"])["scopes"][0]
        found = peer.request("variables", variablesReference=scope["variablesReference"])["variables"]
        numbers = next(it for it in found if it["name"] == "numbers")["variablesReference"]
        taken, rows = [], 0
        for _ in range(TRIES):
            began = time.perf_counter()
            page = peer.request(
                "variables", variablesReference=numbers, filter="indexed", start=500_000, count=100
            )
            taken.append((time.perf_counter() - began) * 1e3)
            rows = len(page["variables"])
        return median(taken), rows


def big_notebook_s(debugger: Debugger, program: Program, every: int) -> float:
    """From `initialize` to the first line that a notebook prints, a breakpoint in every n-th cell; in s."""
    with Peer(debugger) as peer:
        began = time.perf_counter()
        lines = range(2, 1 + 4 * 10_000, 4 * every)
        texts = program.path.read_text().count("# %%")
        asked = [{"line": line, "condition": "False"} for line in lines if line < 4 * texts]
        peer.launch(program.path, asked)
        while not peer.output:
            time.sleep(0.001)
        return time.perf_counter() - began


def logs_per_s(debugger: Debugger, program: Program, n: int) -> float:
    """Log points that a loop passed a second, by the program's own clock."""
    asked: list[Json] = [{"line": program.line("LOG"), "logMessage": "i is {i}"}]
    return n / timed_s(debugger, program, asked)


def lines_per_s(debugger: Debugger, program: Program, n: int) -> float:
    """Lines a second that a program printed and the client received, start of the program included."""
    with Peer(debugger) as peer:
        began = time.perf_counter()
        peer.launch(program.path)
        while not peer.is_over.wait(0.01):
            pass
        taken = time.perf_counter() - began
        received = "".join(peer.output).count("\n")
        if received < n:
            raise RuntimeError(f"{debugger.name}: {received} of {n} lines came")
        return n / taken


def memory_mb(program: Program, python: str) -> tuple[float, float]:
    """Of ours, at a stop of a notebook of 100 cells: the server's, and what the agent adds to the kernel."""
    with Peer(Debugger.ours(python)) as peer:
        peer.launch(program.path, [{"line": 4 * 99 + 3}])
        peer.stopped()
        server = psutil.Process(peer.process.pid)
        kernel = max(server.children(), key=lambda it: it.memory_info().rss)
        with_agent, of_server = kernel.memory_full_info().uss, server.memory_full_info().uss
    plain = subprocess.Popen([python, "-c", "import time; time.sleep(30)"])
    try:
        time.sleep(0.5)
        alone = psutil.Process(plain.pid).memory_full_info().uss
    finally:
        plain.kill()
        plain.wait()
    return of_server / 2**20, (with_agent - alone) / 2**20


def all_programs(folder: Path) -> dict[str, Program]:
    return {
        "calls": write(folder, "calls", programs.CALLS, n=CALLS_N),
        "hot": write(folder, "hot", programs.HOT, n=HOT_N),
        "hot_slow": write(folder, "hot_slow", programs.HOT, n=HOT_N // 10),
        "steps": write(folder, "steps", programs.STEPS, n=1000),
        "spin": write(folder, "spin", programs.SPIN),
        "sleep": write(folder, "sleep", programs.SLEEP),
        **programs.watched(folder, WATCHED_N),
        "list": write(folder, "list", programs.LIST),
        "logs": write(folder, "logs", programs.LOGS, n=5000),
        "lines": write(folder, "lines", programs.LINES, n=200_000),
        "threads": write(folder, "threads", programs.THREADS),
        "cells_100": programs.big_notebook(folder, 100),
        "cells_1000": programs.big_notebook(folder, 1000),
        "cells_10000": programs.big_notebook(folder, 10_000),
    }
