"""Variables that other threads or a condition set while a thread is watched: nothing puts them back.

Up to 3.12 the interpreter writes a frame's variables back after each trace function.
"""

import textwrap
from itertools import islice

import pytest

from dap_kernel.agent.evaluate.bindings import Bindings
from dap_kernel.agent.evaluate.expressions import Evaluator
from dap_kernel.agent.stops.stop import Stop
from dap_kernel.agent.watch.frame_watcher import FrameWatcher

from ..watching import BACKENDS, watch

pytestmark = pytest.mark.parametrize("backend", BACKENDS)

COUNTING = textwrap.dedent("""\
    import threading

    def main():
        count, go = 0, True
        def add():
            nonlocal count
            while go:
                for n in range(50):
                    count += 1
                added.append(50)
        def read():
            return count, go
        thread = threading.Thread(target=add)
        thread.start()
        for n in range(rounds):
            x = n  # line 16
            y = read()
            z = [it for it in range(9) if it is not count]
        go = False
        thread.join()
        return count
    result = main()
    """)
POINTS: dict[str, dict[str, str]] = {
    "a log point": {"log_message": "{n} {x if n else n}"},
    "a condition": {"condition": "sum(range(300)) + n == -1"},
    "a condition that reads it": {"condition": "count < 0"},
    "a hit count": {"hit_condition": "% 100"},
}


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("line", [9, 12, 16, 18])
def test_a_variable_that_another_thread_counts(backend: str, point: str, line: int) -> None:
    asked = POINTS[point]
    if line != 16:
        asked = {
            it: value.replace("n ", "1 ").replace("{n}", "").replace("{x if 1 else n}", "{count}")
            for it, value in asked.items()
        }
    names: dict[str, object] = {"added": (added := []), "rounds": 2000}
    seen = watch(backend, COUNTING, {line: asked}, names=names)
    assert seen.raised is None
    assert names["result"] == sum(added)


@pytest.mark.parametrize("is_assigned", [False, True])
def test_a_variable_that_another_thread_sets_while_this_one_is_stopped(
    backend: str, is_assigned: bool
) -> None:
    source = textwrap.dedent("""\
        def main():
            shared = mine = 0
            def set_it(value):
                nonlocal shared
                shared = value
            setters.append(set_it)
            for n in range(5):
                x = n
                seen.append((shared, mine))
        main()
        """)
    setters: list[object] = []
    seen: list[tuple[int, int]] = []

    def look(watcher: FrameWatcher, stop: Stop) -> str | None:
        if stop.frames[0].line != 8:
            return None
        place = Bindings(stop.frames[0].frame, {})
        Evaluator().evaluate("shared + mine", place)
        if is_assigned:
            Evaluator().execute(f"mine = {len(seen) + 7}", place)
        setters[0](len(seen))  # type: ignore[operator]
        return "over" if len(seen) % 2 else "in"

    watched = watch(backend, source, [8], [look] * 40, names={"setters": setters, "seen": seen})
    assert watched.raised is None
    assert [it for it, _ in seen] == [0, 1, 2, 3, 4]
    assert all(it for _, it in islice(seen, 5)) == is_assigned


def test_a_variable_that_a_condition_sets(backend: str) -> None:
    source = textwrap.dedent("""\
        def main():
            count = 0
            def add():
                nonlocal count
                count += 1
                return count
            for n in range(10):
                x = n
            return count
        result = main()
        """)
    names: dict[str, object] = {}
    watch(backend, source, {8: {"condition": "add() < 0"}}, names=names)
    assert names["result"] == 10
