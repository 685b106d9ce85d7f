"""One thread that calls functions later. Only for what is quick: it is the agent's, not the user's."""

import heapq
from _thread import allocate_lock, get_ident, start_new_thread
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from time import monotonic


class Timers:
    """Calls that are due at a time; the thread begins with the first of them."""

    def __init__(self, own: set[int]) -> None:
        self._own = own  # idents of the agent's threads: this one's goes there
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = count()
        self._wake = allocate_lock()
        self._wake.acquire()
        self._is_running = False
        self.at_work = allocate_lock()  # held during a call

    def let_go(self) -> None:
        """Forget all calls."""
        self._due = []

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
