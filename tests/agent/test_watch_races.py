"""What is watched changes just when another thread has looked at it, and has not acted on that yet."""

import sys
import threading
from collections.abc import Callable
from types import CodeType

import pytest

from dap_kernel.agent.arming import trace_other_threads
from dap_kernel.agent.breakpoints import Table
from dap_kernel.agent.stops import Stop
from dap_kernel.agent.watcher import FrameWatcher
from dap_kernel.agent.wire import LineBreakpoint

from .watching import BACKENDS, make, run, set_lines

backends = pytest.mark.parametrize("backend", BACKENDS)


def on_another_thread(call: Callable[[], None]) -> None:
    thread = threading.Thread(target=call)
    thread.start()
    thread.join()


@backends
def test_a_breakpoint_set_just_when_the_last_step_ends(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread has found that nothing is to be watched, and has not acted on it yet."""
    watcher, seen = make(backend, [])
    table = watcher.table
    changes = [lambda: set_lines(watcher, [3])]

    def is_empty(_: Table) -> bool:
        before = not table.files and not table.functions
        if changes and not watcher.steps:
            on_another_thread(changes.pop())
        return before

    monkeypatch.setattr(Table, "is_empty", property(is_empty))
    run(watcher, seen, "n = 1\nn = 2\nn = 3\nn = 4\n", entry=True)
    watcher.forget()
    assert seen.lines == [1, 3] and not changes


@backends
def test_a_breakpoint_set_just_when_another_one_goes(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread has found that a caller has no breakpoint any more, and has not acted on it yet."""
    changes: list[Callable[[], None]] = []

    def wants_code(_: FrameWatcher, code: CodeType) -> bool:
        if changes and code.co_name == "outer":
            on_another_thread(changes.pop())
        return False

    def replace(watcher: FrameWatcher, _: Stop) -> None:
        changes.append(lambda: set_lines(watcher, [5], 3))
        set_lines(watcher, [], 2)
        while changes:  # where nobody asks that
            changes.pop()()

    monkeypatch.setattr(FrameWatcher, "wants_code", wants_code)
    watcher, seen = make(backend, [replace])
    watcher.set_breakpoints("/nowhere/other.py", 1, [LineBreakpoint(9, 9)])
    set_lines(watcher, [2, 6])
    source = (
        "def inner():\n    n = 2\ndef outer():\n    inner()\n    n = 5\n    n = 6\n"
        "import threading\nworker = threading.Thread(target=outer)\nworker.start()\nworker.join(60)\n"
    )
    run(watcher, seen, source)
    watcher.forget()
    assert seen.lines == [2, 5]


def test_threads_that_arm_others_at_once_leave_the_switch_interval_as_it_was() -> None:
    """With that of the undisturbed one a busy thread would keep all others waiting for seconds."""
    before = sys.getswitchinterval()
    is_in, is_over = threading.Event(), threading.Event()
    worker = threading.Thread(target=is_over.wait, args=(60,))
    worker.start()

    def of_second(tracer: object) -> object:
        is_in.set()
        is_over.wait(20)
        return tracer

    def of_first(tracer: object) -> object:
        second.start()
        is_in.wait(0.2)  # it is to wait for the first
        return tracer

    second = threading.Thread(target=lambda: trace_other_threads({worker.ident or 0}, of_second))
    on_another_thread(lambda: trace_other_threads({worker.ident or 0}, of_first))
    is_over.set()
    second.join()
    worker.join()
    assert sys.getswitchinterval() == before
