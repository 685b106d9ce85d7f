"""Local trace functions of `sys.settrace`: what a frame tells, on the thread that runs it."""

from _thread import get_ident
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any

from ...common.object_access import is_instance
from ...common.signal_handlers import begins_unbroken
from ...evaluate.bindings import settle
from ..breakpoint_table import Points
from ..contract import WatchCallbacks
from ..watch_list import WatchList
from .chaining import Both, Failing, TraceFunction
from .instructions import PASSING_FLAGS, is_midway, is_passing_on, is_returning
from .watched_lines import WatchedLines


class LocalTraces:
    """One trace function a file.

    `is_told`: whether the lines of a running frame are to be told; `ends` is called with one that ends.
    """

    def __init__(
        self,
        watch_list: WatchList,
        callbacks: WatchCallbacks,
        lines: WatchedLines,
        is_told: Callable[[FrameType], bool],
        ends: Callable[[FrameType], None],
    ) -> None:
        self._list = watch_list
        self._callbacks = callbacks
        self._lines = lines
        self._is_told = is_told
        self._ends = ends
        self._steps = watch_list.steps
        self._unwinding: dict[int, tuple[FrameType, BaseException, TracebackType | None]] = {}  # by ident
        self._by_file: dict[str, TraceFunction] = {}  # by the code's file name

    def release_frames(self) -> None:
        """Hold no frame: nothing is watched any more."""
        self._unwinding.clear()

    def known(self, filename: str) -> TraceFunction | None:
        return self._by_file.get(filename)

    def of(self, filename: str) -> TraceFunction:
        """Return the local trace function of a file's frames."""
        known = self._by_file.get(filename)
        if known is not None:
            return known
        lines = self._lines.of(filename)
        steps, unwinding = self._steps, self._unwinding

        def local(frame: FrameType, event: str, arg: Any) -> TraceFunction | None:
            if event == "line":
                if not steps and not unwinding and frame.f_lineno not in lines:
                    return local
            elif event == "return" and not steps and not unwinding:
                return local
            try:
                self._event(frame, event, arg, lines)
            except BaseException as error:
                if not is_instance(error, RecursionError):  # Too deep to do anything: `check` arms anew.
                    frame.f_trace = Failing(frame)
                settle(frame)
                raise
            settle(frame)
            # Not `local`: whoever has taken it from the frame meanwhile, because nothing is watched any more,
            # is not to find it there again. The interpreter stores what is returned (`trace_trampoline`).
            return frame.f_trace

        return self._by_file.setdefault(filename, begins_unbroken(local))

    def _event(self, frame: FrameType, event: str, arg: Any, lines: Points) -> None:
        if event == "line":
            if frame.f_code.co_flags & PASSING_FLAGS and is_passing_on(frame):
                return
            if self._unwinding and self._unwinding.pop(get_ident(), None) is not None:
                self._is_caught(frame)
            ask = lines.get(frame.f_lineno)
            outcome = ask(frame) if ask is not None else None
            if outcome is not None or (self._steps and get_ident() in self._steps):
                self._callbacks.on_line(frame, outcome)
        elif event == "exception":
            self._exception(frame, arg[1], arg[2])
        elif event == "return":
            self._return(frame, arg)

    def _exception(self, frame: FrameType, exception: object, traceback: TracebackType | None) -> None:
        if issubclass(type(exception), (StopIteration, StopAsyncIteration)):
            return  # What it is to an `await` or a loop: no end of the frame.
        if is_instance(exception, BaseException):
            self._unwinding[get_ident()] = (frame, exception, traceback)
            frame.f_trace_lines = True  # A handler's first line says that it is caught: it is not to be kept.
            if self._list.wants_raise:
                self._callbacks.on_raise(frame, exception, traceback)

    def _is_caught(self, frame: FrameType) -> None:
        if type(frame.f_trace) is not Both:
            frame.f_trace_lines = self._is_told(frame)

    def _return(self, frame: FrameType, value: object) -> None:
        unwinding = self._unwinding.pop(get_ident(), None)
        if value is None and unwinding is not None and unwinding[0] is frame and not is_returning(frame):
            self._ends(frame)
            self._callbacks.on_end(frame, None, *unwinding[1:])
        elif not is_midway(frame):
            self._ends(frame)
            self._callbacks.on_end(frame, value, None, None)
