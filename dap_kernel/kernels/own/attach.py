"""Connects to an orphaned kernel and takes its output over; `runtime/announcements.py` describes how.

Knows no live kernel.
"""

import array
import os
import socket
from pathlib import Path

import msgspec

from ..errors import KernelDied
from ..runtime.announcements import MAX_PATH, OrphanedKernel
from ..runtime.peer import is_process

TIMEOUT_S = 5.0


class OrphanConnection(msgspec.Struct, frozen=True):
    """What an orphan has given us."""

    wire: socket.socket
    out_fd: int
    err_fd: int


def connect(orphan: OrphanedKernel) -> OrphanConnection:
    """Connect to an orphan. Raises KernelDied."""
    if len(os.fsencode(orphan.socket)) >= MAX_PATH:
        raise KernelDied(f"the path of kernel {orphan.id}'s socket is too long: {orphan.socket}")
    wire = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        wire.settimeout(TIMEOUT_S)
        wire.connect(str(orphan.socket))
        if not is_process(wire, orphan.pid):
            raise KernelDied(f"kernel {orphan.id}'s socket belongs to another process")
        out_fd, err_fd = _descriptors(wire)
    except OSError as error:
        wire.close()
        raise KernelDied(f"kernel {orphan.id} cannot be reached: {error}") from error
    except BaseException:
        wire.close()
        raise
    return OrphanConnection(wire, out_fd, err_fd)


def environment(orphan: OrphanedKernel) -> dict[str, str] | None:
    """Return the variables that an orphan was started with; None where the system does not tell."""
    try:
        data = Path(f"/proc/{orphan.pid}/environ").read_bytes()
    except OSError:
        return None
    pairs = (it.partition("=") for it in os.fsdecode(data).split("\0") if it)
    return {name: value for name, _, value in pairs}


def _descriptors(wire: socket.socket) -> tuple[int, int]:
    """Return the reading ends of the orphan's output."""
    fds = array.array("i")
    data, control, _, _ = wire.recvmsg(1, socket.CMSG_SPACE(2 * fds.itemsize))
    for level, kind, content in control:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            fds.frombytes(content[: len(content) - len(content) % fds.itemsize])
    for fd in fds:
        os.set_inheritable(fd, False)
    if data != b"K" or len(fds) != 2:
        for fd in fds:
            os.close(fd)
        raise KernelDied("the waiting kernel closed the connection: is another editor connected to it?")
    return fds[0], fds[1]
