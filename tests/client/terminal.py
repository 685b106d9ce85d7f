"""An editor's terminal: runs what the server asks for on a pseudo-terminal, and has the user type into it.

terminal = EditorTerminal(debug.connection)
await terminal.until("name? ")
terminal.type("Ada\\n")
"""

import asyncio
import os
import pty
import subprocess
import sys
import termios
from typing import Any

from .connection import Connection
from .serving import TIMEOUT_S

Json = dict[str, Any]
OWN_TERMINAL = """\
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""
SIZE = (40, 100)  # rows and columns


class EditorTerminal:
    """Answers `runInTerminal`; at most one terminal is open at a time."""

    def __init__(self, connection: Connection) -> None:
        self.asked: list[Json] = []  # the arguments of each request
        self.text = ""
        self._fd = -1
        self._process: subprocess.Popen[bytes] | None = None
        self._changed = asyncio.Event()
        self._seen = 0
        connection.on_request("runInTerminal", self._run)

    def type(self, text: str) -> None:
        os.write(self._fd, text.encode())

    async def until(self, text: str) -> str:
        """Wait until `text` is shown after what was waited for before; return all up to its end."""
        try:
            async with asyncio.timeout(TIMEOUT_S):
                while (at := self.text.find(text, self._seen)) < 0:
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"{text!r} is not in the terminal: {self.text[self._seen :]!r}") from None
        before, self._seen = self._seen, at + len(text)
        return self.text[before : self._seen]

    async def left(self) -> int:
        """Wait until what ran in it has left; return its exit status."""
        assert self._process is not None
        return await asyncio.to_thread(self._process.wait, TIMEOUT_S)

    def resize(self, rows: int, columns: int) -> None:
        termios.tcsetwinsize(self._fd, (rows, columns))

    def is_echoing(self) -> bool:
        return bool(termios.tcgetattr(self._fd)[3] & termios.ECHO)

    def close(self) -> None:
        """Close the window: what runs in it gets SIGHUP."""
        if self._fd >= 0:
            asyncio.get_running_loop().remove_reader(self._fd)
            os.close(self._fd)
            self._fd = -1

    def _run(self, arguments: Json) -> Json:
        self.asked.append(arguments)
        self.close()
        self._fd, theirs = pty.openpty()
        termios.tcsetwinsize(self._fd, SIZE)
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", OWN_TERMINAL, *arguments["args"]],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            cwd=arguments["cwd"],
        )
        os.close(theirs)
        asyncio.get_running_loop().add_reader(self._fd, self._read)
        return {"processId": self._process.pid}

    def _read(self) -> None:
        try:
            data = os.read(self._fd, 2**16)
        except OSError:  # EIO: nobody has it open any more
            data = b""
        if not data:
            asyncio.get_running_loop().remove_reader(self._fd)
        self.text += data.decode("utf-8", "replace").replace("\r\n", "\n")
        self._changed.set()
