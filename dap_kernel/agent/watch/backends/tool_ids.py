"""Tool ids of `sys.monitoring`, taken with their first use. Knows nothing of what is watched."""

import sys
from collections.abc import Iterable, Mapping
from types import CodeType

_FREE_IDS = (0, 3, 4)  # of debuggers: PEP 669 gives 1, 2 and 5 to coverage, profilers and optimizers
_ID = "id"


class Tool:
    """One tool of ours, on any thread. It waits for nobody: who asks may have broken into who takes it."""

    def __init__(self, callbacks: Mapping[int, object]) -> None:
        self._callbacks = callbacks
        self._taken: dict[str, int] = {}  # the tool id, under `_ID`; empty: none is taken

    @property
    def id(self) -> int | None:
        """Its id, while it is taken."""
        return self._taken.get(_ID)

    def acquire_id(self) -> int:
        """Return its id. Raises RuntimeError when all ids are taken by others."""
        known = self._taken.get(_ID)
        if known is not None:
            return known
        tool = _take(self._callbacks)
        taken = self._taken.setdefault(_ID, tool)
        if taken != tool:  # Another thread was quicker.
            sys.monitoring.free_tool_id(tool)
        return taken

    def release(self, codes: Iterable[CodeType]) -> None:
        """Give the id back. Until 3.14 that leaves its events on, so they go first: those of `codes`, too.

        So do the callbacks, which the next tool with this id would be left with.
        """
        tool = self._taken.pop(_ID, None)
        if tool is None:
            return
        sys.monitoring.set_events(tool, 0)
        for code in codes:
            sys.monitoring.set_local_events(tool, code, 0)
        for event in (*self._callbacks, sys.monitoring.events.PY_START):  # which `EntryTool` adds
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
                sys.monitoring.free_tool_id(tool)
                raise
            return tool
    raise RuntimeError("no tool id of sys.monitoring is free: another debugger is at work in this process")
