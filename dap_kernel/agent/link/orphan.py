"""The life of a kernel whose server is gone: it waits to be attached to, or ends itself and its group.

How an orphan announces itself is in `kernels/runtime/announcements.py`, which reads it. All of this runs on
the agent thread. Knows nothing of cells or stops.
"""

import _socket
import posix  # the system itself: user code may have changed the functions of `os`
import signal
import stat
import struct
import sys
from collections.abc import Callable
from json import JSONEncoder
from os import fsencode as _fsencode
from select import POLLIN
from select import poll as _poll
from time import monotonic as _monotonic
from time import time as _time

from ..common.options import ClientOptions
from ..wire.marks import MarkReader
from ..wire.messages import Start
from ..wire.structs import FrozenStruct
from .channel import private_fd
from .ring import Ring, is_amid_display, text_of

_RING = 2**20  # bytes of output that are kept of each pipe
_LONGEST_PATH = 104  # bytes of a Unix socket's path, macOS's limit
_EXIT_S = 2  # for an idle kernel to exit by itself
_GRACE_S = 2  # between SIGTERM and SIGKILL
_SCM_RIGHTS = _socket.SCM_RIGHTS
_dumps = JSONEncoder().encode
_REST_MS = 100  # for what follows in a write that is under way
_DISPLAY_S = 1.0  # for the rest of a display that is under way


class _Folder(FrozenStruct):
    """The names an orphan uses in the runtime folder."""

    path: str

    @property
    def socket(self) -> str:
        return f"{self.path}/kernel-{posix.getpid()}.sock"

    @property
    def announcement(self) -> str:
        return f"{self.path}/kernel-{posix.getpid()}.json"

    def is_usable(self) -> bool:
        """Whether the folder is ours alone, and its names fit."""
        try:
            found = posix.lstat(self.path)
        except OSError:
            return False
        is_private = (
            stat.S_ISDIR(found.st_mode) and found.st_uid == posix.getuid() and not found.st_mode & 0o077
        )
        return is_private and len(_fsencode(self.socket)) < _LONGEST_PATH

    def clear(self) -> None:
        for path in (self.announcement, f"{self.announcement}.tmp", self.socket):
            try:
                posix.unlink(path)
            except OSError:
                continue  # It is not there: what was wanted.


class Orphan:
    """Keeps the kernel alive without a server, with the last of its output."""

    def __init__(
        self,
        start: Start,
        options: ClientOptions,
        server_lost: Callable[[], None],
        exit_if_idle: Callable[[], bool],
        out_fd: int,
        err_fd: int,
    ) -> None:
        """`out_fd` and `err_fd` are the reading ends of descriptors 1 and 2; both are closed and replaced.

        `server_lost` lets every stopped thread run, and watches nothing. `exit_if_idle` has the kernel exit
        by itself, if nothing runs, and returns whether it will.
        """
        self._start = start
        self._options = options
        self._server_lost = server_lost
        self._exit_if_idle = exit_if_idle
        self._pipes = [private_fd(fd) for fd in (out_fd, err_fd)]
        for fd in (out_fd, err_fd):
            posix.close(fd)
        self._kept = [Ring(_RING), Ring(_RING)]  # by pipe
        self._folder: _Folder | None = None

    @property
    def output(self) -> str:
        """The last of what was printed while nobody listened, without marks and tracebacks."""
        return text_of((it.content() for it in self._kept), tracebacks=False)

    @property
    def tracebacks(self) -> str:
        """The last of the tracebacks of that time."""
        return text_of((it.content() for it in self._kept), tracebacks=True)

    def live(self) -> int | None:
        """Wait for the next server; return the descriptor of its wire. None: the process is about to end."""
        self._server_lost()
        self._kept = [Ring(_RING), Ring(_RING)]
        folder = _Folder(self._start.runtime_folder or "")
        fd = None
        timeout_s = self._options.orphan_timeout_s
        if timeout_s > 0 and folder.is_usable():
            self._folder = folder
            try:
                fd = self._wait_for_server(folder, timeout_s)
            except OSError:  # no descriptor is left, say: nobody could ever reach it
                fd = None
            self.withdraw()
        if fd is None:
            end_group(_EXIT_S if self._exit_if_idle() else 0)
        return fd

    def withdraw(self) -> None:
        """Take the announcement away: the kernel ends, or is an orphan no longer."""
        folder, self._folder = self._folder, None
        if folder is not None:
            folder.clear()

    def disown_announcement(self) -> None:
        """In a forked child: the announcement is the parent's."""
        self._folder = None

    def _wait_for_server(self, folder: _Folder, timeout_s: float) -> int | None:
        folder.clear()  # of an earlier process of this id, in a folder that is ours alone
        listener = _listen(folder.socket)
        _announce(folder.announcement, self._start.format, self._options.notebook, timeout_s)
        ends = _monotonic() + timeout_s
        poll = _poll()
        for fd in (listener.fileno(), *self._pipes):
            poll.register(fd, POLLIN)
        try:
            while (rest := ends - _monotonic()) > 0:
                for fd, _ in poll.poll(rest * 1000):
                    if fd != listener.fileno():
                        self._kept[self._pipes.index(fd)].keep(_read_whole_marks(fd))
                    elif (server := self._accept(listener, folder)) is not None:
                        return server
        finally:
            listener.close()
        return None

    def _accept(self, listener: _socket.socket, folder: _Folder) -> int | None:
        fd, _ = listener._accept()  # type: ignore[attr-defined]  # `_socket` is `socket` without its Python half
        connection = _socket.socket(fileno=fd)
        if not _is_same_user(connection):
            connection.close()
            return None
        folder.clear()
        self._finish_displays()
        rights = struct.pack("2i", *self._pipes)
        try:
            connection.sendmsg([b"K"], [(_socket.SOL_SOCKET, _SCM_RIGHTS, rights)])
        except OSError:  # it has gone again
            connection.close()
            return None
        return connection.detach()

    def _finish_displays(self) -> None:
        """Keep the rest of displays that are under way: the next server could make nothing of their ends."""
        ends = _monotonic() + _DISPLAY_S
        for fd, kept in zip(self._pipes, self._kept, strict=True):
            poll = _poll()
            poll.register(fd, POLLIN)
            while is_amid_display(kept.content()) and _monotonic() < ends and poll.poll(_REST_MS):
                kept.keep(_read_whole_marks(fd))


def _read_whole_marks(fd: int) -> bytes:
    """Read what a pipe holds, up to no place inside a mark: the next server reads on from there."""
    reader, poll = MarkReader(), _poll()
    poll.register(fd, POLLIN)
    data = more = posix.read(fd, 2**16)
    reader.feed(more)
    while reader.holds_back and poll.poll(_REST_MS) and (more := posix.read(fd, 1)):
        reader.feed(more)
        data += more
    return data


def end_group(exit_s: int = 0) -> None:
    """End this process and all of its group: SIGTERM, and SIGKILL for what is left after two seconds.

    `exit_s`: how long this process, which is about to exit, has for that before there are signals.
    """
    group = posix.getpgrp()
    tries = exit_s * 20
    script = (
        f"n=0; while [ $n -lt {tries} ] && kill -0 {posix.getpid()}; do n=$((n + 1)); sleep 0.05; done 2>&-; "
        f"kill -TERM -{group}; sleep {_GRACE_S}; kill -KILL -{group}"
    )
    try:
        posix.posix_spawn("/bin/sh", ["sh", "-c", script], {"PATH": "/usr/bin:/bin"}, setsid=True)
    except OSError:  # no process is to be had: there is nobody to wait out the grace
        posix.killpg(group, signal.SIGKILL)
    if not exit_s:
        posix.killpg(group, signal.SIGTERM)


def _listen(path: str) -> _socket.socket:
    listener = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    listener.bind(path)
    posix.chmod(path, 0o600)
    listener.listen(1)
    return listener


def _announce(path: str, format: str, notebook: str, timeout_s: float) -> None:
    now = _time()
    announcement = {
        "id": str(posix.getpid()),
        "pid": posix.getpid(),
        "started": _started(),
        "notebook": notebook,
        "format": format,
        "executable": sys.executable,
        "version": ".".join(map(str, sys.version_info[:3])),
        "since": now,
        "until": now + timeout_s,
    }
    fd = posix.open(f"{path}.tmp", posix.O_CREAT | posix.O_TRUNC | posix.O_WRONLY | posix.O_NOFOLLOW, 0o600)
    try:
        posix.write(fd, _dumps(announcement).encode())
    finally:
        posix.close(fd)
    posix.rename(f"{path}.tmp", path)


def _started() -> int | None:
    """Return when this process started, in clock ticks since the system's start."""
    try:
        fd = posix.open("/proc/self/stat", posix.O_RDONLY)
    except OSError:
        return None
    try:
        return int(posix.read(fd, 4096).rpartition(b")")[2].split()[19])
    finally:
        posix.close(fd)


def _is_same_user(connection: _socket.socket) -> bool:
    if not hasattr(_socket, "SO_PEERCRED"):
        return True  # the folder lets nobody else in
    size = struct.calcsize("3i")
    _, uid, _ = struct.unpack("3i", connection.getsockopt(_socket.SOL_SOCKET, _socket.SO_PEERCRED, size))
    return bool(uid == posix.getuid())
