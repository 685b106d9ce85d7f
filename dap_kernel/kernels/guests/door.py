"""A Unix socket in the private runtime folder, by which one agent comes to the server that has sent for it.

Knows nothing of how the agent was told of it. The socket of door N of the server process P is `door-P-N.sock`
(mode 0600); a dead server's are removed when the next one is made.
"""

import asyncio
import itertools
import os
import socket
from contextlib import suppress
from pathlib import Path

from ..errors import KernelDied, RuntimeFolderError
from ..runtime.announcements import MAX_PATH, files, pid_in, runtime_folder
from ..runtime.peer import is_ours, peer_of
from ..runtime.process import is_alive

_numbers = itertools.count(1)


class Door:
    """One socket, from its making until `close`."""

    def __init__(self) -> None:
        """Raises KernelDied where there is no place for it."""
        try:
            folder = runtime_folder()
            _clear_away(folder)
            self.path = folder / f"door-{os.getpid()}-{next(_numbers)}.sock"
            if len(os.fsencode(self.path)) >= MAX_PATH:
                raise KernelDied(f"the path of the runtime folder is too long for a socket: {folder}")
            self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self._listener.setblocking(False)
            self._listener.bind(str(self.path))
            self.path.chmod(0o600)
            self._listener.listen(4)
        except (RuntimeFolderError, OSError) as error:
            raise KernelDied(str(error)) from None

    async def come_in(self, pid: int | None) -> tuple[socket.socket, int]:
        """Wait for the agent; return the wire, and the process id of who came, 0 where nobody tells.

        `pid`: of the process that is let in; None: any of our user's.
        """
        loop = asyncio.get_running_loop()
        while True:
            connection, _ = await loop.sock_accept(self._listener)
            peer = peer_of(connection)
            if is_ours(connection) and (pid is None or peer is None or peer[0] == pid):
                return connection, peer[0] if peer is not None else pid or 0
            connection.close()

    def close(self) -> None:
        """Take it away. Who came in stays."""
        self._listener.close()
        with suppress(OSError):
            self.path.unlink()


def _clear_away(folder: Path) -> None:
    for left in files(folder, "door-*-*.sock"):
        pid = pid_in(left.stem.split("-")[1])
        if pid is not None and not is_alive(pid):
            with suppress(OSError):
                left.unlink()
