"""The lines that trace functions look at, while breakpoints change and threads meet a file."""

import pytest

from dap_kernel.agent.debuggee.user_code import UserCode
from dap_kernel.agent.watch.backends.watched_lines import WatchedLines
from dap_kernel.agent.watch.breakpoint_table import Points
from dap_kernel.agent.watch.watch_list import WatchList
from dap_kernel.agent.wire.messages import LineBreakpoint

from .test_races import on_another_thread

FILE = "/nowhere/file.py"


@pytest.mark.parametrize(("before", "after"), [([7], [7, 9]), ([7, 9], [9]), ([], [7]), ([7], [])])
def test_breakpoints_that_change_just_when_a_thread_has_looked_them_up(
    before: list[int], after: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    watch_list = WatchList(UserCode(""), lambda changed: None)
    watched, looked_up = WatchedLines(watch_list), watch_list.points_of
    changes = [after]

    def set_lines(version: int, lines: list[int]) -> None:
        watch_list.placed.set(FILE, version, [LineBreakpoint(line, line) for line in lines])
        watched.change(FILE)

    def look_up(filename: str) -> Points | None:
        found = looked_up(filename)
        if changes:
            lines = changes.pop()
            on_another_thread(lambda: set_lines(2, lines))
        return found

    set_lines(1, before)
    monkeypatch.setattr(watch_list, "points_of", look_up)
    lines = watched.of(FILE)
    assert sorted(lines) == after and watched.of(FILE) is lines
