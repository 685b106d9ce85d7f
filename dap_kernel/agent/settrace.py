"""The watch backend on `sys.settrace`: any Python; each call and each watched line costs a little.

A thread is traced only while something is watched. Frames of code without a breakpoint get no
local trace function, so that their lines run untold.
"""

import sys
import threading
from _thread import get_ident
from collections.abc import Callable
from opcode import opmap
from types import CodeType, FrameType, TracebackType
from typing import Any, cast

from .arming import MainThreadCall, trace_other_threads
from .breakpoints import Points
from .threads import Threads
from .watching import WatchHost

TraceFunction = Callable[[FrameType, str, Any], Any]

_SUSPENDS = {opmap[it] for it in ("YIELD_VALUE", "SEND", "RETURN_GENERATOR") if it in opmap}
_RESUME = opmap["RESUME"]  # its argument: 0 at a function's begin, else after a `yield` or an `await`
_GENERATOR_FLAGS = 0x20 | 0x80 | 0x200  # CO_GENERATOR, CO_COROUTINE, CO_ASYNC_GENERATOR


class SettraceBackend:
    """See `WatchBackend`."""

    name = "settrace"

    def __init__(self, host: WatchHost, threads: Threads) -> None:
        self._host = host
        self._points = host.points
        self._steps = host.steps
        self._watched: dict[int, list[FrameType]] = {}  # by ident: frames that a step watches
        self._unwinding: dict[int, tuple[FrameType, BaseException]] = {}  # by ident
        self._holding: dict[int, tuple[CodeType, bool]] = {}  # by id: code, and whether it has a breakpoint
        self._foreign: dict[int, TraceFunction] = {}  # by ident: who traced before us
        self._main = MainThreadCall(lambda: self._arm_current(sys._getframe(2)))
        self._threads = threads
        self._is_on = False

    def breakpoints_changed(self, filename: str | None) -> None:
        self._holding = {}
        self._update()

    def exceptions_changed(self) -> None:
        self._update()

    def step_begins(self, ident: int, frames: list[FrameType]) -> None:
        self._watched[ident] = frames
        for frame in frames:
            self._watch(frame)
        self._update()

    def step_ends(self, ident: int) -> None:
        self._watched.pop(ident, None)
        self._update()

    def watch_frame(self, ident: int, frame: FrameType) -> None:
        self._watched.setdefault(ident, []).append(frame)
        self._watch(frame)

    def thread_begins(self) -> None:
        if self._is_on:
            self._arm_current(sys._getframe(1))

    def check(self) -> None:
        if self._is_on:
            self._main.ask()

    def off(self) -> None:
        self._is_on = False
        self._watched.clear()
        threading.settrace(None)
        self._arm_all()

    # Arming.

    def _update(self) -> None:
        host = self._host
        was_on = self._is_on
        self._is_on = bool(host.steps or host.wants_raise or host.wants_unwind or not host.table.is_empty)
        if self._is_on or was_on:
            threading.settrace(self._call if self._is_on else None)
            self._arm_all()

    def _arm_all(self) -> None:
        """Have every thread of the user's trace itself, or stop that."""
        own, main = get_ident(), self._threads.main.ident
        others = {}
        for thread, frame in self._threads.running():
            if thread.ident == own:
                self._arm_current(sys._getframe(1))
            elif thread.ident == main:
                self._main.ask()
                self._arm_frames(frame, main)
            else:
                others[thread.ident] = frame
        trace_other_threads(self._call if self._is_on else None, set(others))
        for ident, frame in others.items():
            self._arm_frames(frame, ident)

    def _watch(self, frame: FrameType) -> None:
        frame.f_trace = self._local
        frame.f_trace_lines = True

    def _arm_current(self, frame: FrameType | None) -> None:
        """Trace the calling thread, or stop that when nothing is watched; `frame` is its innermost."""
        before = sys.gettrace()
        if self._is_on and before != self._call:
            if before is not None:
                self._foreign[get_ident()] = cast(TraceFunction, before)
            sys.settrace(self._call)
        elif not self._is_on and before == self._call:
            sys.settrace(self._foreign.pop(get_ident(), None))
        self._arm_frames(frame, get_ident())

    def _arm_frames(self, frame: FrameType | None, ident: int) -> None:
        """Give the running frames of a thread the local trace function where they need it."""
        watched = self._watched.get(ident, ())
        while frame is not None:
            is_mine = frame.f_trace == self._local
            if any(frame is it for it in watched):
                self._watch(frame)
            elif self._is_on and self._is_of_interest(frame.f_code):
                if frame.f_trace is None:
                    self._trace(frame)
            elif is_mine:
                frame.f_trace = None
            frame = frame.f_back

    # Trace functions, on the thread that runs the code.

    def _call(self, frame: FrameType, event: str, arg: object) -> TraceFunction | None:
        code = frame.f_code
        try:
            points = self._points[code.co_filename]
        except KeyError:
            points = self._host.points_of(code.co_filename)
        is_watched = points is not None and self._has_points(code, points)
        if not is_watched and not self._has_more:
            return None
        return self._call_more(frame, arg, is_watched)

    def _call_more(self, frame: FrameType, arg: object, is_watched: bool) -> TraceFunction | None:
        """Go on with `_call` where more than line breakpoints is watched."""
        ident = get_ident()
        step = self._steps.get(ident)
        if (step is not None and step.wants_entries) or self._host.may_be_function(frame.f_code):
            self._host.on_entry(frame, _is_midway(frame))
        is_watched = is_watched or any(frame is it for it in self._watched.get(ident, ()))
        if is_watched:
            frame.f_trace_lines = True
        elif self._host.wants_code(frame.f_code):
            frame.f_trace_lines = False
            is_watched = True
        foreign = self._foreign.get(ident)
        if foreign is not None:
            return self._chained(foreign(frame, "call", arg), is_watched)
        return self._local if is_watched else None

    def _local(self, frame: FrameType, event: str, arg: Any) -> TraceFunction:
        try:
            if event == "line":
                if self._unwinding:
                    self._unwinding.pop(get_ident(), None)
                points = self._points.get(frame.f_code.co_filename)
                here = points.get(frame.f_lineno, ()) if points else ()
                if here or (self._steps and get_ident() in self._steps):
                    self._host.on_line(frame, here)
            elif event == "exception":
                self._exception(frame, arg[1], arg[2])
            elif event == "return":
                self._return(frame, arg)
        except BaseException:
            self._rearm()
            raise
        return self._local

    def _rearm(self) -> None:
        """An exception is about to leave a trace function: that switches tracing off."""
        if get_ident() == self._threads.main.ident:
            self._main.ask()

    def _exception(self, frame: FrameType, exception: object, traceback: TracebackType | None) -> None:
        if isinstance(exception, StopIteration | StopAsyncIteration):
            return  # What it is to an `await` or a loop: no end of the frame.
        if isinstance(exception, BaseException):
            self._unwinding[get_ident()] = (frame, exception)
            if self._host.wants_raise:
                self._host.on_raise(frame, exception, traceback)

    def _return(self, frame: FrameType, value: object) -> None:
        unwinding = self._unwinding.pop(get_ident(), None)
        if value is None and unwinding is not None and unwinding[0] is frame:
            self._host.on_end(frame, None, unwinding[1])
        elif not _is_midway(frame):
            self._host.on_end(frame, value, None)

    def _chained(self, foreign: Any, is_watched: bool) -> TraceFunction | None:
        """Return one local trace function for two tracers: the one that was there before, and ours."""
        if not is_watched:
            return foreign  # type: ignore[no-any-return]
        if foreign is None:
            return self._local

        def both(frame: FrameType, event: str, arg: object) -> TraceFunction:
            nonlocal foreign
            foreign = foreign(frame, event, arg) if foreign is not None else None
            self._local(frame, event, arg)
            return both

        return both

    def _trace(self, frame: FrameType) -> None:
        points = self._host.points_of(frame.f_code.co_filename)
        frame.f_trace_lines = points is not None and self._has_points(frame.f_code, points)
        frame.f_trace = self._local

    def _is_of_interest(self, code: CodeType) -> bool:
        points = self._host.points_of(code.co_filename)
        return (points is not None and self._has_points(code, points)) or self._host.wants_code(code)

    @property
    def _has_more(self) -> bool:
        host = self._host
        return bool(
            self._steps or self._foreign or host.table.functions or host.wants_raise or host.wants_unwind
        )

    def _has_points(self, code: CodeType, points: Points) -> bool:
        known = self._holding.get(id(code))
        if known is None:
            has = any(line in points for _, _, line in code.co_lines())
            known = self._holding[id(code)] = (code, has)
        return known[1]


def _is_midway(frame: FrameType) -> bool:
    """Whether a "call" or "return" event is a `yield` or an `await`, not the begin or the end of a frame."""
    code = frame.f_code
    if not code.co_flags & _GENERATOR_FLAGS:
        return False
    operation, argument = code.co_code[frame.f_lasti : frame.f_lasti + 2]
    return operation in _SUSPENDS or (operation == _RESUME and bool(argument & 3))
