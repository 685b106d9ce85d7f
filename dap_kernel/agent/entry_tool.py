"""The second tool of `MonitoringBackend`: it sees functions begin, while that matters.

It is taken while a step wants entries, there are function breakpoints, or a breakpoint stands where a
function's code begins. The first tool cannot do that: a code object that answered it DISABLE for PY_START
never reports its start to it again, whatever is done with masks.

CPython from 3.13 on (seen in 3.13.0, 3.14.8 and 3.15.0) loses the line event of the instruction after a
RESUME on the same line, once RESUME is specialised: `_Py_call_instrumentation_line` knows RESUME and
INSTRUMENTED_RESUME but not RESUME_CHECK. So code that holds a breakpoint there keeps an event at its RESUME,
which nobody is told of. Nothing else pays for it.
"""

import sys
from collections.abc import Callable, Iterable
from functools import partial
from types import CodeType
from weakref import ref

from .code_lines import line_of_begin
from .code_names import name_of
from .locks import new_lock
from .watching import WatchHost

_FORGETS_BEGIN = sys.version_info >= (3, 13)
_FREE_IDS = (0, 3, 4)  # of debuggers: PEP 669 gives 1, 2 and 5 to coverage, profilers and optimizers
_getframe = sys._getframe


class EntryTool:
    """On any thread. `met`: all code objects met so far."""

    def __init__(self, host: WatchHost, met: Callable[[], Iterable[CodeType]]) -> None:
        self._host = host
        self._met = met
        self._events = sys.monitoring.events
        self._tool: int | None = None
        self._changing = new_lock()
        self._codes: dict[int, ref[CodeType]] = {}  # by id: those that report their start

    def update(self, are_others: bool = False) -> None:
        """Steps have changed. `are_others`: there are other function breakpoints than before."""
        with self._changing:
            for code in self._met() if are_others else ():
                self._note(code)
            self._take_or_release()

    def watch(self, code: CodeType) -> None:
        """Do what the breakpoints, as they are now, want of `code`."""
        with self._changing:
            if self._note(code):
                self._take_or_release()

    def begins(self, code: CodeType) -> None:
        """Be told of the frame that begins, whose code was met just now. By a callback of the first tool."""
        if not self._host.table.may_be_function(code):
            return
        self.watch(code)
        tool = self._tool
        if tool is not None and not sys.monitoring.get_events(tool):  # else it is told of this entry too
            self._host.on_entry(_getframe(3), False)

    def off(self) -> None:
        """Give the tool back. Waits for nobody: in a forked child the thread that changes things is gone."""
        self._release()
        self._codes.clear()

    def _note(self, code: CodeType) -> bool:
        """Have `code` report its start or not; whether that is a change."""
        key, is_wanted = id(code), self._is_wanted(code)
        if is_wanted == (key in self._codes):
            return False
        if is_wanted:
            self._codes[key] = ref(code, partial(self._codes.pop, key))
        else:
            del self._codes[key]
        if self._tool is not None:
            sys.monitoring.set_local_events(self._tool, code, self._events.PY_START if is_wanted else 0)
        return True

    def _is_wanted(self, code: CodeType) -> bool:
        if self._host.table.may_be_function(code):
            return True
        points = self._host.points_of(name_of(code)) if _FORGETS_BEGIN else None
        return points is not None and code.co_firstlineno in points and line_of_begin(code) in points

    def _take_or_release(self) -> None:
        everywhere = any(it.wants_entries for it in list(self._host.steps.values()))
        is_told = everywhere or bool(self._host.table.functions)
        if not is_told and not self._codes:
            self._release()
            return
        events, monitoring = self._events, sys.monitoring
        begin, resume, throw = events.PY_START, events.PY_RESUME, events.PY_THROW
        if self._tool is None:
            self._tool = take_tool({begin: self._entry, resume: self._reentry, throw: self._rethrow})
            for code in self._alive():
                monitoring.set_local_events(self._tool, code, begin)
        monitoring.register_callback(self._tool, begin, self._entry if is_told else None)
        monitoring.set_events(self._tool, begin | resume | throw if everywhere else 0)

    def _release(self) -> None:
        tool, self._tool = self._tool, None
        release_tool(tool, self._alive())

    def _alive(self) -> list[CodeType]:
        return [code for it in list(self._codes.values()) if (code := it()) is not None]

    # Callbacks, on the thread that runs the code.

    def _entry(self, code: CodeType, offset: int) -> object:
        self._host.on_entry(_getframe(1), False)
        return None

    def _reentry(self, code: CodeType, offset: int) -> object:
        self._host.on_entry(_getframe(1), True)
        return None

    def _rethrow(self, code: CodeType, offset: int, exception: BaseException) -> object:
        self._host.on_entry(_getframe(1), True)
        return None


def take_tool(callbacks: dict[int, object]) -> int:
    """Return the id of a tool of ours. Raises RuntimeError when all ids are taken."""
    tool = next((it for it in _FREE_IDS if sys.monitoring.get_tool(it) is None), None)
    if tool is None:
        raise RuntimeError(
            "no tool id of sys.monitoring is free: another debugger is at work in this process"
        )
    sys.monitoring.use_tool_id(tool, "dap_kernel")
    for event, callback in callbacks.items():
        sys.monitoring.register_callback(tool, event, callback)  # type: ignore[arg-type]
    return tool


def release_tool(tool: int | None, codes: Iterable[CodeType]) -> None:
    """Give a tool id back. Until 3.14 that leaves its events on, so they go first: those of `codes`, too."""
    if tool is None:
        return
    sys.monitoring.set_events(tool, 0)
    for code in codes:
        sys.monitoring.set_local_events(tool, code, 0)
    sys.monitoring.free_tool_id(tool)
