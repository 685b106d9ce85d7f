"""Quitting a cell, whatever its code does about it; interrupts at a stop; breakpoints afterwards."""

import textwrap

import pytest

from dap_kernel.agent.common.raised import CellQuit
from dap_kernel.agent.stops.stop import Resumption

from ..watching import BACKENDS, Seen, make, run, set_lines, watch

pytestmark = pytest.mark.parametrize("backend", BACKENDS)


def quitting(backend: str, source: str, line: int, names: dict[str, object] | None = None) -> Seen:
    """Quit at `line`; the program takes a breath after each line, as the agent gives it time to."""
    watcher, seen = make(backend, [Resumption(raises=CellQuit())])
    set_lines(watcher, [line])
    run(watcher, seen, textwrap.dedent(source), names)
    set_lines(watcher, [1], 2)
    run(watcher, seen, "after = 1\n", names)
    watcher.clear_watch_list()
    assert not seen.told
    return seen


def test_quit_ends_the_cell_and_nothing_after_it(backend: str) -> None:
    names: dict[str, object] = {}
    seen = quitting(backend, "x = 1\nx = 2\nx = 3\n", 2, names)
    assert (seen.lines, names["x"], names["after"]) == ([2, 1], 1, 1)
    assert seen.raised is None or isinstance(seen.raised, CellQuit)


def test_code_that_swallows_the_quit_meets_it_again(backend: str) -> None:
    names: dict[str, object] = {"rounds": []}
    source = """\
    def work(n):
        rounds.append(n)
    for n in range(100):
        try:
            work(n)
        except BaseException:
            pass
    else:
        finished = True
    """
    seen = quitting(backend, source, 5, names)
    assert isinstance(seen.raised, CellQuit)
    assert "finished" not in names
    assert len(names["rounds"]) < 20  # type: ignore[arg-type]


def test_cleaning_up_is_done_before_the_end(backend: str) -> None:
    names: dict[str, object] = {}
    source = """\
    def work():
        try:
            x = 1
        finally:
            for n in range(10):
                globals()["cleaned"] = n
    work()
    """
    seen = quitting(backend, source, 3, names)
    assert isinstance(seen.raised, CellQuit)
    assert names["cleaned"] == 9


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_quit_that_del_swallows_comes_again(backend: str) -> None:
    names: dict[str, object] = {}
    source = """\
    class Thing:
        def __del__(self):
            x = 1
    def work():
        for n in range(1000):
            Thing()
            globals()["n"] = n
    work()
    """
    seen = quitting(backend, source, 3, names)
    assert isinstance(seen.raised, CellQuit)
    assert names.get("n", 0) < 100  # type: ignore[operator]


def test_an_interrupt_at_a_stop_is_for_the_users_code(backend: str) -> None:
    source = textwrap.dedent("""\
        try:
            x = 1
        except KeyboardInterrupt:
            caught = True
        y = 2
        for i in range(3):
            f = lambda: 1
            f()
        """)
    names: dict[str, object] = {}
    seen = watch(backend, source, [2, 8], [Resumption("over", raises=KeyboardInterrupt()), None], names=names)
    assert names["caught"] is True
    assert seen.lines[-3:] == [8, 8, 8]


def test_a_quit_while_a_loop_runs_that_calls_nothing(backend: str) -> None:
    import sys
    from _thread import get_ident, start_new_thread

    watcher, seen = make(backend, [])
    main = get_ident()

    def quit_soon() -> None:
        while (frame := sys._current_frames()[main]).f_code.co_name != "spin":
            pass
        watcher.quit(main, frame)

    start_new_thread(quit_soon, ())
    run(watcher, seen, "def spin():\n    n = 0\n    while n < 300_000_000:\n        n += 1\nspin()\n")
    watcher.clear_watch_list()
    assert isinstance(seen.raised, CellQuit)
