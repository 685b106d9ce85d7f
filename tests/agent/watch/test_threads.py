"""Watching threads that run: breakpoints set from outside, threads born meanwhile, idents used again."""

import os
import sys
import textwrap
import threading
from _thread import get_ident, start_new_thread
from collections.abc import Callable

import pytest

from dap_kernel.agent.common.raised import CellQuit
from dap_kernel.agent.debuggee.threads import UserThreads
from dap_kernel.agent.stops.stop import Resumption, Stop
from dap_kernel.agent.watch.frame_watcher import FrameWatcher
from dap_kernel.agent.wire.messages import ExceptionFilter

from ..watching import BACKENDS, make, run, set_lines, watch

pytestmark = pytest.mark.parametrize("backend", BACKENDS)

SPIN = """\
def spin():
    n = 0
    while go:
        n += 1
        n += 2
    return n
"""


def outside(call: Callable[[], None]) -> threading.Event:
    """Have a thread that nobody knows call `call` once some thread spins; return what says it is over."""
    is_over = threading.Event()

    def wait() -> None:
        while not any(it.f_code.co_name == "spin" for it in sys._current_frames().values()):
            pass
        call()
        is_over.set()

    start_new_thread(wait, ())
    return is_over


def halt(watcher: FrameWatcher, stop: Stop) -> None:
    frame = stop.frames[0].frame
    assert frame is not None
    frame.f_globals["go"] = False


def on_main(source: str) -> str:
    return f"{source}spin()\n"


def on_worker(source: str) -> str:
    return (
        f"{source}import threading\nworker = threading.Thread(target=spin)\nworker.start()\nworker.join(60)\n"
    )


@pytest.mark.parametrize("where", [on_main, on_worker])
def test_a_breakpoint_set_in_a_loop_that_calls_nothing(backend: str, where: Callable[[str], str]) -> None:
    watcher, seen = make(backend, [halt])
    is_over = outside(lambda: set_lines(watcher, [5]))
    run(watcher, seen, where(SPIN), {"go": True})
    assert is_over.wait(20)
    watcher.clear_watch_list()
    assert seen.places == [("spin", 5)]


@pytest.mark.parametrize("where", [on_main, on_worker])
def test_breakpoints_moved_and_removed_in_a_loop_that_calls_nothing(
    backend: str, where: Callable[[str], str]
) -> None:
    """From line 4 to line 5 by an outside thread, then to none; the loop ends once that has been seen."""
    names: dict[str, object] = {"go": True}
    hit = threading.Event()

    def told(watcher: FrameWatcher, stop: Stop) -> None:
        hit.set()

    watcher, seen = make(backend, [told] * 100_000)

    def change() -> None:
        for version, line in enumerate([4, 5, 4, 5], 1):
            set_lines(watcher, [line], version)
            hit.clear()
            hit.wait(20)
        set_lines(watcher, [], 9)
        names["go"] = False

    is_over = outside(change)
    run(watcher, seen, where(SPIN), names)
    assert is_over.wait(20)
    watcher.clear_watch_list()
    assert list(dict.fromkeys(seen.lines)) == [4, 5]


def test_a_breakpoint_that_stays_is_not_missed_while_others_change(backend: str) -> None:
    source = "def spin():\n    for n in range(20000):\n        x = n\n        y = n\n    return 1\nspin()\n"
    watcher, seen = make(backend, [])
    set_lines(watcher, {3: {"log_message": "{n}"}})
    has_run = False

    def change() -> None:
        version = 2
        while not has_run:
            more = {4: {"condition": "False"}} if version % 2 else {}
            set_lines(watcher, {3: {"log_message": "{n}"}, **more}, version)
            version += 1

    changer = threading.Thread(target=change)
    changer.start()
    run(watcher, seen, source)
    has_run = True
    changer.join()
    watcher.clear_watch_list()
    assert len(seen.logs) == 20000


def test_a_pause_in_a_loop_that_calls_nothing(backend: str) -> None:
    watcher, seen = make(backend, [halt])
    main = get_ident()
    is_over = outside(lambda: watcher.break_in(main, sys._current_frames()[main], "pause"))
    run(watcher, seen, on_main(SPIN), {"go": True})
    assert is_over.wait(20)
    watcher.clear_watch_list()
    assert [(reason, name) for reason, name, _ in seen.stops] == [("pause", "spin")]


def test_several_threads_stop_at_one_breakpoint(backend: str) -> None:
    def step(watcher: FrameWatcher, stop: Stop) -> Resumption:
        return Resumption("over" if stop.reason == "breakpoint" else None)

    source = textwrap.dedent("""\
        import threading
        def work(n):
            x = n
            done.append(x)
        done = []
        workers = [threading.Thread(target=work, args=(n,)) for n in range(8)]
        for it in workers: it.start()
        for it in workers: it.join()
        """)
    names: dict[str, object] = {}
    seen = watch(backend, source, [3], [step] * 16, names=names)
    assert sorted(seen.lines) == [3] * 8 + [4] * 8
    assert sorted(names["done"]) == list(range(8))  # type: ignore[call-overload]


def test_a_step_of_one_thread_leaves_the_others_alone(backend: str) -> None:
    source = textwrap.dedent("""\
        import threading
        def work():
            for i in range(20):
                x = i
        worker = threading.Thread(target=work)
        a = 1
        worker.start()
        worker.join()
        b = 1
        """)
    seen = watch(backend, source, [6], ["over"] * 4)
    assert seen.lines == [6, 7, 8, 9]


def test_a_thread_that_ends_while_it_steps_leaves_nothing_behind(backend: str) -> None:
    """Neither a step for the next thread that gets its ident, nor anything watched."""
    source = textwrap.dedent("""\
        import threading
        def work(n):
            x = n
        def start(n):
            it = threading.Thread(target=work, args=(n,))
            it.start()
            it.join()
        for n in range(20):
            start(n)
        """)
    watcher, seen = make(backend, ["over"])
    set_lines(watcher, {3: {"condition": "n == 0"}})
    run(watcher, seen, source)
    watcher.check()
    assert watcher.watch_list.steps == {}
    watcher.clear_watch_list()
    assert seen.places == [("work", 3)]


def test_a_thread_that_was_quit_does_not_quit_the_next_with_its_ident(backend: str) -> None:
    source = textwrap.dedent("""\
        import threading
        def work(n):
            x = n
            try:
                y = n
            except BaseException:
                pass
            z = n
            done.append(n)
        def start(n):
            it = threading.Thread(target=work, args=(n,))
            it.start()
            it.join()
        done = []
        threading.excepthook = [].append
        for n in range(20):
            start(n)
        """)
    names: dict[str, object] = {}
    before = threading.excepthook
    try:
        watcher, seen = make(backend, [Resumption(raises=CellQuit())])
        set_lines(watcher, {5: {"condition": "n == 0"}})
        run(watcher, seen, source, names)
        watcher.clear_watch_list()
    finally:
        threading.excepthook = before
    assert names["done"] == list(range(1, 20))


def test_threads_that_begin_at_once_have_ids_of_their_own(backend: str) -> None:
    threads = UserThreads()
    ids: list[int] = []
    gate = threading.Barrier(8)

    def work() -> None:
        gate.wait()
        ids.append(threads.current().id)
        assert threads.current().id == threads.of(get_ident()).id

    workers = [threading.Thread(target=work) for _ in range(8)]
    for it in workers:
        it.start()
    for it in workers:
        it.join()
    assert len(set(ids)) == 8
    assert sorted(threads.forget_ended()) == sorted(ids)


def test_a_thread_that_was_made_behind_threadings_back(backend: str) -> None:
    source = textwrap.dedent("""\
        import _thread
        lock = _thread.allocate_lock()
        lock.acquire()
        def work():
            x = 1
            lock.release()
        _thread.start_new_thread(work, ())
        lock.acquire()
        """)
    watcher, seen = make(backend, [])
    set_lines(watcher, [5])
    run(watcher, seen, source)
    watcher.clear_watch_list()
    assert seen.lines == ([5] if backend == "monitoring" else [])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:This process")
def test_a_forked_child_with_everything_off_runs_freely(backend: str) -> None:
    source = textwrap.dedent("""\
        import os, sys
        def f():
            x = 1
            return x
        f()
        pid = os.fork()
        if pid == 0:
            watcher.clear_watch_list()
            f()
            is_free = sys.gettrace() is None
            os._exit(7 if is_free else 8)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        f()
        """)
    names: dict[str, object] = {}
    seen = watch(backend, source, [3], ["over"], names=names)
    assert names["code"] == 7
    assert seen.lines == [3, 4, 3]


def test_filters_apply_to_threads_born_later(backend: str) -> None:
    source = textwrap.dedent("""\
        import threading
        def work():
            try:
                raise KeyError
            except KeyError:
                pass
        it = threading.Thread(target=work)
        it.start()
        it.join()
        """)
    watcher, seen = make(backend, [])
    watcher.set_exception_filters(1, [ExceptionFilter("raised")])
    run(watcher, seen, source)
    watcher.clear_watch_list()
    assert seen.places == [("work", 4)]
