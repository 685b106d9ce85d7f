"""Functions that are called later. Only what is quick: they run on threads of the agent's, not the user's."""

import heapq
from _thread import allocate_lock, get_ident, start_new_thread
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from time import monotonic

After = Callable[[float, Callable[[], None]], None]  # seconds, and what is to be called then


class DueCalls:
    """Calls that the agent thread makes between frames: where there is to be no third thread."""

    def __init__(self) -> None:
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = count()

    def after(self, delay_s: float, call: Callable[[], None]) -> None:
        """Have `call` called after `delay_s` seconds. It finds out for itself whether it is still wanted."""
        heapq.heappush(self._due, (monotonic() + delay_s, next(self._numbers), call))

    def do_due(self) -> float | None:
        """Make the calls that are due; return the seconds to the next one, None: there is none."""
        while self._due and (delay_s := self._due[0][0] - monotonic()) <= 0:
            _, _, call = heapq.heappop(self._due)
            with suppress(Exception):  # Of one call; the others are to come all the same.
                call()
        return max(delay_s, 0.0) if self._due else None


class Timers:
    """Calls that a thread of its own makes; it begins with the first of them."""

    def __init__(self, own: set[int]) -> None:
        self._own = own  # idents of the agent's threads: this one's goes there
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = count()
        self._wake = allocate_lock()
        self._wake.acquire()
        self._is_running = False
        self.at_work = allocate_lock()  # held during a call

    def cancel_all(self) -> None:
        """Forget all calls."""
        self._due = []

    def go_off(self) -> None:
        """In a forked child: who was at a call is gone."""
        self.at_work = allocate_lock()

    def after(self, delay_s: float, call: Callable[[], None]) -> None:
        """Have `call` called after `delay_s` seconds. It finds out for itself whether it is still wanted."""
        heapq.heappush(self._due, (monotonic() + delay_s, next(self._numbers), call))
        if not self._is_running:
            self._is_running = True
            start_new_thread(self._run, ())
        else:
            self._poke()

    def _poke(self) -> None:
        with suppress(RuntimeError):  # It is awake already.
            self._wake.release()

    def _run(self) -> None:
        self._own.add(get_ident())
        while True:
            due = self._due
            delay = due[0][0] - monotonic() if due else -1.0
            if not due or delay > 0:
                self._wake.acquire(True, delay if due else -1)
                continue
            self._call_next()

    def _call_next(self) -> None:
        with self.at_work, suppress(Exception):  # Of one call; the others are to come all the same.
            _, _, call = heapq.heappop(self._due)
            call()
