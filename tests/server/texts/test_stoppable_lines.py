"""Lines that can hold a breakpoint: exactly those for which CPython reports line events."""

import asyncio
import inspect
import sys
from pathlib import Path
from types import CodeType, FrameType

import pytest

from dap_kernel.server.texts.stoppable_lines import (
    breakpoint_locations,
    nearest_code_line,
    stoppable_lines,
)

# Programs of which every line with code runs: a line `=== name` before each.
TEXT = (Path(__file__).parent / "programs.txt").read_text()
PROGRAMS = dict(it.split("\n", 1) for it in TEXT.split("=== ")[1:])


def observed(source: str) -> list[int]:
    """Return the lines of `source` for which there was a line event when it ran."""
    code = compile(source, "<observed>", "exec", 0x2000, dont_inherit=True)  # PyCF_ALLOW_TOP_LEVEL_AWAIT
    seen: set[int] = set()
    if sys.version_info >= (3, 12):
        tool, events = 3, sys.monitoring.events

        def line_event(it: CodeType, line: int) -> None:
            if it.co_filename == "<observed>":
                seen.add(line)

        sys.monitoring.use_tool_id(tool, "observed")
        sys.monitoring.register_callback(tool, events.LINE, line_event)
        sys.monitoring.set_events(tool, events.LINE | events.PY_START)
        try:
            run(code)
        finally:
            sys.monitoring.set_events(tool, 0)
            sys.monitoring.free_tool_id(tool)
    else:

        def trace(frame: FrameType, event: str, arg: object):
            if frame.f_code.co_filename != "<observed>":
                return None
            if event == "line":
                seen.add(frame.f_lineno)
            return trace

        before = sys.gettrace()
        sys.settrace(trace)
        try:
            run(code)
        finally:
            sys.settrace(before)
    return sorted(seen)


def run(code: CodeType) -> None:
    namespace: dict[str, object] = {"__name__": "observed"}
    if code.co_flags & inspect.CO_COROUTINE:

        async def main() -> None:
            await eval(code, namespace)

        asyncio.run(main())
    else:
        exec(code, namespace)


@pytest.mark.parametrize("source", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_lines_with_code_are_those_with_line_events(source: str) -> None:
    assert stoppable_lines(source) == observed(source)


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("", []),
        ("# only\n\n# comments", []),
        ("x = (", []),
        ("%matplotlib inline\nx = 1\n!ls\nfiles = !ls\nprint?\n", [1, 2, 3, 4, 5]),
        ("if x:\n    %time f()\nelse:\n    !ls", [1, 2, 4]),
        ("%%time\nx = 1\n\ny = 2", [1, 2, 4]),
        ("%timeit f(a, \\\n    b)\nx = 1", [1, 3]),
        ("x = (1\n  % y)\n%pwd", [1, 2, 3]),
        ("x = a \\\n % b", [1, 2]),
        ("s = '''\n%magic\n'''\n%pwd", [1, 4]),
        ("a\0b", []),
    ],
)
def test_lines_of_texts_that_cannot_be_traced(source: str, lines: list[int]) -> None:
    assert stoppable_lines(source) == lines


def test_nearest_line_is_at_or_below() -> None:
    source = "# a\n\nx = 1\n\ny = 2\n"
    assert [nearest_code_line(source, line) for line in range(1, 7)] == [3, 3, 3, 5, 5, None]


@pytest.mark.parametrize(
    ("source", "start", "end", "places"),
    [
        ("a = 1; b = 2\nc = 3", 1, 1, [(1, 1), (1, 8)]),
        ("if x:\n    y = 1; z = 2", 1, 9, [(1, 1), (2, 5), (2, 12)]),
        ("f(\n    g(),\n)", 1, 3, [(1, 1), (2, 5)]),
        ("ä = 'ö'; b = 2", 1, 1, [(1, 1), (1, 10)]),
        ("# none\n", 1, 5, []),
        ("x = (", 1, 5, []),
    ],
)
def test_breakpoint_locations(source: str, start: int, end: int, places: list[tuple[int, int]]) -> None:
    assert breakpoint_locations(source, start, end) == places
