"""What is watched changes just when another thread has looked at it, and has not acted on that yet."""

import sys
import threading
from collections.abc import Callable
from queue import SimpleQueue
from types import CodeType, FrameType

import pytest

from dap_kernel.agent.stops.stop import Stop
from dap_kernel.agent.watch.backends.arming import set_tracers, tracers_of
from dap_kernel.agent.watch.breakpoint_table import BreakpointTable
from dap_kernel.agent.watch.frame_watcher import FrameWatcher
from dap_kernel.agent.watch.watch_list import WatchList
from dap_kernel.agent.wire.messages import LineBreakpoint

from ..watching import BACKENDS, make, run, set_lines

backends = pytest.mark.parametrize("backend", BACKENDS)


def on_another_thread(call: Callable[[], None]) -> None:
    thread = threading.Thread(target=call)
    thread.start()
    thread.join()


@backends
def test_a_breakpoint_set_just_when_the_last_step_ends(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread has found that nothing is to be watched, and has not acted on it yet."""
    watcher, seen = make(backend, [])
    table = watcher.watch_list.table
    changes = [lambda: set_lines(watcher, [3])]

    def is_empty(_: BreakpointTable) -> bool:
        before = not table.files and not table.functions
        if changes and not watcher.watch_list.steps:
            on_another_thread(changes.pop())
        return before

    monkeypatch.setattr(BreakpointTable, "is_empty", property(is_empty))
    run(watcher, seen, "n = 1\nn = 2\nn = 3\nn = 4\n", entry=True)
    watcher.clear_watch_list()
    assert seen.lines == [1, 3] and not changes


@backends
def test_a_breakpoint_set_just_when_another_one_goes(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread has found that a caller has no breakpoint any more, and has not acted on it yet."""
    changes: list[Callable[[], None]] = []

    def wants_code(_: WatchList, code: CodeType) -> bool:
        if changes and code.co_name == "outer":
            on_another_thread(changes.pop())
        return False

    def replace(watcher: FrameWatcher, _: Stop) -> None:
        changes.append(lambda: set_lines(watcher, [5], 3))
        set_lines(watcher, [], 2)
        while changes:  # where nobody asks that
            changes.pop()()

    monkeypatch.setattr(WatchList, "wants_code", wants_code)
    watcher, seen = make(backend, [replace])
    watcher.set_breakpoints("/nowhere/other.py", 1, [LineBreakpoint(9, 9)])
    set_lines(watcher, [2, 6])
    source = (
        "def inner():\n    n = 2\ndef outer():\n    inner()\n    n = 5\n    n = 6\n"
        "import threading\nworker = threading.Thread(target=outer)\nworker.start()\nworker.join(60)\n"
    )
    run(watcher, seen, source)
    watcher.clear_watch_list()
    assert seen.lines == [2, 5]


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="It can only set all at once.")
def test_a_thread_that_ends_just_when_it_is_to_be_traced() -> None:
    """What its state was is gone by then; the threads around it are traced all the same."""
    is_over, is_ended = threading.Event(), threading.Event()
    first, second = (threading.Thread(target=is_over.wait, args=(60,)) for _ in range(2))
    ending = threading.Thread(target=is_ended.wait, args=(60,))
    threads = [first, ending, second]
    for thread in threads:
        thread.start()
    idents = [thread.ident or 0 for thread in threads]

    def trace(frame: FrameType, event: str, arg: object) -> None:
        return None

    def is_current() -> bool:
        is_ended.set()
        ending.join()
        return True

    assert tracers_of(idents) == dict.fromkeys(idents)
    set_tracers(dict.fromkeys(idents, trace), is_current)
    assert tracers_of(idents) == dict(zip(idents, [trace, None, trace], strict=True))
    set_tracers(dict.fromkeys(idents), lambda: False)
    assert tracers_of(idents)[idents[0]] is trace
    set_tracers(dict.fromkeys(idents), lambda: True)
    assert tracers_of(idents) == dict.fromkeys(idents)
    is_over.set()


def test_threads_that_come_and_go_while_breakpoints_change() -> None:
    """The watcher asks threads to trace themselves while others end: no state that is gone is touched."""
    watcher, _ = make("settrace", [])
    is_over = threading.Event()

    def start_others() -> None:
        while not is_over.is_set():
            for thread in [threading.Thread(target=sum, args=(range(1000),)) for _ in range(20)]:
                thread.start()

    starters = [threading.Thread(target=start_others) for _ in range(2)]
    for thread in starters:
        thread.start()
    for k in range(300):
        set_lines(watcher, [3] if k % 2 else [])
    is_over.set()
    for thread in starters:
        thread.join()
    watcher.clear_watch_list()


def test_another_thread_is_traced_only_as_long_as_something_is_watched() -> None:
    """It runs all the while. Where threads cannot be told apart, the same holds for all at once."""
    watcher, _ = make("settrace", [])
    asks, answers = SimpleQueue[bool](), SimpleQueue[object]()

    def answer() -> None:
        while asks.get():
            answers.put(sys.gettrace())

    def tracer() -> object:
        asks.put(True)
        return answers.get(timeout=60)

    thread = threading.Thread(target=answer)
    thread.start()
    seen = [tracer()]
    for lines in ([3], [], [3]):
        set_lines(watcher, lines)
        seen.append(tracer())
    watcher.clear_watch_list()
    seen.append(tracer())
    asks.put(False)
    thread.join()
    assert [it is not None for it in seen] == [False, True, False, True, False]
