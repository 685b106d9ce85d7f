"""The watch backend on `sys.monitoring` (PEP 669), Python 3.12 on: a dull line costs nothing.

Two tools: this one sees lines, and meets code; `EntryTool`, taken once it is needed, sees functions
begin. A code object that was answered DISABLE for PY_START never reports its start to a tool again, whatever
is done with masks; so each code object met is remembered here, weakly, once it is watched: what a signal's
handler raises may come before.

Threads change masks at the same time, without a lock: each first changes what a mask is made of, then
the mask, and looks whether the two still agree. No bytecode that lets another thread run stands
between a look at `points` or `steps` and a DISABLE: that is a call, a backward jump or RESUME, where CPython
looks at the eval breaker (`_Py_HandlePending`); checked with 3.12.1 and 3.13.0.

A detach closes the tools (`tool_ids.py`) once the watch list is empty; a server that comes later gets new
ones. Who arms changes the watch list first, reads `_tool` then, and what is wanted last: so it either finds
what is wanted now, or a tool that is closed.

Survived: a breakpoint is set when a callback has just found that its line is dull, and has not answered yet;
a server goes when a thread has found what to watch, and has not acted on it.
Racing tests: `test_a_breakpoint_set_just_when_the_last_step_ends`,
`test_a_breakpoint_set_just_when_another_one_goes`,
`test_nothing_is_left_when_the_server_goes_just_when_a_thread_arms`.
"""

import sys
from _thread import get_ident
from functools import partial
from itertools import chain
from types import CodeType, FrameType
from weakref import ref

from ...common.signal_handlers import traceback_of
from ...debuggee.code_names import name_of
from ...debuggee.threads import frames_of_others
from ..contract import WatchCallbacks
from ..watch_list import WatchList
from .entry_tool import EntryTool
from .instructions import PASSING_FLAGS, is_passing_on
from .tool_ids import Tool
from .watched_lines import has_points

_getframe = sys._getframe


class MonitoringBackend:
    """See `WatchBackend`."""

    name = "monitoring"

    def __init__(self, watch_list: WatchList, callbacks: WatchCallbacks) -> None:
        self._list = watch_list
        self._callbacks = callbacks
        self._events = sys.monitoring.events
        self._points = watch_list.points  # by file name as code objects have it
        self._steps = watch_list.steps
        self._codes: dict[str, dict[int, ref[CodeType]]] = {}  # met, by file name as they have it
        self._stepped: dict[int, dict[int, CodeType]] = {}  # by ident, by id: code whose lines a step watches
        self._watched: dict[int, tuple[str, ref[CodeType]]] = {}  # by id: the name of code that reports lines
        self._meeting: dict[int, CodeType] = {}  # by id: those that are about to be in `_codes`
        self._tool = self._new_tool()
        self._entries = EntryTool(watch_list, callbacks, self._all_met)

    def breakpoints_changed(self, filename: str | None) -> None:
        self._set_global()
        if filename is None:
            self._entries.update(are_others=True)
            return
        running = [(name_of(code), code) for code in _running()]
        for name, _ in running:
            self._list.points_of(name)
        for name in self._list.names_of(filename):
            for code in (*self._met(name), *(it for of, it in running if of == name)):
                self._meeting[id(code)] = code
                self._apply(code)
                self._entries.watch(code)
                self._remember(name, code)

    def exceptions_changed(self) -> None:
        self._set_global()

    def step_begins(self, ident: int, frames: list[FrameType]) -> None:
        before = self._stepped.pop(ident, {})
        self._stepped[ident] = {id(frame.f_code): frame.f_code for frame in frames}
        for code in (before | self._stepped[ident]).values():
            self._apply(code)
        self._set_global()
        self._entries.update()

    def step_ends(self, ident: int) -> None:
        for code in self._stepped.pop(ident, {}).values():
            self._apply(code)
        self._set_global()
        self._entries.update()

    def watch_frame(self, ident: int, frame: FrameType) -> None:
        code = frame.f_code
        codes = self._stepped.setdefault(ident, {})
        if id(code) not in codes:
            codes[id(code)] = code
            self._apply(code)
        if self._tool.is_closed:
            self._stepped.pop(ident, None)  # It holds code of the user's, which nobody would take from it.

    def thread_begins(self) -> None:
        """Nothing to do: monitoring is for all threads."""

    def check(self) -> None:
        """Nothing to do: nobody switches monitoring off."""

    def off(self) -> None:
        self._entries.off()
        self._tool.close()
        self._stepped.clear()

    def on(self) -> None:
        self._entries.on()
        self._tool = self._new_tool()

    # Masks.

    def _set_global(self) -> None:
        while True:
            tool, wanted = self._tool, self._wanted()
            if not wanted and not tool.is_taken:
                return
            tool.acquire_id()
            tool.set_events(wanted)
            if wanted == self._wanted():
                return

    def _new_tool(self) -> Tool:
        return Tool(self._by_event(), self._all_watched)

    def _all_watched(self) -> list[CodeType]:
        return [code for _, it in list(self._watched.values()) if (code := it()) is not None]

    def _wanted(self) -> int:
        events, wanted = self._events, 0
        if not self._list.table.is_empty:
            wanted = events.PY_START | events.PY_RESUME | events.PY_THROW
        if self._list.wants_raise:
            wanted |= events.RAISE
        if self._list.wants_unwind or any(
            it.kind in ("over", "in", "out") for it in list(self._steps.values())
        ):
            wanted |= events.PY_UNWIND
        return wanted

    def _by_event(self) -> dict[int, object]:
        events = self._events
        return {
            events.PY_START: self._start,
            events.PY_RESUME: self._start,
            events.PY_THROW: self._throw,
            events.LINE: self._line,
            events.PY_RETURN: self._return,
            events.PY_UNWIND: self._unwind,
            events.RAISE: self._raise,
        }

    def _apply(self, code: CodeType) -> None:
        """Watch what `code` has of interest now. Lines that were found dull report again."""
        while True:
            tool, mask, key = self._tool, self._mask(code), id(code)
            if mask:
                tool.acquire_id()
                if key not in self._watched:  # first: `close` asks for them
                    self._watched[key] = name_of(code), ref(code, partial(self._watched.pop, key))
            if key in self._watched:
                tool.set_local_events(code, 0, mask)
            if mask == self._mask(code):
                return

    def _mask(self, code: CodeType) -> int:
        events = self._events
        is_hit = self._has_points(code)  # first: it fills `points`, which `_line` relies on
        if any(id(code) in codes for codes in list(self._stepped.values())):
            return events.LINE | events.PY_RETURN
        return events.LINE if is_hit else 0

    def _has_points(self, code: CodeType) -> bool:
        points = self._list.points_of(name_of(code))
        return points is not None and has_points(code, points)

    # Code.

    def _met(self, name: str) -> list[CodeType]:
        """Return the code objects met that carry the file name `name`."""
        met = [code for it in list(self._codes.get(name, {}).values()) if (code := it()) is not None]
        return met + [it for it in list(self._meeting.values()) if name_of(it) == name]

    def _all_met(self) -> list[CodeType]:
        names = {*list(self._codes), *map(name_of, list(self._meeting.values()))}
        return [code for name in names for code in self._met(name)]

    def _is_met(self, code: CodeType) -> bool:
        codes = self._codes.get(name_of(code))
        return codes is not None and id(code) in codes

    def _meet(self, code: CodeType, frame: FrameType) -> None:
        """Watch `code`, which begins or goes on in `frame`, as far as it is of interest; then remember it."""
        name = name_of(code)
        self._meeting[id(code)] = code  # before the look: who changes breakpoints now finds it
        self._list.points_of(name)
        if code.co_name == "<module>":
            self._callbacks.on_module(frame)
        if self._has_points(code):
            self._apply(code)
            self._entries.watch(code)
        self._entries.begins(code, frame)
        self._remember(name, code)

    def _remember(self, name: str, code: CodeType) -> None:
        codes, key = self._codes.setdefault(name, {}), id(code)
        codes.setdefault(key, ref(code, partial(codes.pop, key)))  # in C: no signal's handler runs in it
        self._meeting.pop(key, None)

    # Callbacks, on the thread that runs the code.

    def _start(self, code: CodeType, offset: int) -> object:
        if not self._is_met(code):
            self._meet(code, _getframe(1))
        return sys.monitoring.DISABLE

    def _throw(self, code: CodeType, offset: int, exception: BaseException) -> object:
        if not self._is_met(code):
            self._meet(code, _getframe(1))
        return None

    def _line(self, code: CodeType, line: int) -> object:
        try:
            points = self._points[self._watched[id(code)][0]]  # `name_of`, where each step counts
        except KeyError:
            points = self._points[name_of(code)]
        if points is not None and line in points:
            frame = _getframe(1)
            if code.co_flags & PASSING_FLAGS and is_passing_on(frame):
                return sys.monitoring.DISABLE
            outcome = points[line](frame)
            if outcome is not None or self._steps:
                self._callbacks.on_line(frame, outcome)
            return None
        if self._steps:
            if get_ident() in self._steps:
                frame = _getframe(1)
                if not (code.co_flags & PASSING_FLAGS and is_passing_on(frame)):
                    self._callbacks.on_line(frame, None)
                return None
            stepped, key = chain.from_iterable(self._stepped.values()), id(code)
            if key in stepped:  # All in C, and now: see the module.
                return None  # Another thread steps there.
        return sys.monitoring.DISABLE

    def _return(self, code: CodeType, offset: int, value: object) -> object:
        if get_ident() in self._steps:
            self._callbacks.on_end(_getframe(1), value, None, None)
        return None

    def _unwind(self, code: CodeType, offset: int, exception: BaseException) -> object:
        self._callbacks.on_end(_getframe(1), None, exception, traceback_of(exception))
        return None

    def _raise(self, code: CodeType, offset: int, exception: BaseException) -> object:
        self._callbacks.on_raise(_getframe(1), exception, traceback_of(exception))
        return None


def _running() -> list[CodeType]:
    """Return the code that threads run now."""
    codes: dict[int, CodeType] = {}
    for top in (_getframe(1), *frames_of_others().values()):
        frame: FrameType | None = top
        while frame is not None:
            codes[id(frame.f_code)] = frame.f_code
            frame = frame.f_back
    return list(codes.values())
