"""The watch backend on `sys.monitoring` (PEP 669), Python 3.12 on: a dull line costs nothing.

Two tools: the one sees lines, and meets code; the other, taken only while it is needed, sees
functions begin. They are apart because a code object that was answered DISABLE for PY_START never
reports its start to that tool again, whatever is done with masks; so each code object met is
remembered here, weakly.
"""

import sys
from _thread import get_ident
from itertools import chain
from types import CodeType, FrameType
from weakref import ref

from .watching import WatchHost

_getframe = sys._getframe
_FREE_IDS = (0, 3, 4)  # of debuggers: PEP 669 gives 1, 2 and 5 to coverage, profilers and optimizers


class MonitoringBackend:
    """See `WatchBackend`."""

    name = "monitoring"

    def __init__(self, host: WatchHost) -> None:
        self._host = host
        self._events = sys.monitoring.events
        self._points = host.points  # by file name as code objects have it
        self._steps = host.steps
        self._codes: dict[str, dict[int, ref[CodeType]]] = {}  # met, by file name as they have it
        self._stepped: dict[int, list[CodeType]] = {}  # by ident: code whose lines a step watches
        self._lines_tool: int | None = None
        self._entries_tool: int | None = None
        self._global = 0
        self._entry_codes: list[CodeType] = []  # that report their entry to the second tool

    def breakpoints_changed(self, filename: str | None) -> None:
        self._set_global()
        if filename is None:
            self._watch_entries()
            return
        for frame in sys._current_frames().values():
            self._meet_frames(frame)
        for name in self._host.names_of(filename):
            for code in self._met(name):
                self._apply(code)

    def exceptions_changed(self) -> None:
        self._set_global()

    def step_begins(self, ident: int, frames: list[FrameType]) -> None:
        before = self._stepped.pop(ident, [])
        self._stepped[ident] = [frame.f_code for frame in frames]
        for code in (*before, *self._stepped[ident]):
            self._apply(code)
        self._set_global()
        self._watch_entries()

    def step_ends(self, ident: int) -> None:
        for code in self._stepped.pop(ident, []):
            self._apply(code)
        self._set_global()
        self._watch_entries()

    def watch_frame(self, ident: int, frame: FrameType) -> None:
        self._stepped.setdefault(ident, []).append(frame.f_code)
        self._apply(frame.f_code)

    def thread_begins(self) -> None:
        """Nothing to do: monitoring is for all threads."""

    def check(self) -> None:
        """Nothing to do: nobody switches monitoring off."""

    def off(self) -> None:
        self._release(self._entries_tool, self._entry_codes)
        self._release(self._lines_tool, [code for name in list(self._codes) for code in self._met(name)])
        self._lines_tool = self._entries_tool = None
        self._entry_codes = []
        self._stepped.clear()
        self._global = 0

    # Masks.

    def _set_global(self) -> None:
        events = self._events
        wanted = events.PY_START | events.PY_RESUME if not self._host.table.is_empty else 0
        if self._host.wants_raise:
            wanted |= events.RAISE
        if self._host.wants_unwind or any(
            it.kind in ("over", "in", "out") for it in list(self._steps.values())
        ):
            wanted |= events.PY_UNWIND
        if wanted == self._global:
            return
        tool = self._tool()
        self._global = wanted
        sys.monitoring.set_events(tool, wanted)

    def _tool(self) -> int:
        if self._lines_tool is None:
            events = self._events
            self._lines_tool = self._take(
                {
                    events.PY_START: self._start,
                    events.PY_RESUME: self._start,
                    events.LINE: self._line,
                    events.PY_RETURN: self._return,
                    events.PY_UNWIND: self._unwind,
                    events.RAISE: self._raise,
                }
            )
        return self._lines_tool

    def _take(self, callbacks: dict[int, object]) -> int:
        tool = next((it for it in _FREE_IDS if sys.monitoring.get_tool(it) is None), None)
        if tool is None:
            raise RuntimeError(
                "no tool id of sys.monitoring is free: another debugger is at work in this process"
            )
        sys.monitoring.use_tool_id(tool, "dap_kernel")
        for event, callback in callbacks.items():
            sys.monitoring.register_callback(tool, event, callback)  # type: ignore[arg-type]
        return tool

    def _apply(self, code: CodeType) -> None:
        """Watch what `code` has of interest now. Lines that were found dull report again."""
        events, tool = self._events, self._tool()
        mask = 0
        if any(code is it for it in chain.from_iterable(self._stepped.values())):
            mask = events.LINE | events.PY_RETURN | events.PY_START
        elif self._has_points(code):
            # PY_START: 3.13.0 forgets the first line of a one-line function without it.
            mask = events.LINE | events.PY_START
        if sys.monitoring.get_local_events(tool, code) != 0:
            sys.monitoring.set_local_events(tool, code, 0)
        if mask:
            sys.monitoring.set_local_events(tool, code, mask)

    def _has_points(self, code: CodeType) -> bool:
        points = self._host.points_of(code.co_filename)
        return points is not None and any(line in points for _, _, line in code.co_lines())

    def _watch_entries(self) -> None:
        """Take the second tool while functions that begin matter, and only so long."""
        everywhere = any(it.wants_entries for it in list(self._steps.values()))
        functions = self._functions() if self._host.table.functions else []
        if not functions and not everywhere and not self._host.table.functions:
            self._release(self._entries_tool, self._entry_codes)
            self._entries_tool, self._entry_codes = None, []
            return
        start, resume = self._events.PY_START, self._events.PY_RESUME
        if self._entries_tool is None:
            self._entries_tool = self._take({start: self._entry, resume: self._reentry})
        sys.monitoring.set_events(self._entries_tool, start | resume if everywhere else 0)
        for code in self._entry_codes:
            sys.monitoring.set_local_events(self._entries_tool, code, 0)
        for code in functions:
            sys.monitoring.set_local_events(self._entries_tool, code, start)
        self._entry_codes = functions

    def _release(self, tool: int | None, codes: list[CodeType]) -> None:
        """Give a tool id back. Until 3.14 that leaves its events on, so they go first."""
        if tool is None:
            return
        sys.monitoring.set_events(tool, 0)
        for code in codes:
            sys.monitoring.set_local_events(tool, code, 0)
        sys.monitoring.free_tool_id(tool)

    def _functions(self) -> list[CodeType]:
        may_be = self._host.may_be_function
        return [code for name in list(self._codes) for code in self._met(name) if may_be(code)]

    # Code.

    def _met(self, name: str) -> list[CodeType]:
        """Return the code objects met that carry the file name `name`."""
        return [code for it in list(self._codes.get(name, {}).values()) if (code := it()) is not None]

    def _meet(self, code: CodeType) -> bool:
        """Remember `code`; False if it was known."""
        codes = self._codes.setdefault(code.co_filename, {})
        if id(code) in codes:
            return False
        key = id(code)
        codes[key] = ref(code, lambda _: codes.pop(key, None))
        self._host.points_of(code.co_filename)
        return True

    def _meet_frames(self, frame: FrameType | None) -> None:
        while frame is not None:
            self._meet(frame.f_code)
            frame = frame.f_back

    # Callbacks, on the thread that runs the code.

    def _start(self, code: CodeType, offset: int) -> object:
        if self._meet(code):
            if self._has_points(code):
                self._apply(code)
            if self._host.may_be_function(code) and self._entries_tool is not None:
                self._entry_codes.append(code)
                sys.monitoring.set_local_events(self._entries_tool, code, self._events.PY_START)
                self._host.on_entry(_getframe(1), False)
        return sys.monitoring.DISABLE

    def _entry(self, code: CodeType, offset: int) -> object:
        self._host.on_entry(_getframe(1), False)
        return None

    def _reentry(self, code: CodeType, offset: int) -> object:
        self._host.on_entry(_getframe(1), True)
        return None

    def _line(self, code: CodeType, line: int) -> object:
        points = self._points.get(code.co_filename)
        if points is not None and line in points:
            frame = _getframe(1)
            outcome = points[line](frame)
            if outcome is not None or self._steps:
                self._host.on_line(frame, outcome)
            return None
        if self._steps:
            if get_ident() in self._steps:
                self._host.on_line(_getframe(1), None)
            return None
        return sys.monitoring.DISABLE

    def _return(self, code: CodeType, offset: int, value: object) -> object:
        if get_ident() in self._steps:
            self._host.on_end(_getframe(1), value, None)
        return None

    def _unwind(self, code: CodeType, offset: int, exception: BaseException) -> object:
        self._host.on_end(_getframe(1), None, exception)
        return None

    def _raise(self, code: CodeType, offset: int, exception: BaseException) -> object:
        self._host.on_raise(_getframe(1), exception, exception.__traceback__)
        return None
