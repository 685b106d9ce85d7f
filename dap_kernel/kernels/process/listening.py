"""Processes that wait for a debugger (`import dap_kernel.listen`): which there are, and the way into one.

`listen/waiting.py` is at the other end, and says how they announce themselves.
"""

import asyncio
import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from ..agent_loader import AGENT
from ..errors import KernelDied, RuntimeFolderError
from ..runtime.announcements import MAX_PATH, files, pid_in, read_private, runtime_folder, started_at
from ..runtime.peer import is_process
from ..runtime.process import is_alive

ANSWERED_S = 5.0  # by the thread that waits, which needs Python's lock
MAX_ANSWER = 2**16  # bytes
HOLDER = f"import sys; answer = getattr(sys.modules.get({AGENT!r}), 'holder', '')"


class ListeningAnnouncement(msgspec.Struct):
    """An announcement, as it stands in its file."""

    pid: int
    started: int | None
    file: str
    executable: str
    version: str
    since: float


class ListeningProcess(msgspec.Struct, frozen=True):
    """A process that waits for a debugger."""

    pid: int
    file: str  # the script, "" where it runs none
    executable: str
    version: str
    since: float  # seconds since the epoch
    socket: Path


def listening() -> list[ListeningProcess]:
    """Return the processes of this user that wait, the newest first; what ended ones have left is removed."""
    found = [it for folder in set(_folders()) for it in _listening_in(folder)]
    return sorted(found, key=lambda it: it.since, reverse=True)


class ListenerWay(msgspec.Struct, frozen=True):
    """The way into a process that waits (`guests.entering.Way`)."""

    process: ListeningProcess
    host: str = "bare_process"

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def silence(self) -> str:
        return f"process {self.pid} does not let the debugger go on: code in it may hold Python's lock"

    async def bring(self, text: str) -> None:
        """Have the process run `text`. Raises KernelDied."""
        if failure := await ask(self.process, text):
            raise KernelDied(f"process {self.pid} does not let the debugger in: {failure}")


async def holder_of(process: ListeningProcess, within_s: float) -> str:
    """Return who debugs it, "" where nobody does. Raises KernelDied where it does not say."""
    return await ask(process, HOLDER, within_s)


async def ask(process: ListeningProcess, text: str, within_s: float = ANSWERED_S) -> str:
    """Have the process run a text of Python; return its answer. Raises KernelDied."""
    try:
        async with asyncio.timeout(within_s):
            return await _ask(process, text)
    except TimeoutError:
        raise KernelDied(
            f"process {process.pid} does not answer: code in it may hold Python's lock"
        ) from None
    except OSError as error:
        raise KernelDied(f"process {process.pid} cannot be reached: {error.strerror or error}") from None


async def _ask(process: ListeningProcess, text: str) -> str:
    loop, body = asyncio.get_running_loop(), text.encode()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.setblocking(False)
        await loop.sock_connect(connection, str(process.socket))
        if not is_process(connection, process.pid):
            raise KernelDied(f"the socket of process {process.pid} belongs to another process")
        await loop.sock_sendall(connection, len(body).to_bytes(4, "big") + body)
        answer = b""
        while len(answer) < MAX_ANSWER and (more := await loop.sock_recv(connection, MAX_ANSWER)):
            answer += more
    return answer.decode("utf-8", "replace")


def _folders() -> Iterator[Path]:
    """Yield where processes of this user may listen: one of `cron`, say, has another environment than we."""
    for environ in (os.environ, {}, {"XDG_RUNTIME_DIR": f"/run/user/{os.getuid()}"}):
        with suppress(RuntimeFolderError):
            yield runtime_folder(environ)


def _listening_in(folder: Path) -> Iterator[ListeningProcess]:
    for path in files(folder, "python-*.json"):
        it = read_private(path, ListeningAnnouncement)
        if it is None or path.stem != f"python-{it.pid}" or it.pid <= 1:
            continue
        sock = path.with_suffix(".sock")
        if not is_alive(it.pid) or started_at(it.pid) not in (None, it.started):
            _remove(path)
        elif len(os.fsencode(sock)) < MAX_PATH:
            yield ListeningProcess(it.pid, it.file, it.executable, it.version, it.since, sock)
    for left in files(folder, "python-*.sock"):  # of one that has announced nothing
        pid = pid_in(left.stem.removeprefix("python-"))
        if pid is not None and not is_alive(pid):
            _remove(left.with_suffix(".json"))


def _remove(announcement: Path) -> None:
    for path in (announcement, announcement.with_suffix(".json.tmp"), announcement.with_suffix(".sock")):
        with suppress(OSError):
            path.unlink()
