"""Tool ids of `sys.monitoring`, taken with their first use. Knows nothing of what is watched.

A thread may be about to take an id, or to set events, just when the tool is closed: no lock holds it up,
since who closes may have broken into who takes. What sets something therefore reads the id and uses it within
one call of C, where CPython lets no other thread run (`_Py_HandlePending` is asked between bytecodes alone;
checked with 3.12.1 and 3.13.0): either the id is still there, and `close`, which comes later, clears what was
set, or nothing is set at all.

Survived: the tool is closed when a thread has just found out what to watch, and has taken no id yet, or has
taken it and set nothing yet.
Racing test: `test_nothing_is_left_when_the_server_goes_just_when_a_thread_arms`.
"""

import sys
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from itertools import chain, repeat
from types import CodeType

# 0 is a debugger's: the last to be taken, since pydevd does nothing where it is gone, and says nothing.
_FREE_IDS = (3, 4, 0)
_ID = "id"


class Tool:
    """One tool of ours, on any thread. It waits for nobody: who asks may have broken into who takes it."""

    def __init__(self, callbacks: Mapping[int, object], codes: Callable[[], Iterable[CodeType]]) -> None:
        """`codes` returns those that may have events of their own."""
        self._callbacks = callbacks
        self._codes = codes
        self._taken: dict[str, int] = {}  # the tool id, under `_ID`; empty: none is taken
        self._is_closed = False

    @property
    def is_taken(self) -> bool:
        """Whether it has an id, without which it sees nothing."""
        return bool(self._taken)

    @property
    def is_closed(self) -> bool:
        """Whether it never sees anything any more."""
        return self._is_closed

    @property
    def has_no_events(self) -> bool:
        """Whether it has an id, and sees no event in all code."""
        return list(map(sys.monitoring.get_events, self._taken.values())) == [0]

    def acquire_id(self) -> None:
        """Have an id, unless it is closed. Raises RuntimeError when all ids are taken by others."""
        if self._taken or self._is_closed:
            return
        tool = _take(self._callbacks)
        if self._taken.setdefault(_ID, tool) != tool:  # Another thread was quicker.
            _give_back(tool, self._callbacks)
        if self._is_closed:  # `close` has come meanwhile, and may have found nothing to give back.
            self._release()

    def set_events(self, events: int) -> None:
        """See these events in all code; nothing without an id."""
        deque(map(sys.monitoring.set_events, self._taken.values(), repeat(events)), 0)

    def set_local_events(self, code: CodeType, *masks: int) -> None:
        """Set the events of `code` to each of `masks` in turn, all in one moment; nothing without an id.

        A change of the mask has what was answered DISABLE report again.
        """
        ids = chain.from_iterable(repeat(self._taken.values(), len(masks)))
        deque(map(sys.monitoring.set_local_events, ids, repeat(code), masks), 0)

    def set_callback(self, event: int, callback: Callable[..., object] | None) -> None:
        """Have `callback` called for an event; nothing without an id."""
        deque(map(sys.monitoring.register_callback, self._taken.values(), repeat(event), repeat(callback)), 0)

    def close(self) -> None:
        """Give the id back, and take none any more."""
        self._is_closed = True
        self._release()

    def _release(self) -> None:
        """Give the id back. Until 3.14 that leaves its events on, so they go first."""
        tool = self._taken.pop(_ID, None)
        if tool is None:
            return
        sys.monitoring.set_events(tool, 0)
        for code in self._codes():  # Only now: nobody can set any more.
            sys.monitoring.set_local_events(tool, code, 0)
        _give_back(tool, self._callbacks)


def _give_back(tool: int, callbacks: Mapping[int, object]) -> None:
    """Free an id that has no events, without callbacks, which the next tool of this id would be left with."""
    for event in (*callbacks, sys.monitoring.events.PY_START):  # which `EntryTool` adds
        sys.monitoring.register_callback(tool, event, None)
    sys.monitoring.free_tool_id(tool)


def _take(callbacks: Mapping[int, object]) -> int:
    for tool in _FREE_IDS:
        if sys.monitoring.get_tool(tool) is None:
            try:
                sys.monitoring.use_tool_id(tool, "dap_kernel")
            except ValueError:
                continue  # Somebody has taken it meanwhile.
            try:
                for event, callback in callbacks.items():
                    sys.monitoring.register_callback(tool, event, callback)  # type: ignore[arg-type]
            except BaseException:  # of a signal's handler
                _give_back(tool, callbacks)
                raise
            return tool
    raise RuntimeError("no tool id of sys.monitoring is free: another debugger is at work in this process")
