"""The wire's end in the kernel: frames in, on the agent thread; frames out, through a writer thread.

Knows nothing of what a frame says. Sending is a put into a `queue.SimpleQueue`, which is safe from
any thread and from signal handlers; a server that does not read holds up the writer and nobody else.
"""

import _socket
from _thread import allocate_lock as _allocate_lock
from _thread import start_new_thread as _start_new_thread
from collections.abc import Callable
from contextlib import suppress
from errno import EBADF, ENOTSOCK
from fcntl import F_DUPFD_CLOEXEC
from fcntl import fcntl as _fcntl
from os import _exit
from os import close as _close
from os import write as _write
from queue import SimpleQueue
from select import POLLIN
from select import poll as _poll
from typing import Protocol

from ..wire.codec import MAX_FRAME

_NO_SIGNAL = getattr(_socket, "MSG_NOSIGNAL", 0)  # user code may have given SIGPIPE its default back
_CHUNK = 2**16  # bytes
_HIGH_FD = 200  # private descriptors stay out of the way of code that closes or counts the low ones


class Lock(Protocol):
    """A lock as `_thread.allocate_lock` makes it, which has no type of its own before Python 3.13."""

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Return whether it was got, within `timeout` seconds."""
        ...

    def release(self) -> None:
        """Let the next one have it; any thread may."""


class ChannelListener(Protocol):
    """Whom a channel tells, on the agent thread."""

    def on_frame(self, body: bytes, /) -> None:
        """A frame has come."""

    def on_lost(self) -> int | None:
        """The wire has ended. Return the descriptor of the next one; None: there is none."""
        ...

    def on_found(self) -> None:
        """The next wire is in use, and not read yet."""


class Channel:
    """One wire, and after a loss the next one."""

    def __init__(self, fd: int, is_vital: bool = True) -> None:
        """Take the wire over from `fd`, which is closed. `is_vital`: the process is of no use without it."""
        self._socket = _adopt(fd)
        self._is_vital = is_vital
        self._outgoing: SimpleQueue[bytes | Lock | None] = SimpleQueue()
        self._is_up = True

    @property
    def is_up(self) -> bool:
        """Whether a server is believed to be at the other end."""
        return self._is_up

    def start(
        self,
        listener: ChannelListener,
        own_threads: set[int],
        do_due: Callable[[], float | None] | None = None,
        around: Callable[[Callable[[], None]], None] = lambda work: work(),
    ) -> None:
        """Read and write from now on, on two threads that end with the wire; `own_threads` gets their idents.

        `do_due`, if given, is called on the reading one, the agent thread, whenever it would wait: it returns
        after how many seconds it is to be called again at the latest, None for never. `around` is called on
        each of the threads, and does its work.
        """
        own_threads.add(_start_new_thread(around, (lambda: self._read(listener, do_due),)))
        own_threads.add(_start_new_thread(around, (self._write,)))

    def send(self, frame: bytes) -> None:
        """Send a frame, in the order of calls; dropped while there is no server."""
        if self._is_up:
            self._outgoing.put(frame)

    def drain(self, timeout_s: float) -> bool:
        """Wait until all that was sent so far is written; False when that took too long."""
        written = _allocate_lock()
        written.acquire()
        self._outgoing.put(written)
        return written.acquire(True, timeout_s)

    def close(self) -> None:
        """Close this process's copy of the wire, for a forked child: its parent goes on with the other."""
        self._is_up = False
        _close(self._socket.detach())

    def _read(self, listener: ChannelListener, do_due: Callable[[], float | None] | None) -> None:
        try:
            while True:
                self._read_frames(listener.on_frame, do_due)
                self._is_up = False
                fd = listener.on_lost()
                if fd is None:
                    return
                self._socket = _adopt(fd)
                self._is_up = True
                listener.on_found()
        finally:  # Whatever has failed: else the writer would wait for ever, and nobody see the wire end.
            self._is_up = False
            self._outgoing.put(None)

    def _write(self) -> None:
        while True:
            item = self._outgoing.get()
            if item is None:
                with suppress(OSError):  # User code may have closed it.
                    self._socket.close()
                return
            if not isinstance(item, bytes):
                item.release()
            elif self._is_up:
                self._send_whole(item)

    def _send_whole(self, frame: bytes) -> None:
        rest = memoryview(frame)
        wire = self._socket
        try:
            while rest:
                rest = rest[wire.send(rest, _NO_SIGNAL) :]
        except OSError as error:
            self._end_if_closed(error)
            return  # the reader learns of the loss by itself

    def _read_frames(
        self, on_frame: Callable[[bytes], None], do_due: Callable[[], float | None] | None
    ) -> None:
        """Hand on each frame's body until the wire ends."""
        wire, buffer = self._socket, bytearray()
        while True:
            try:
                while do_due is not None and not _is_readable(wire, do_due()):
                    continue
                data = wire.recv(_CHUNK)
            except OSError as error:
                self._end_if_closed(error)
                return
            if not data:
                return
            buffer += data
            while len(buffer) >= 4:
                end = 4 + int.from_bytes(buffer[:4], "big")
                if end > MAX_FRAME:
                    return
                if len(buffer) < end:
                    break
                body = bytes(buffer[4:end])
                del buffer[:end]
                on_frame(body)

    def _end_if_closed(self, error: OSError) -> None:
        """End a process whose wire user code has closed, and say why where that may still be heard.

        Nobody can reach it any more, and a reader that is inside `recv` then waits for ever.
        """
        if not self._is_vital or error.errno not in (EBADF, ENOTSOCK):
            return
        try:
            _write(2, b"the debugger's connection was closed by the notebook's code, so its kernel ends\n")
        finally:
            _exit(1)


def private_fd(fd: int) -> int:
    """Return a duplicate of `fd` that children do not inherit, with a high number where the limit allows."""
    try:
        return int(_fcntl(fd, F_DUPFD_CLOEXEC, _HIGH_FD))
    except OSError:  # EINVAL: the limit of open files is lower
        return int(_fcntl(fd, F_DUPFD_CLOEXEC, 3))


def _adopt(fd: int) -> _socket.socket:
    copy = private_fd(fd)
    _close(fd)
    return _socket.socket(fileno=copy)


def _is_readable(wire: _socket.socket, timeout_s: float | None) -> bool:
    """Wait until there is something to read, or the wire has ended; False when that takes too long."""
    poll = _poll()
    poll.register(wire.fileno(), POLLIN)
    return bool(poll.poll(None if timeout_s is None else timeout_s * 1000))
