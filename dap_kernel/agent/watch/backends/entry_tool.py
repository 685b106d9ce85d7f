"""The second tool of `MonitoringBackend`: it sees functions begin, while that matters.

It is taken once a step wants entries, there are function breakpoints, or a breakpoint stands where a
function's code begins. The first tool cannot do that: a code object that answered it DISABLE for PY_START
never reports its start to it again, whatever is done with masks.

CPython from 3.13 on (seen in 3.13.0, 3.14.8 and 3.15.0) loses the line event of the instruction after a
RESUME on the same line, once RESUME is specialised: `_Py_call_instrumentation_line` knows RESUME and
INSTRUMENTED_RESUME but not RESUME_CHECK. So code that holds a breakpoint there keeps an event at its RESUME,
which nobody is told of. Nothing else pays for it.

Threads change what is watched at the same time, without a lock: `monitoring.py` says how, and which
interleavings of threads that survives; CPython 3.12.1 and 3.13.0 were checked (`_Py_HandlePending`).
Racing tests: `test_a_breakpoint_set_just_when_the_last_step_ends`,
`test_nothing_is_left_when_the_server_goes_just_when_a_thread_arms`.
"""

import sys
from collections.abc import Callable, Iterable
from functools import partial
from types import CodeType, FrameType
from weakref import ref

from ...debuggee.code_names import name_of
from ...wire.code_lines import line_of_begin
from ..contract import WatchCallbacks
from ..watch_list import WatchList
from .tool_ids import Tool

_FORGETS_BEGIN = sys.version_info >= (3, 13)
_getframe = sys._getframe


class EntryTool:
    """On any thread. `met`: all code objects met so far."""

    def __init__(
        self, watch_list: WatchList, callbacks: WatchCallbacks, met: Callable[[], Iterable[CodeType]]
    ) -> None:
        self._list = watch_list
        self._callbacks = callbacks
        self._met = met
        self._events = sys.monitoring.events
        self._tool = self._new_tool()
        self._codes: dict[int, ref[CodeType]] = {}  # by id: those that report their start

    def update(self, are_others: bool = False) -> None:
        """Steps have changed. `are_others`: there are other function breakpoints than before."""
        for code in self._met() if are_others else ():
            self.watch(code)
        self._set_global()

    def watch(self, code: CodeType) -> None:
        """Have `code` report its start or not, as the breakpoints are now."""
        key = id(code)
        while True:
            tool, is_wanted = self._tool, self._is_wanted(code)
            if is_wanted:
                tool.acquire_id()
                self._codes.setdefault(key, ref(code, partial(self._codes.pop, key)))  # first: `close` asks
            if key in self._codes:
                tool.set_local_events(code, self._events.PY_START if is_wanted else 0)
            if is_wanted == self._is_wanted(code):
                return

    def begins(self, code: CodeType, frame: FrameType) -> None:
        """Be told of `frame`, which begins; its `code` is met just now. By a callback of the first tool."""
        if not self._list.table.may_be_function(code):
            return
        self.watch(code)
        if self._tool.has_no_events:  # else it is told of this entry too
            self._callbacks.on_entry(frame, False)

    def off(self) -> None:
        """Give the tool back, and take it no more until `on`."""
        self._tool.close()

    def on(self) -> None:
        """Take it again once it is needed."""
        self._tool = self._new_tool()

    def _new_tool(self) -> Tool:
        events = self._events
        return Tool({events.PY_RESUME: self._reentry, events.PY_THROW: self._rethrow}, self._all_watched)

    def _all_watched(self) -> list[CodeType]:
        return [code for it in list(self._codes.values()) if (code := it()) is not None]

    def _is_wanted(self, code: CodeType) -> bool:
        if self._list.table.may_be_function(code):
            return True
        points = self._list.points_of(name_of(code)) if _FORGETS_BEGIN else None
        return points is not None and code.co_firstlineno in points and line_of_begin(code) in points

    def _set_global(self) -> None:
        events = self._events
        everywhere_mask = events.PY_START | events.PY_RESUME | events.PY_THROW
        while True:
            tool, (everywhere, is_told) = self._tool, (wanted := self._wanted())
            if not is_told and not tool.is_taken:
                return
            tool.acquire_id()
            tool.set_callback(events.PY_START, self._entry if is_told else None)
            tool.set_events(everywhere_mask if everywhere else 0)
            if wanted == self._wanted():
                return

    def _wanted(self) -> tuple[bool, bool]:
        """Return whether all code reports its start, and whether anybody is to be told of any."""
        everywhere = any(it.wants_entries for it in list(self._list.steps.values()))
        return everywhere, everywhere or bool(self._list.table.functions)

    # Callbacks, on the thread that runs the code.

    def _entry(self, code: CodeType, offset: int) -> object:
        self._callbacks.on_entry(_getframe(1), False)
        return None

    def _reentry(self, code: CodeType, offset: int) -> object:
        self._callbacks.on_entry(_getframe(1), True)
        return None

    def _rethrow(self, code: CodeType, offset: int, exception: BaseException) -> object:
        self._callbacks.on_entry(_getframe(1), True)
        return None
