"""Signal handlers that raise: in the program, in our trace functions and callbacks, in conditions."""

import signal
import sys
import textwrap
from typing import Any

import pytest

from dap_kernel.agent.stops.stop import Stop
from dap_kernel.agent.watch.frame_watcher import FrameWatcher
from dap_kernel.agent.wire.messages import FunctionBreakpoint

from ..watching import BACKENDS, watch

pytestmark = pytest.mark.parametrize("backend", BACKENDS)
ROUNDS = 60

PROGRAM = textwrap.dedent("""\
    import random
    import signal

    class Late(Exception):
        pass

    def handler(signum, frame):
        counts["raised"] += 1
        raise Late

    def work():
        total = 0
        for n in range(200_000):
            total += step(total)

    def step(n):
        k = n  # in step
        return [k, lambda: k][0] * 0 + 1

    def produce():
        for n in range(3):
            yield step(n)

    def fail(n):
        raise KeyError(n)

    def after():
        return 1  # after

    def busy(kind):
        if kind == "calls":
            work()
        for n in range(100_000 if kind == "generators" else 0):
            for it in produce():
                total = it
        for n in range(10_000 if kind == "new code" else 0):
            exec(compile("def f(): return 1\\nf()", "made.py", "exec"), {})
        for n in range(100_000 if kind == "exceptions" else 0):
            try:
                fail(1)
            except KeyError:
                pass

    signal.signal(signal.SIGALRM, handler)
    for n in range(rounds):
        try:
            signal.setitimer(signal.ITIMER_REAL, 1e-5 + random.random() * 5e-4)
            busy(kind)
        except Late:
            counts["caught"] += 1
        after()
    """)
IN_STEP, AFTER = (
    next(n for n, line in enumerate(PROGRAM.splitlines(), 1) if line.endswith(it))
    for it in ("# in step", "# after")
)
POINTS: dict[str, dict[str, str]] = {
    "none": {},
    "a condition": {"condition": "n == -1"},
    "a condition that calls": {"condition": "step.__name__ == str(n)"},
    "a hit count": {"hit_condition": "% 100000000"},
    "a log point": {"log_message": "{n} {n!r}"},
}


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("kind", ["calls", "generators", "new code", "exceptions"])
def test_what_a_handler_raises_arrives_and_breakpoints_go_on(
    backend: str, kind: str, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Time-outs by SIGALRM, dozens of them, wherever they come: none is lost, nor is a breakpoint."""
    counts = {"raised": 0, "caught": 0}

    def ignored(unraisable: Any) -> None:
        """What came in a callback of the standard library's own is lost without us, too."""
        counts["caught"] += not getattr(unraisable.object, "__module__", "").startswith("dap_kernel")

    monkeypatch.setattr(sys, "unraisablehook", ignored)
    breakpoints: dict[int, dict[str, str]] = {AFTER: {}}
    if point != "none":
        breakpoints[IN_STEP] = POINTS[point]
    before = signal.getsignal(signal.SIGALRM)
    try:
        seen = watch(backend, PROGRAM, breakpoints, names={"counts": counts, "rounds": ROUNDS, "kind": kind})
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert seen.raised is None
    assert counts["raised"] == counts["caught"] == ROUNDS
    assert seen.lines == [AFTER] * ROUNDS


def test_a_handler_that_waits_for_a_thread_whose_code_is_new(backend: str) -> None:
    source = textwrap.dedent("""\
        import random, signal, threading
        def fresh(n):
            exec(compile(f"def f():\\n    return {n}\\nf()", f"made{n}.py", "exec"), {"__name__": "made"})
        def handler(signum, frame):
            thread = threading.Thread(target=fresh, args=(-len(joined),), daemon=True)
            thread.start()
            thread.join(5)
            joined.append(not thread.is_alive())
        signal.signal(signal.SIGALRM, handler)
        n = 0
        while len(joined) < 150 and all(joined):
            signal.setitimer(signal.ITIMER_REAL, 1e-5 + random.random() * 2e-4)
            for n in range(n + 1, n + 9):
                fresh(n)
        """)
    joined: list[bool] = []
    before = signal.getsignal(signal.SIGALRM)
    functions = [FunctionBreakpoint(1, "f", condition="False")]
    try:
        watch(backend, source, functions=functions, names={"joined": joined})
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert all(joined)


def test_what_a_handler_raises_while_a_call_is_stepped_over(backend: str) -> None:
    source = textwrap.dedent("""\
        import signal
        def handler(signum, frame):
            raise TimeoutError("late")
        def work():
            signal.setitimer(signal.ITIMER_REAL, 0.003)
            for n in range(1_000_000):
                [k for k in range(9)]
        signal.signal(signal.SIGALRM, handler)
        for n in range(20):
            try:
                work()
            except TimeoutError:
                caught.append(n)
            x = n
        """)
    caught: list[int] = []
    before = signal.getsignal(signal.SIGALRM)

    def go(watcher: FrameWatcher, stop: Stop) -> str | None:
        return "over" if stop.frames[0].line != 14 else None

    try:
        seen = watch(backend, source, [11, 14], [go] * 200, names={"caught": caught})
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert caught == list(range(20))
    assert seen.lines == [11, 12, 13, 14] * 20
