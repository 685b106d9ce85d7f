"""A terminal that somebody else runs, given to us by `relay.py`: where it comes in, and what it says.

Knows neither who runs it nor the kernel that gets it. Belongs to the event loop's thread.
"""

import asyncio
import itertools
import os
import socket
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ..runtime.announcements import private_folder

RELAY = Path(__file__).with_name("relay.py")
NO_TERMINAL = "what it ran in was no terminal"
_numbers = itertools.count(1)


class Terminal:
    """One terminal, until it is closed by either side. `on_signal` gets "I" (Ctrl-C) and "W" (its size)."""

    def __init__(self, fd: int, relay: socket.socket) -> None:
        self.fd = fd
        self._relay = relay
        self._before: list[Any] = termios.tcgetattr(fd)

    def listen(self, on_signal: Callable[[str], None], on_closed: Callable[[], None]) -> None:
        """Hear what the terminal says; `on_closed` is called once, unless `close()` came before."""

        def said() -> None:
            try:
                data = self._relay.recv(64)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            for it in data.decode("ascii", "replace"):
                on_signal(it)
            if not data:
                self.close()
                on_closed()

        asyncio.get_running_loop().add_reader(self._relay, said)

    def restore(self) -> None:
        """Put its modes back: a kernel may have ended in the middle of `getpass`."""
        with suppress(termios.error):
            termios.tcsetattr(self.fd, termios.TCSANOW, self._before)

    def close(self) -> None:
        """Let the terminal go: the relay leaves."""
        if self._relay.fileno() >= 0:
            asyncio.get_running_loop().remove_reader(self._relay)
            self._relay.close()
            self.restore()
            os.close(self.fd)


class Waiting:
    """Where a terminal is expected: `command` is what has to run in it."""

    def __init__(self, listener: socket.socket, path: Path) -> None:
        self._listener = listener
        self.command = [sys.executable, "-I", str(RELAY), str(path)]

    async def terminal(self) -> Terminal:
        """Return the terminal, once its relay has come. Raises ConnectionError when that has none."""
        loop = asyncio.get_running_loop()
        relay, _ = await loop.sock_accept(self._listener)
        relay.setblocking(False)
        try:
            return _terminal(await _descriptor(relay), relay)
        except BaseException:
            relay.close()
            raise


@contextmanager
def waiting() -> Iterator[Waiting]:
    """Expect a terminal. Raises RuntimeFolderError and OSError."""
    path = private_folder() / f"terminal-{os.getpid()}-{next(_numbers)}.sock"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        with suppress(FileNotFoundError):
            path.unlink()
        try:
            listener.bind(str(path))
            path.chmod(0o600)
            listener.listen(1)
            listener.setblocking(False)
            yield Waiting(listener, path)
        finally:
            with suppress(FileNotFoundError):
                path.unlink()


def _terminal(fd: int, relay: socket.socket) -> Terminal:
    try:
        return Terminal(fd, relay)
    except termios.error:
        os.close(fd)
        raise ConnectionError(NO_TERMINAL) from None


async def _descriptor(relay: socket.socket) -> int:
    """Return the descriptor that a relay sends first of all. Raises ConnectionError."""
    loop = asyncio.get_running_loop()
    is_readable = asyncio.Event()
    loop.add_reader(relay, is_readable.set)
    try:
        await is_readable.wait()
    finally:
        loop.remove_reader(relay)
    _, fds, _, _ = socket.recv_fds(relay, 1, 1)
    if not fds:
        raise ConnectionError(NO_TERMINAL)
    os.set_inheritable(fds[0], False)
    return fds[0]
