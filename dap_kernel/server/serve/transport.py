"""One client's byte stream: stdin and stdout, or a socket. It knows frames, not what is in them.

Every message is one write. What is sent keeps its order; who sends much awaits `drain` now and then,
so that a client that reads slowly costs bounded memory.
"""

import asyncio
import logging
import os
import queue
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from ...protocol.framing import frame

log = logging.getLogger(__name__)

CHUNK = 65536  # bytes
HIGH_WATER = 2**20  # bytes not taken by the client, from which on `drain` waits
LOW_WATER = 2**18  # bytes; `drain` waits until no more are left
CHUNKS_READ_AHEAD = 16
KEEP_ALIVE = {  # seconds until a silent client is asked whether it is there, between that, and how often
    "TCP_KEEPIDLE": 30,
    "TCP_KEEPALIVE": 30,  # macOS's name
    "TCP_KEEPINTVL": 10,
    "TCP_KEEPCNT": 3,
    "TCP_USER_TIMEOUT": 60_000,  # milliseconds for what was sent to be acknowledged
}
FLUSH_S = 2.0  # how long a client has for what was sent before the end


class Connection(Protocol):
    """A client's bytes. All methods are for the event loop's thread."""

    @property
    def unsent_bytes(self) -> int:
        """How much the client has yet to read of what was sent."""
        ...

    async def read(self) -> bytes:
        """Return the next bytes; b"" once the client is gone or the connection was closed."""

    def send(self, body: bytes) -> None:
        """Queue a message; without effect once the client is gone."""

    async def drain(self) -> None:
        """Wait while the client is far behind; return also when it is gone."""

    def close(self) -> None:
        """End the connection: a pending `read` returns b"". What was sent still goes out by `finish`."""

    async def finish(self) -> None:
        """Write what is left, for at most `FLUSH_S`, and release the connection."""


class StdioConnection:
    """Two file descriptors, each served by a thread: they may be pipes, sockets, files or a terminal.

    asyncio's own pipes would make them non-blocking, which stderr, or a parent, may share.
    """

    def __init__(self, read_fd: int, write_fd: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._read_fd = read_fd
        self._write_fd = write_fd
        self._chunks: asyncio.Queue[bytes] = asyncio.Queue()
        self._room = threading.Semaphore(CHUNKS_READ_AHEAD)
        self._unsent: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._sent_bytes = 0  # by the loop's thread
        self._written_bytes = 0  # by the writer's thread
        self._low: asyncio.Event | None = None  # set when `drain` may go on
        self._all_written = asyncio.Event()
        self._is_closed = False
        for work in (self._read_all, self._write_all):
            threading.Thread(target=work, name=work.__name__, daemon=True).start()

    @property
    def unsent_bytes(self) -> int:
        return self._sent_bytes - self._written_bytes

    async def read(self) -> bytes:
        if self._is_closed:
            return b""
        data = await self._chunks.get()
        self._room.release()
        return b"" if self._is_closed else data

    def send(self, body: bytes) -> None:
        data = frame(body)
        self._sent_bytes += len(data)
        self._unsent.put(data)

    async def drain(self) -> None:
        if self.unsent_bytes <= HIGH_WATER:
            return
        if self._low is None:
            self._low = asyncio.Event()
        low = self._low
        if self.unsent_bytes > LOW_WATER:  # else the writer may have been past its look at `_low`
            await low.wait()

    def close(self) -> None:
        self._is_closed = True
        self._chunks.put_nowait(b"")

    async def finish(self) -> None:
        self.close()
        self._unsent.put(None)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._all_written.wait(), FLUSH_S)

    def _read_all(self) -> None:
        data = b"-"
        while data:
            self._room.acquire()
            try:
                data = os.read(self._read_fd, CHUNK)
            except OSError:
                data = b""
            with suppress(RuntimeError):  # the loop is closed
                self._loop.call_soon_threadsafe(self._chunks.put_nowait, data)

    def _write_all(self) -> None:
        is_lost = False
        while (data := self._unsent.get()) is not None:
            if not is_lost:
                is_lost = not _write(self._write_fd, data)
            self._written_bytes += len(data)
            if self._low is not None and self.unsent_bytes <= LOW_WATER:
                self._tell(self._release)
        self._tell(self._all_written.set)

    def _release(self) -> None:
        if self._low is not None:
            self._low.set()
            self._low = None

    def _tell(self, callback: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(callback)


class SocketConnection:
    """An accepted socket."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._closed = asyncio.Event()
        writer.transport.set_write_buffer_limits(high=HIGH_WATER, low=LOW_WATER)

    @property
    def unsent_bytes(self) -> int:
        return self._writer.transport.get_write_buffer_size()

    async def read(self) -> bytes:
        if self._closed.is_set():
            return b""
        try:
            data = await self._reader.read(CHUNK)
        except OSError:
            return b""
        return b"" if self._closed.is_set() else data

    def send(self, body: bytes) -> None:
        if not self._writer.is_closing():
            self._writer.write(frame(body))

    async def drain(self) -> None:
        with suppress(OSError):
            await self._writer.drain()

    def close(self) -> None:
        self._closed.set()
        self._writer.transport.pause_reading()  # type: ignore[attr-defined]
        self._reader.feed_eof()

    async def finish(self) -> None:
        self.close()
        self._writer.close()
        try:
            await asyncio.wait_for(self._writer.wait_closed(), FLUSH_S)
        except TimeoutError:
            self._writer.transport.abort()
        except OSError as error:
            log.info("the client was gone: %s", error)


def notice_loss(client: socket.socket) -> None:
    """Have the system tell within a minute of a client that is gone without a word: a line may break.

    Nobody would resume what is stopped for it. Source: tcp(7); an option that a system lacks is passed over.
    """
    if client.family == socket.AF_UNIX:
        return
    with suppress(OSError):  # It is gone already: reading tells.
        client.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in KEEP_ALIVE.items():
            if hasattr(socket, option):
                client.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)


def _write(fd: int, data: bytes) -> bool:
    """Write all of `data`, in one call where the system takes it; return whether anybody reads."""
    rest = memoryview(data)
    while rest:
        try:
            rest = rest[os.write(fd, rest) :]
        except OSError as error:
            log.info("the client does not read any more: %s", error.strerror)
            return False
    return True
