"""Where a session's companions come in: a socket of its own, announced in the private runtime folder.

Knows who may come in, and how many; what they ask is the business of `companions/companion.py`. They find the
session by its notebook: see `kernels/runtime/session_announcements.py`.
"""

import asyncio
import itertools
import logging
import os
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

from ...kernels.errors import RuntimeFolderError
from ...kernels.runtime.announcements import runtime_folder
from ...kernels.runtime.session_announcements import announce, socket_of, withdraw
from .security import SecurityError, bind_pipe, peer_uid

log = logging.getLogger(__name__)

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

MOST = 8  # companions at once

_numbers = itertools.count(1)  # of this process's sessions


class CompanionDoor:
    """It opens once, and is closed for ever after."""

    def __init__(self, serve: Serve) -> None:
        """`serve` is called for each companion that comes in, and returns when it has left."""
        self._serve = serve
        self._id = f"{os.getpid()}-{next(_numbers)}"
        self._folder: Path | None = None  # where the session is announced
        self._server: asyncio.Server | None = None
        self._is_over = False
        self._present: list[asyncio.StreamWriter] = []

    async def open(self, notebook: str, format: str) -> None:
        """Listen for companions of the notebook at this path. A session that cannot goes without."""
        if self._is_over or self._server is not None:
            return
        try:
            folder = runtime_folder()
            listener = bind_pipe(str(socket_of(folder, self._id)))
            self._folder = folder
            self._server = await asyncio.start_unix_server(self._connected, sock=listener)
            announce(folder, self._id, notebook, format)
        except (OSError, UnicodeEncodeError, RuntimeFolderError, SecurityError) as error:
            log.warning("this session takes no companions: %s", error)
        if self._is_over:  # meanwhile
            self.close()

    def move(self, notebook: str, format: str) -> None:
        """Announce the notebook where it is now."""
        if self._folder is None:
            return
        try:
            announce(self._folder, self._id, notebook, format)
        except (OSError, UnicodeEncodeError) as error:
            log.warning("companions do not find this session any more: %s", error)

    def close(self) -> None:
        """Let nobody in any more; who is there sees the end of the stream, after what was sent."""
        self._is_over = True
        if self._folder is not None:
            withdraw(self._folder, self._id)
            self._folder = None
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._present):
            writer.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected: socket.socket = writer.get_extra_info("socket")
        if peer_uid(connected) != os.geteuid() or len(self._present) >= MOST or self._is_over:
            log.warning("a companion was refused: another user's, or one too many")
            writer.close()
            return
        self._present.append(writer)
        try:
            await self._serve(reader, writer)
        finally:
            self._present.remove(writer)
