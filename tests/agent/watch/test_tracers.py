"""Tracers of others: chained, told everything, and put back. What is off costs nothing."""

import sys
import textwrap
import threading
from collections.abc import Callable
from time import process_time
from types import FrameType

import pytest

from ..watching import BACKENDS, make, run, set_lines, watch

pytestmark = pytest.mark.parametrize("backend", BACKENDS)

PROGRAM = """\
def f(n):
    a = n
    return a
x = f(1)
y = 2
"""


class Tracer:
    """Like a coverage tool's."""

    def __init__(self) -> None:
        self.lines: list[int] = []

    def __call__(self, frame: FrameType, event: str, arg: object) -> object:
        if event == "line" and frame.f_code.co_name == "f":
            self.lines.append(frame.f_lineno)
        return self.__call__


@pytest.fixture(autouse=True)
def _no_tracer() -> object:
    before, hook = sys.gettrace(), threading.gettrace()
    yield
    sys.settrace(before)
    threading.settrace(hook)  # type: ignore[arg-type]


def traced(backend: str, breakpoints: list[int], script: list[object]) -> tuple[list[int], list[int]]:
    """Run the program under a tracer of somebody else; return its lines in `f`, and ours."""
    tracer = Tracer()
    names: dict[str, object] = {}
    watcher, seen = make(backend, script)
    sys.settrace(tracer)  # type: ignore[arg-type]
    try:
        set_lines(watcher, breakpoints)
        run(watcher, seen, PROGRAM, names)
        watcher.clear_watch_list()
        assert sys.gettrace() is tracer
        exec("f(2)", names)
    finally:
        sys.settrace(None)
    return tracer.lines, seen.lines


def test_a_tracer_that_was_there_before_is_told_its_lines_and_put_back(backend: str) -> None:
    assert traced(backend, [], []) == ([2, 3, 2, 3], [])
    assert traced(backend, [4], ["over"]) == ([2, 3, 2, 3], [4, 5])
    assert traced(backend, [2], ["over", "out"]) == ([2, 3, 2, 3], [2, 3, 4])
    assert traced(backend, [5], []) == ([2, 3, 2, 3], [5])


def test_a_cell_that_installs_a_tracer_of_its_own(backend: str) -> None:
    more = (
        "import sys\nsys.settrace(tracer)\nwatcher.check()\nf(2)\nsys.settrace(None)\nwatcher.check()\nf(3)\n"
    )
    source = f"{PROGRAM}{more}"
    tracer = Tracer()
    seen = watch(backend, source, [2], names={"tracer": tracer})
    assert seen.lines == [2, 2, 2]
    assert tracer.lines == [2, 3]
    assert sys.gettrace() is None


def test_a_cell_that_saves_and_restores_the_tracer(backend: str) -> None:
    more = (
        "old = sys.gettrace()\nsys.settrace(tracer)\nf(2)\nwatcher.check()\nf(2)\nsys.settrace(old)\nf(3)\n"
    )
    source = f"{PROGRAM}import sys\n{more}"
    tracer = Tracer()
    seen = watch(backend, source, [3], names={"tracer": tracer})
    assert seen.lines[0] == seen.lines[-1] == 3
    assert tracer.lines == [2, 3, 2, 3]
    assert sys.gettrace() is None


def test_a_tracer_of_new_threads_is_chained_and_put_back(backend: str) -> None:
    source = f"{PROGRAM}import threading\nit = threading.Thread(target=f, args=(1,))\nit.start()\nit.join()\n"
    tracer = Tracer()
    threading.settrace(tracer)  # type: ignore[arg-type]
    seen = watch(backend, source, [2])
    assert seen.lines == [2, 2]
    assert tracer.lines == [2, 3]
    assert threading.gettrace() is tracer


def test_a_tracer_that_a_thread_installs_is_left_alone_without_breakpoints(backend: str) -> None:
    tracer = Tracer()
    watch(
        backend, f"import sys\nsys.settrace(tracer)\n{PROGRAM}sys.settrace(None)\n", names={"tracer": tracer}
    )
    assert len(tracer.lines) == 2


HOT = """\
def callee(n):
    return n + 1
def loop(n):
    x = 0
    while n:
        n -= 1
        x += n
    return x
def calls(n):
    while n:
        n -= 1
        callee(n)
"""


@pytest.mark.parametrize("call", ["loop(300_000)", "calls(150_000)"])
@pytest.mark.parametrize("line", [5, 2, 7, 12])
def test_nothing_is_left_when_all_is_removed(backend: str, call: str, line: int) -> None:
    """A breakpoint was hit and stepped from, then it goes: the code runs as if it had never been."""
    natively: dict[str, object] = {}
    exec(compile(HOT, "<native>", "exec"), natively)
    names: dict[str, object] = {}
    watcher, seen = make(backend, ["over", "in", "out"])
    set_lines(watcher, [line])
    watcher.set_exception_filters(1, [])
    run(watcher, seen, f"{HOT}loop(2)\ncalls(2)\n", names)
    set_lines(watcher, [], 2)
    assert seen.lines
    ours, native = fastest(lambda: exec(call, names)), fastest(lambda: exec(call, natively))
    if ours > native * 1.5:  # Other processes were in the way.
        ours, native = fastest(lambda: exec(call, names), 15), fastest(lambda: exec(call, natively), 15)
    watcher.clear_watch_list()
    assert ours < native * 1.5
    assert sys.gettrace() is None


def fastest(call: Callable[[], None], times: int = 5) -> float:
    def once() -> float:
        began = process_time()
        call()
        return process_time() - began

    return min(once() for _ in range(times))


def test_nothing_is_left_in_a_running_loop_when_all_is_removed(backend: str) -> None:
    source = textwrap.dedent("""\
        def spin(n):
            while n:
                n -= 1
                if n == 250_000:
                    began = clock()
            return clock() - began
        def set_and_remove(n):
            while n:
                n -= 1
                if n == 300_000:
                    set_lines(watcher, [99], 2)
                    set_lines(watcher, [8], 3)
                    set_lines(watcher, [], 4)
                if n == 250_000:
                    began = clock()
            return clock() - began
        times = [(spin(300_001), set_and_remove(300_001)) for _ in range(7)]
        """)
    names: dict[str, object] = {"set_lines": set_lines, "clock": process_time}
    watch(backend, source, names=names)
    times: list[tuple[float, float]] = names["times"]  # type: ignore[assignment]
    assert min(it for _, it in times) < 2 * min(it for it, _ in times)


@pytest.mark.skipif(not hasattr(sys, "monitoring"), reason="needs sys.monitoring")
def test_no_event_and_no_tool_is_left_when_the_server_is_gone(backend: str) -> None:
    names: dict[str, object] = {}
    watcher, seen = make(backend, ["in", "over", "out", "over", "out"])
    set_lines(watcher, [12])
    run(watcher, seen, f"{HOT}loop(2)\ncalls(2)\n", names)
    watcher.clear_watch_list()
    assert [sys.monitoring.get_tool(it) for it in (0, 3, 4)] == [None] * 3
    for tool in (0, 3, 4):
        sys.monitoring.use_tool_id(tool, "test")
        codes = [names[it].__code__ for it in ("loop", "calls", "callee")]  # type: ignore[attr-defined]
        assert sys.monitoring.get_events(tool) == 0
        assert [sys.monitoring.get_local_events(tool, it) for it in codes] == [0, 0, 0]
        sys.monitoring.free_tool_id(tool)


def test_a_stop_and_a_step_are_quick(backend: str) -> None:
    """200 steps of a small function take less than 2 s of the CPU."""
    began = process_time()
    watch(backend, "def f():\n" + "    x = 1\n" * 200 + "f()\n", [2], ["over"] * 198)
    assert process_time() - began < 2


class Reinstalled(Tracer):
    """Puts itself back at each call, as one that is written in C does to be called directly."""

    def __call__(self, frame: FrameType, event: str, arg: object) -> object:
        if event == "call":
            sys.settrace(self)  # type: ignore[arg-type]
        return super().__call__(frame, event, arg)


def test_a_tracer_that_puts_itself_back_does_not_put_us_away(backend: str) -> None:
    source = f"import sys\nsys.settrace(tracer)\nwatcher.check()\n{PROGRAM}f(2)\nf(3)\nsys.settrace(None)\n"
    tracer = Reinstalled()
    seen = watch(backend, source, [5], names={"tracer": tracer})
    assert seen.lines == [5] * 3
    assert tracer.lines == [5, 6] * 3


def test_a_tracer_of_new_threads_is_told_once_while_one_of_them_steps(backend: str) -> None:
    source = f"{PROGRAM}import threading\nit = threading.Thread(target=f, args=(1,))\nit.start()\nit.join()\n"
    tracer = Tracer()
    threading.settrace(tracer)  # type: ignore[arg-type]
    seen = watch(backend, source, [2], [None, "over"])
    assert seen.lines == [2, 2, 3]
    assert tracer.lines == [2, 3]


WORKER = """\
import sys, threading
def f(n):
    a = n
    return a
def work():
    sys.settrace(tracer)
    for _ in range(3):
        f(1)
        turns.append(sys.gettrace())
        ready.set()
        gate.wait(20)
        gate.clear()
it = threading.Thread(target=work)
it.start()
ready.wait(20)
set_lines(watcher, [3])
next()
set_lines(watcher, [], 2)
next()
gate.set()
it.join()
"""


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="threads can only be traced all at once there")
def test_a_tracer_of_a_thread_that_runs_is_chained_and_put_back(backend: str) -> None:
    tracer, ready, gate = Tracer(), threading.Event(), threading.Event()
    turns: list[object] = []

    def next() -> None:
        ready.clear()
        gate.set()
        ready.wait(20)

    names: dict[str, object] = {
        it: value for it, value in locals().items() if it in ("tracer", "ready", "gate", "turns", "next")
    }
    seen = watch(backend, WORKER, names=names | {"set_lines": set_lines})
    assert seen.lines == [3]
    assert tracer.lines == [3, 4] * 3
    assert turns[0] is turns[2] is tracer
