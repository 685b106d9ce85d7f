"""Room for a stopped thread: a higher recursion limit, and its turn at the interpreter soon.

What is changed is put back when the last stop ends, unless user code has set it meanwhile.
"""

import sys

_EXTRA_RECURSION = 500  # frames: a thread may be stopped just below the limit
_RUNNING_S = 0.002  # how long a busy thread may keep the others waiting: the agent's among them
_STOPPED_S = 0.0005


class Latitude:
    """The interpreter's limits while threads are stopped. Called with each stop and each resume."""

    def __init__(self) -> None:
        self._stops = 0
        self._limits: tuple[int, float] = (0, 0.0)  # as they were before the first stop

    def run(self) -> None:
        """Let the agent have its turn soon while user code runs."""
        sys.setswitchinterval(min(_RUNNING_S, sys.getswitchinterval()))

    def give(self) -> None:
        """A thread stops."""
        self._stops += 1
        if self._stops > 1:
            return
        self._limits = (sys.getrecursionlimit(), sys.getswitchinterval())
        sys.setrecursionlimit(self._limits[0] + _EXTRA_RECURSION)
        sys.setswitchinterval(_STOPPED_S)

    def take(self) -> None:
        """A thread goes on."""
        self._stops -= 1
        if self._stops:
            return
        limit, interval = self._limits
        if sys.getswitchinterval() < 2 * _STOPPED_S:
            sys.setswitchinterval(interval)
        if sys.getrecursionlimit() == limit + _EXTRA_RECURSION:
            try:
                sys.setrecursionlimit(limit)
            except RecursionError:
                return  # The thread stands deeper than that: it keeps the room.
