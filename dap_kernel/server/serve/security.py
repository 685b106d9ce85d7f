"""Who may use the server: peers of a socket, tokens, the place of a pipe. It knows no session.

A peer is trusted because it is the server's own user, or because it knows the token. A server that
runs as root, or listens beyond this machine, trusts only the token.
"""

import hmac
import ipaddress
import os
import socket
import stat
import struct
import sys
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from ..errors import DapError

TRIES_A_CONNECTION = 3
TRIES_A_MINUTE = 10
MIN_TOKEN = 16  # characters
MAX_TOKEN = 4096  # bytes
MAX_PIPE_PATH = 103  # bytes; macOS has room for no more
ESTABLISHED = "01"
TABLES = ("/proc/net/tcp", "/proc/net/tcp6")


class SecurityError(Exception):
    """The server will not start like this; the text says what to do."""


class Guard:
    """The server's token, and how often it may be tried. Times are seconds of `clock`."""

    def __init__(self, token: str | None, clock: Callable[[], float] = time.monotonic) -> None:
        self.has_token = token is not None
        self._token = (token or "").encode()
        self._clock = clock
        self._failures: deque[float] = deque(maxlen=TRIES_A_MINUTE)

    def check(self, token: str | None, failures_here: int) -> None:
        """Raise DapError unless `token` is right; `failures_here` counts those of the connection so far."""
        if not self.has_token:
            raise DapError("this connection is not known to be yours: start the server with --token-file")
        if token is None:
            raise DapError('this connection is not known to be yours: launch and attach need "token"')
        is_full = len(self._failures) == TRIES_A_MINUTE and self._clock() - self._failures[0] < 60
        if failures_here >= TRIES_A_CONNECTION or is_full:
            raise DapError("too many wrong tokens: connect again in a minute")
        if not hmac.compare_digest(self._token, token.encode("utf-8", "backslashreplace")):
            self._failures.append(self._clock())
            raise DapError("the token is wrong")


class Peer:
    """What is known of who is at the other end of an accepted socket."""

    def __init__(self, connected: socket.socket, guard: Guard) -> None:
        """Looks at the peer a first time: make it before the first byte is read."""
        self._socket = connected
        self._guard = guard
        self._failures = 0
        self._was_ours = is_same_user(connected)

    @property
    def is_known(self) -> bool:
        """Whether the system vouches for the peer, once and for all."""
        return self._was_ours and self._socket.family == socket.AF_UNIX

    @property
    def is_hopeless(self) -> bool:
        """Whether nothing the peer may say can make it trusted."""
        return not self._was_ours and not self._guard.has_token

    def check(self, token: str | None) -> None:
        """Raise DapError unless the peer is the server's user, now as at the beginning, or has the token."""
        if self._was_ours and is_same_user(self._socket):
            return
        try:
            self._guard.check(token, self._failures)
        except DapError:
            self._failures += token is not None
            raise


def is_same_user(connected: socket.socket) -> bool:
    """Whether the system says that the peer is the user whom this server runs as; never for root."""
    if os.geteuid() == 0:
        return False
    try:
        if connected.family == socket.AF_UNIX:
            return peer_uid(connected) == os.geteuid()
        peer, here = connected.getpeername()[:2], connected.getsockname()[:2]
    except OSError:
        return False
    if not is_loopback(peer[0]):
        return False
    tables = [Path(it).read_text("ascii") for it in TABLES if os.path.exists(it)]
    return any(tcp_uid(table, peer, here) == os.geteuid() for table in tables)


def peer_uid(connected: socket.socket) -> int | None:
    """Return the user of a Unix socket's peer, None where the system does not tell."""
    if sys.platform == "linux":
        credentials = connected.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        return int(struct.unpack("3i", credentials)[1])
    if sys.platform == "darwin":
        sol_local, local_peercred = 0, 1
        xucred = connected.getsockopt(sol_local, local_peercred, 76)
        return int(struct.unpack_from("=II", xucred)[1])
    return None


def tcp_uid(table: str, local: tuple[str, int], remote: tuple[str, int]) -> int | None:
    """Return who owns the connection from `local` to `remote` by a table like `/proc/net/tcp`.

    Only an established connection with an inode counts: one that was closed is listed as root's.
    """
    wanted = [(as_listed(local, is_six), as_listed(remote, is_six)) for is_six in (False, True)]
    for line in table.splitlines()[1:]:
        fields = line.split()
        if len(fields) < 10 or (fields[1], fields[2]) not in wanted:
            continue
        if fields[3] == ESTABLISHED and fields[9] != "0":
            return int(fields[7])
    return None


def as_listed(address: tuple[str, int], is_six: bool) -> str:
    """Return an address as `/proc/net/tcp` (or `tcp6`) has it; "" if it cannot stand there."""
    host = ipaddress.ip_address(address[0].partition("%")[0])
    if is_six and host.version == 4:
        host = ipaddress.ip_address(f"::ffff:{host}")
    elif not is_six and isinstance(host, ipaddress.IPv6Address):
        if host.ipv4_mapped is None:
            return ""
        host = host.ipv4_mapped
    words = struct.unpack(f"={len(host.packed) // 4}I", host.packed)
    return "".join(f"{word:08X}" for word in words) + f":{address[1]:04X}"


def is_loopback(host: str) -> bool:
    """Whether `host`, a name or an address, is this machine and nothing else."""
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


def read_token(fd: int) -> str:
    """Return the token that `fd` holds, to its end, and close it. Raises SecurityError."""
    try:
        with open(fd, "rb") as file:
            token = file.read(MAX_TOKEN + 1).decode("ascii").strip()
    except (OSError, UnicodeDecodeError):
        raise SecurityError("the token cannot be read: it must be ASCII text") from None
    if not MIN_TOKEN <= len(token) <= MAX_TOKEN:
        raise SecurityError(f"the token must have {MIN_TOKEN} to {MAX_TOKEN} characters")
    return token


def read_token_file(path: str) -> str:
    """Return the token in a file that nobody else can read. Raises SecurityError."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise SecurityError(f"the token file {path} cannot be opened: {error.strerror}") from None
    found = os.fstat(fd)
    if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        os.close(fd)
        raise SecurityError(f"the token file {path} must be yours alone: chmod 600 it")
    return read_token(fd)


def bind_pipe(path: str) -> socket.socket:
    """Return a listening Unix socket at `path`, for this user only. Raises SecurityError.

    The mask is the whole process's for a moment: call it before there are other threads.
    """
    path = os.path.abspath(path)
    if len(os.fsencode(path)) > MAX_PIPE_PATH:
        raise SecurityError(f"the path of a pipe may have {MAX_PIPE_PATH} bytes: {path}")
    check_folder(os.path.dirname(path))
    remove_dead_socket(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listener.bind(path)
    except OSError as error:
        listener.close()
        raise SecurityError(f"{path} cannot be listened at: {error.strerror}") from None
    finally:
        os.umask(before)
    listener.listen()
    return listener


def check_folder(folder: str) -> None:
    """Raise SecurityError when others could put another socket into `folder`."""
    try:
        found = os.stat(folder)
    except OSError as error:
        raise SecurityError(f"{folder}: {error.strerror}") from None
    if not stat.S_ISDIR(found.st_mode):
        raise SecurityError(f"{folder} is no folder")
    is_shared = found.st_mode & stat.S_IWOTH or (
        found.st_mode & stat.S_IWGRP and found.st_gid != os.getegid()
    )
    if found.st_uid not in (0, os.geteuid()) or (is_shared and not found.st_mode & stat.S_ISVTX):
        raise SecurityError(f"others can write to {folder}: choose a folder of your own for the pipe")


def remove_dead_socket(path: str) -> None:
    """Remove a socket that an earlier server of ours left. Raises SecurityError when it is anything else."""
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(found.st_mode) or found.st_uid != os.geteuid():
        raise SecurityError(f"{path} exists and is no socket of yours")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.setblocking(False)
        try:
            probe.connect(path)
        except ConnectionRefusedError:
            os.unlink(path)
            return
        except OSError:
            pass  # its backlog is full, say: somebody is there
    raise SecurityError(f"another server listens at {path}")
