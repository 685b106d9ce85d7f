"""Room for a stopped thread: a higher recursion limit, and its turn at the interpreter soon.

What is changed is put back when the last stop ends, unless user code has set it meanwhile.
"""

import sys

_EXTRA_RECURSION = 500  # frames: a thread may be stopped just below the limit
_RUNNING_S = 0.002  # how long a busy thread may keep the others waiting: the agent's among them
_STOPPED_S = 0.0005


class Headroom:
    """The interpreter's limits while threads are stopped. Called with each stop and each resume."""

    def __init__(self) -> None:
        self._stops = 0
        self._before_s = self._taken_s = sys.getswitchinterval()
        self._limits: tuple[int, float] = (0, 0.0)  # as they were before the first stop

    def begin(self) -> None:
        """Let the agent have its turn soon while user code runs."""
        self._before_s = sys.getswitchinterval()
        sys.setswitchinterval(min(_RUNNING_S, self._before_s))
        self._taken_s = sys.getswitchinterval()

    def end(self) -> None:
        """Give the turns back: nobody is there to have them."""
        self._limits = (self._limits[0], self._before_s)  # for a thread that is about to go on
        if not self._stops and sys.getswitchinterval() <= self._taken_s:
            sys.setswitchinterval(self._before_s)

    def make_room(self) -> None:
        """A thread stops."""
        self._stops += 1
        if self._stops > 1:
            return
        self._limits = (sys.getrecursionlimit(), sys.getswitchinterval())
        sys.setrecursionlimit(self._limits[0] + _EXTRA_RECURSION)
        sys.setswitchinterval(_STOPPED_S)

    def regain_room(self) -> None:
        """A thread goes on."""
        self._stops -= 1
        if self._stops:
            return
        limit = self._limits[0]
        if sys.getswitchinterval() < 2 * _STOPPED_S:
            sys.setswitchinterval(self._limits[1])
        if sys.getrecursionlimit() == limit + _EXTRA_RECURSION:
            try:
                sys.setrecursionlimit(limit)
            except RecursionError:
                return  # The thread stands deeper than that: it keeps the room.
