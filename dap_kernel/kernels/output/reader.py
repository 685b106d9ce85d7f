"""Reads what a kernel prints from its two pipes, and hands it on in batches.

Knows neither the wire nor the session. Nothing is read while the consumer is busy, so the kernel's writes
block: the back-pressure is on the pipes.
"""

import asyncio
import contextlib
import fcntl
import logging
import os
import sys
import termios
from collections.abc import Awaitable, Callable

from ..printed import Piece
from .mark_merger import Merger

OnOutput = Callable[[list[Piece]], Awaitable[None] | None]  # is done with them when what it returns is

log = logging.getLogger(__name__)

BATCH_S = 0.010  # between the first byte and the batch that it is in
BATCH_BYTES = 2**16
PIPE_BYTES = 2**20  # so that a kernel that prints in bursts does not wait for us
QUIET_S = 0.2  # after a death, without EOF: what grandchildren print is not waited for


class OutputReader:
    """Two pipes, from the first byte to the last. All its methods belong to the event loop's thread."""

    def __init__(self, out_fd: int, err_fd: int, on_output: OnOutput) -> None:
        """Take over the reading ends; `close()` closes them."""
        self._fds = [out_fd, err_fd]
        self._is_open = [True, True]
        self._read_bytes = [0, 0]
        self._on_output = on_output
        self._merger = Merger()
        self._wake = asyncio.Event()  # there is something to read, or somebody waits
        self._urge = asyncio.Event()  # not even for a batch to fill
        self._waiters: list[tuple[list[int], asyncio.Future[None]]] = []
        self._task: asyncio.Task[None] | None = None
        for fd in self._fds:
            os.set_blocking(fd, False)
            enlarge(fd)

    def start(self) -> None:
        """Read from now on."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def drained(self) -> None:
        """Return when the consumer is done with all that is in the pipes now."""
        if self._task is None or self._task.done():
            return
        target = [self._read_bytes[pipe] + self._waiting_bytes(pipe) for pipe in (0, 1)]
        done = asyncio.get_running_loop().create_future()
        self._waiters.append((target, done))
        self._urge.set()
        self._wake.set()
        await done

    async def finish(self) -> None:
        """Read what a dead kernel left: to the end of both pipes, or until they were quiet for `QUIET_S`."""
        loop = asyncio.get_running_loop()
        await self.drained()
        seen, since = sum(self._read_bytes), loop.time()
        while any(self._is_open) and loop.time() - since < QUIET_S:
            await asyncio.sleep(BATCH_S)
            await self.drained()
            if sum(self._read_bytes) != seen:
                seen, since = sum(self._read_bytes), loop.time()
        await self._hand_on(self._merger.last())

    def close(self) -> None:
        """Read no more; nobody waits any longer."""
        if self._task is not None:
            self._listen(False)
            self._task.cancel()
            self._task = None
        self._is_open = [False, False]
        self._release(is_all=True)
        for fd in self._fds:
            os.close(fd)
        self._fds = []

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            self._listen(True)
            await self._wake.wait()
            self._listen(False)
            self._wake.clear()
            timer = loop.call_later(BATCH_S, self._urge.set)
            await self._urge.wait()
            timer.cancel()
            self._urge.clear()
            while await self._step():
                await asyncio.sleep(0)

    def _listen(self, on: bool) -> None:
        loop = asyncio.get_running_loop()
        for fd, is_open in zip(self._fds, self._is_open, strict=True):
            if on and is_open:
                loop.add_reader(fd, self._wake.set)
            else:
                loop.remove_reader(fd)

    async def _step(self) -> bool:
        """Read and hand on about one batch; answer whether to go on at once."""
        size = self._fill()
        is_whole = size == 0 and bool(
            self._waiters
        )  # who waits knows that the kernel has written all it had to
        if is_whole:
            self._merger.release()
        await self._hand_on(self._merger.pop_pieces(is_final=is_whole))
        if size == 0 or not self._merger.holds_back:
            self._release(is_all=size == 0)
        return size >= BATCH_BYTES or bool(self._waiters) or self._merger.is_waiting

    async def _hand_on(self, pieces: list[Piece]) -> None:
        try:
            if pieces and (busy := self._on_output(pieces)) is not None:
                await busy
        except Exception:
            log.exception("a batch of output is lost")

    def _fill(self) -> int:
        """Read until a batch is in order or the pipes are empty; return how many bytes were read."""
        merger = self._merger
        size = sum(self._read(pipe) for pipe in (0, 1) if not merger.pipes[pipe].waiting)
        missing = merger.merge()
        while missing is not None and merger.size_bytes < BATCH_BYTES:
            more = self._read(missing)
            size += more
            missing = merger.merge(is_final=not more)
        return size

    def _read(self, pipe: int) -> int:
        """Read once; return the number of bytes, 0 when there are none now."""
        if not self._is_open[pipe]:
            return 0
        try:
            data = os.read(self._fds[pipe], BATCH_BYTES)
        except BlockingIOError:
            return 0
        if not data:
            self._is_open[pipe] = False
        self._merger.feed(pipe, data)
        self._read_bytes[pipe] += len(data)
        return len(data)

    def _release(self, is_all: bool) -> None:
        """End the wait of those whose output is handed on; of all when the pipes are empty."""
        waiters, self._waiters = self._waiters, []
        for target, done in waiters:
            if not (
                is_all or all(read >= wanted for read, wanted in zip(self._read_bytes, target, strict=True))
            ):
                self._waiters.append((target, done))
            elif not done.done():
                done.set_result(None)

    def _waiting_bytes(self, pipe: int) -> int:
        if not self._is_open[pipe]:
            return 0
        answer = fcntl.ioctl(self._fds[pipe], termios.FIONREAD, b"\0" * 4)
        return int.from_bytes(answer, sys.byteorder)


def enlarge(fd: int) -> None:
    """Give a pipe `PIPE_BYTES`, where the system has that and allows it."""
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with contextlib.suppress(OSError):
            fcntl.fcntl(fd, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
