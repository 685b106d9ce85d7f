"""What a thread is asked to do: commands, in the order in which they came.

Knows nothing of what the commands mean. `queue.SimpleQueue` is written in C, so a signal
handler or a pending call may put into an inbox while the same thread reads from it.

A command goes from queue to list without a lock: `list.extend` takes it out of the queue's `get` in C. Signal
handlers are called (`_PyErr_CheckSignalsTstate`; checked with CPython 3.11.7, 3.12.1 and 3.13.0) between two
instructions of Python, or where `get` has waited and has nothing yet. Survived: a handler raises just when a
command comes, which is then in the queue yet, or in the list already.
Racing test: `test_commands_that_come_while_a_signal_handler_raises`.
"""

from collections.abc import Callable
from functools import partial
from itertools import islice
from queue import Empty, SimpleQueue

from ..wire.messages import Command

_LOOK_S = 0.25
Item = tuple[int, Command]  # a command and its id
_NEVER = object()


class Inbox:
    """One thread's commands. Anybody puts, only the thread itself takes.

    A command is taken into a list of the taker's, by one call of C: what a signal handler of the user's
    raises comes before or after it, and in neither case the command is lost.
    """

    def __init__(self) -> None:
        self._items: SimpleQueue[Item] = SimpleQueue()
        self._put_off: SimpleQueue[Item] = SimpleQueue()
        self._wake: Callable[[], None] | None = None

    def wake_by(self, wake: Callable[[], None] | None) -> None:
        """Have `wake` called by the putting thread after each put; None: nobody is to be woken."""
        self._wake = wake

    def put(self, item: Item) -> None:
        self._items.put(item)
        if self._wake is not None:
            self._wake()

    def put_off(self, taken: list[Item]) -> None:
        """Keep what was taken last for when the thread is not stopped any more, before what is put later."""
        any(map(self._put_off.put, islice(iter(taken.pop, _NEVER), 1)))

    def wait_for_next(self, into: list[Item], is_stopped: bool = False) -> Item:
        """Wait for the next command; signal handlers run meanwhile. One that is in `into` is the next."""
        while not into:
            if is_stopped or not _move(self._put_off, into, waits=False):
                # No longer than `_LOOK_S`: a signal that came just before the wait is noticed then.
                _move(self._items, into, waits=True)
        return into[0]

    def take_now(self, into: list[Item]) -> Item | None:
        """Return the next command, if there is one."""
        if into or _move(self._put_off, into, waits=False) or _move(self._items, into, waits=False):
            return into[0]
        return None


def _move(queue: "SimpleQueue[Item]", into: list[Item], waits: bool) -> bool:
    """Move one item from a queue to the end of a list, if there is one within `_LOOK_S`, or at once."""
    try:
        into.extend(islice(iter(partial(queue.get, waits, _LOOK_S), _NEVER), 1))
    except Empty:
        return False
    return True
