"""What a breakpoint costs code that does not hold it: next to nothing with `sys.monitoring`."""

from collections.abc import Callable

import pytest

from dap_kernel.agent.wire.messages import ExceptionFilter, FunctionBreakpoint, LineBreakpoint

from ..watching import BACKENDS, make, run, set_lines, watch
from .test_tracers import fastest

MOST = {"monitoring": 1.5, "settrace": 12.0}  # times; each call of a function is a call of the trace function
NEVER = "\ndef never(): return 0\n"
PROGRAMS = {
    "a function": "def f(i): return i\ndef go(n):\n    for i in range(n): f(i)",
    "a lambda": "f = lambda i: -i\ndef go(n): sorted(range(n), key=f)",
    "a generator": "def g(i): yield i\ndef go(n):\n    for i in range(n):\n        for j in g(i): pass",
    "a long generator": "def g(n):\n    for i in range(n): yield i\ndef go(n):\n    for i in g(n): pass",
    "a generator expression": "def go(n): sum(i for i in range(n))",
    "a comprehension": "def go(n):\n    for i in range(n // 9): [j for j in range(9)]",
    "a recursion": "def f(n): return 1 if n < 2 else f(n - 1) + f(n - 2)\ndef go(n):\n"
    "    for i in range(n // 1000): f(15)",
    "coroutines": "async def f(i): return i\nasync def all(n):\n    for i in range(n): await f(i)\n"
    "def go(n):\n    try: all(n).send(None)\n    except StopIteration: pass",
    "exceptions": "def f(i): raise ValueError(i)\ndef go(n):\n    for i in range(n):\n"
    "        try: f(i)\n        except ValueError: pass",
    "a property": "class A: x = property(lambda self: 1)\na = A()\ndef go(n):\n    for i in range(n): a.x",
}
Before = Callable[..., None]


def in_the_module(watcher, lines, names) -> None:  # type: ignore[no-untyped-def]
    set_lines(watcher, [lines], 2)


def in_another_file(watcher, lines, names) -> None:  # type: ignore[no-untyped-def]
    watcher.set_breakpoints("/nowhere/other.py", 2, [LineBreakpoint(1, 1)])


def after_steps(watcher, lines, names) -> None:  # type: ignore[no-untyped-def]
    """A stop at `never`, and steps from there: `make` has their script."""
    set_lines(watcher, [lines], 2)
    exec("never(); go(100); go(100)", names)


def after_function_breakpoints(watcher, lines, names) -> None:  # type: ignore[no-untyped-def]
    set_lines(watcher, [lines], 2)
    watcher.set_functions(1, [FunctionBreakpoint(9, name) for name in ("f", "g", "go", "<lambda>")])
    exec("go(100)", names)
    watcher.set_functions(2, [])


def after_filters(watcher, lines, names) -> None:  # type: ignore[no-untyped-def]
    set_lines(watcher, [lines], 2)
    watcher.set_exception_filters(
        1, [ExceptionFilter("raised", "KeyError"), ExceptionFilter("userUnhandled")]
    )
    exec("go(100)", names)
    watcher.set_exception_filters(2, [])


def after_a_breakpoint(watcher, lines, names) -> None:  # type: ignore[no-untyped-def]
    """On each of its own lines, which is gone again."""
    set_lines(watcher, range(1, lines), 2)
    exec("go(100)", names)
    set_lines(watcher, [lines], 3)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize(
    "before",
    [
        in_the_module,
        in_another_file,
        after_steps,
        after_function_breakpoints,
        after_filters,
        after_a_breakpoint,
    ],
)
def test_what_a_breakpoint_elsewhere_costs(backend: str, program: str, before: Before) -> None:
    source = PROGRAMS[program] + NEVER
    natively: dict[str, object] = {}
    exec(compile(source, "<native>", "exec"), natively)
    names: dict[str, object] = {}
    watcher, seen = make(backend, ["over", "in", "in", "over", "out", "over", "in"])
    run(watcher, seen, source, names)
    watcher.cell_begins(None)
    before(watcher, source.count("\n"), names)
    call = "go(10_000)"
    for times in (4, 15):  # The second time when other processes were in the way.
        ours, native = fastest(lambda: exec(call, names), times), fastest(lambda: exec(call, natively), times)
        if ours < native * MOST[backend]:
            break
    watcher.cell_ends()
    watcher.clear_watch_list()
    assert ours < native * MOST[backend]


BESIDE = """\
from threading import Thread
from time import perf_counter
def first(n):
    total = 0
    for i in range(n):
        total += i
        total -= i
    return total
def second(n):
    total = 0
    for i in range(n):
        total += i
        total -= i
    return total
def work(go, times):
    for _ in range(7):
        began = perf_counter()
        go(20_000)
        times.append(perf_counter() - began)
def run(go, times):
    thread = Thread(target=work, args=(go, times))
    thread.start()
    thread.join()
run(first, before)
x = 1
run(second, during)
y = 2
"""


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_step_costs_the_dull_lines_of_other_threads_little(backend: str) -> None:
    before: list[float] = []
    during: list[float] = []
    points: dict[int, dict[str, str]] = {8: {"condition": "n < 0"}, 14: {"condition": "n < 0"}, 25: {}}
    names: dict[str, object] = {"before": before, "during": during}
    seen = watch(backend, BESIDE, points, ["over", "over"], names=names)
    assert seen.lines == [25, 26, 27]
    assert min(during) < {"monitoring": 2.0, "settrace": 40.0}[backend] * min(before)
