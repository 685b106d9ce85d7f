"""Locks that a forked child finds free: the thread that held one is not in it.

For what nobody does in a trace function or callback: a signal's handler may run there, and wait for a thread
that waits for the lock. Knows nothing of what they guard. What is half done, the child forgets (`fork.py`).
"""

from _thread import RLock
from weakref import WeakSet

_locks: WeakSet[RLock] = WeakSet()


def new_lock() -> RLock:
    """Return a reentrant lock that `free_locks` knows. Not on a hot path."""
    lock = RLock()
    _locks.add(lock)
    return lock


def free_locks() -> None:
    """In a forked child: free all locks but those of the calling thread, which gives them back itself.

    `_at_fork_reinit` is what `threading` and `logging` do to theirs, `_is_owned` what `threading.Condition`
    asks: private parts of CPython 3.9 to 3.15.
    """
    for lock in list(_locks):
        if not lock._is_owned():  # type: ignore[attr-defined]
            lock._at_fork_reinit()  # type: ignore[attr-defined]
