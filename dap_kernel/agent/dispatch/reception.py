"""The wire's first command, Start: the thread that is to make the agent waits for it, then for nothing."""

from _thread import allocate_lock
from collections.abc import Callable
from typing import Protocol

from ..wire.codec import decode_command
from ..wire.messages import Start


class WireUser(Protocol):
    """Who takes what the wire brings, once there is an agent."""

    def on_frame(self, body: bytes, /) -> None:
        """A frame has come. On the agent thread."""

    def server_found(self) -> None:
        """Another server has come, whose first frame is not read yet. On the agent thread."""


class Reception:
    """A listener of the channel: on the agent thread but what says otherwise."""

    def __init__(self, answer: Callable[[int], None], end: Callable[[], None]) -> None:
        """`answer` replies to Start; `end` is called when the server is lost before it has said a word."""
        self._answer = answer
        self._end = end
        self._start: Start | None = None
        self._user: WireUser | None = None
        self._live: Callable[[], int | None] = lambda: None
        self._is_asked_to_start, self._is_open = allocate_lock(), allocate_lock()
        self._is_asked_to_start.acquire()
        self._is_open.acquire()

    def wait_for_start(self) -> Start:
        """Wait for the server's first command. On the thread that makes the agent."""
        while self._start is None:
            self._is_asked_to_start.acquire()
        return self._start

    def open(self, user: WireUser, live: Callable[[], int | None]) -> None:
        """Let `user` have what comes from now on. On the thread that has made the agent.

        `live` is called when the server is lost, and returns the descriptor of the next one's wire, if any.
        """
        self._user, self._live = user, live
        self._is_open.release()

    def on_frame(self, body: bytes) -> None:
        """Take one frame."""
        if self._user is not None:
            self._user.on_frame(body)
            return
        id, command = decode_command(body)
        if isinstance(command, Start):
            self._start = command
            self._is_asked_to_start.release()
            self._is_open.acquire()
            self._answer(id)

    def on_lost(self) -> int | None:
        """The wire has ended."""
        if self._user is None:
            self._end()
            return None
        return self._live()

    def on_found(self) -> None:
        """The next wire is in use."""
        if self._user is not None:
            self._user.server_found()
