"""What a thread is asked to do: commands, in the order in which they came.

Knows nothing of what the commands mean. `queue.SimpleQueue` is written in C, so a signal
handler or a pending call may put into an inbox while the same thread reads from it.
"""

from collections.abc import Callable
from queue import Empty, SimpleQueue

from .wire import Command

_LOOK_S = 0.25
Item = tuple[int, Command]  # a command and its id


class Inbox:
    """One thread's commands. Anybody puts, only the thread itself gets."""

    def __init__(self) -> None:
        self._items: SimpleQueue[Item] = SimpleQueue()
        self.wake: Callable[[], None] | None = None  # called by the putting thread, after each put

    def put(self, item: Item) -> None:
        self._items.put(item)
        if self.wake is not None:
            self.wake()

    def is_empty(self) -> bool:
        return self._items.empty()

    def get(self) -> Item:
        """Wait for the next command; signal handlers run meanwhile."""
        while True:
            try:
                return self._items.get(True, _LOOK_S)
            except Empty:
                continue  # A signal that came just before the wait is noticed now.

    def get_nowait(self) -> Item | None:
        try:
            return self._items.get_nowait()
        except Empty:
            return None
