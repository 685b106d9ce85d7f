"""The user's threads and the ids that the server knows them by: 1 is the main thread.

The operating system uses an ident again once its thread has ended; the ids here are never reused.

Threads are noted without a lock: each change of the dictionary is one call of C with an int for a key, which
lets no other thread run meanwhile (`PyDict_SetDefault`; checked with 3.11.7, 3.12.1 and 3.13.0). Survived:
two threads note a third at once (the first to store has made it, the other's id is nobody's); a thread ends
just when it is noted, and is dropped with the next look.
Racing test: `test_threads_that_begin_at_once_have_ids_of_their_own`.
"""

import sys
from _thread import get_ident
from collections.abc import Callable, Collection
from itertools import count
from threading import Thread as PythonThread
from threading import _active, main_thread  # type: ignore[attr-defined]
from types import FrameType

from ..common.text import clean
from ..wire.messages import MAIN_THREAD, Thread
from .inbox import Inbox


def frames_of_others() -> dict[int, FrameType]:
    """Return the innermost frame of each thread but the calling one, by ident.

    Its own frame would hold the dictionary that holds it, and so all frames until garbage is collected.
    """
    frames = sys._current_frames()
    frames.pop(get_ident(), None)
    return frames


def idents_alive() -> set[int]:
    """Return the idents of all threads that run, also of those that `threading` does not know."""
    return {get_ident(), *frames_of_others()}


class UserThread:
    """One thread of the user's: its id, its ident, its inbox."""

    def __init__(self, id: int, ident: int, thread: PythonThread | None) -> None:
        self.id = id
        self.ident = ident
        self.thread = thread
        self.inbox = Inbox()

    @property
    def name(self) -> str:
        """What the client calls it: the main thread the same whatever the program calls it."""
        return (
            "MainThread"
            if self.id == MAIN_THREAD
            else self.thread.name
            if self.thread
            else f"Thread-{self.id}"
        )


class UserThreads:
    """The user's threads by id and by ident. Any thread may ask: each change is one call of C."""

    def __init__(self) -> None:
        main = main_thread()
        self.main = UserThread(MAIN_THREAD, main.ident or get_ident(), main)
        self.own: set[int] = set()  # idents of the agent's own threads
        self._by_ident = {self.main.ident: self.main}
        self._ids = count(MAIN_THREAD + 1)
        self._replaced: list[int] = []  # ids of threads whose ident is another's now

    def current(self) -> UserThread:
        return self.of(get_ident())

    def of(self, ident: int) -> UserThread:
        """Return the thread that has `ident` now."""
        thread = _active.get(ident)
        known = self._by_ident.get(ident)
        if known is None:
            return self._by_ident.setdefault(ident, UserThread(next(self._ids), ident, thread))
        if thread is None or known.thread is thread or known.id == MAIN_THREAD:
            return known  # `threading` knows no thread that is about to begin or to end.
        if known.thread is None:
            known.thread = thread
            return known
        self._replaced.append(known.id)
        self._by_ident.pop(ident, None)
        return self.of(ident)

    def with_id(self, id: int) -> UserThread:
        """Return the thread of this id. Raises KeyError when there is none, or it has ended."""
        for ident, known in list(self._by_ident.items()):
            if known.id == id and (id == MAIN_THREAD or ident in idents_alive()):
                return known
        raise KeyError(id)

    def others(self) -> list[tuple[UserThread, FrameType]]:
        """Return the user's threads but the calling one, with their innermost frames, the main one first."""
        frames = frames_of_others()
        threads = [(self.of(ident), frame) for ident, frame in frames.items() if ident not in self.own]
        return sorted(threads, key=lambda it: it[0].id)

    def forget_ended(self) -> list[int]:
        """Drop the threads that have ended; return their ids."""
        alive = idents_alive()
        idents = [ident for ident in list(self._by_ident) if ident not in alive and ident != self.main.ident]
        replaced, self._replaced = self._replaced, []
        ended = [known.id for it in idents if (known := self._by_ident.pop(it, None)) is not None]
        return replaced + ended

    def release_threads(self) -> None:
        """Hold no thread of the user's."""
        self._by_ident = {self.main.ident: self.main}

    def listed(self, shown: Collection[int], runs_user_code: Callable[[FrameType], bool]) -> list[Thread]:
        """Return the threads that the server is to know, the main one first.

        They are those whose id is in `shown`, the calling one if it is not ours, and all that run user code.
        """
        ident = get_ident()
        found = [it for it, frame in self.others() if it.id in shown or runs_user_code(frame)]
        if ident not in self.own:
            found.append(self.of(ident))
        return [Thread(it.id, clean(it.name)) for it in sorted(found, key=lambda it: it.id)]
