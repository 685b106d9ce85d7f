"""Who is at the other end of a Unix socket in the private runtime folder. Knows nothing of what is said."""

import os
import socket
import struct


def peer_of(connection: socket.socket) -> tuple[int, int] | None:
    """Return the process id and the user id of the peer; None where the system does not tell.

    Then the folder's mode must do: nobody else comes in.
    """
    if not hasattr(socket, "SO_PEERCRED"):
        return None
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    pid, uid, _ = struct.unpack("3i", credentials)
    return pid, uid


def is_process(connection: socket.socket, pid: int) -> bool:
    """Whether the peer is that process, of our user, as far as the system tells."""
    return peer_of(connection) in (None, (pid, os.getuid()))


def is_ours(connection: socket.socket) -> bool:
    """Whether the peer is of our user, as far as the system tells."""
    peer = peer_of(connection)
    return peer is None or peer[1] == os.getuid()
