"""Our own server as a child of this process, with DAP over its standard streams. Knows no message."""

import asyncio
import os
import sys
from collections import deque
from collections.abc import Sequence

from .dap_client import DapClient

GOODBYE_S = 5.0  # for a server to leave once its client has
LAST_S = 1.0  # for what a server that has left said to be read
KEPT_ERRORS = 20  # lines
MOST_BYTES = 2**16  # of a line, and of what is read at once


def server_command(log: str | None) -> list[str]:
    """Return the command line of our server. The current folder is no place to import from: hence -P."""
    own = ["--own-python"] if _is_of_environment() else []
    return [sys.executable, "-P", "-m", "dap_kernel", "dap", *own, *(["--log", log] if log else [])]


def _is_of_environment() -> bool:
    """Whether this program was called out of an environment's own folder, as by `venv/bin/dap-kernel`.

    Whoever calls it by a link elsewhere, as pipx makes one, has not chosen the environment that it is in.
    """
    is_in_one = sys.prefix != sys.base_prefix or os.path.isdir(os.path.join(sys.prefix, "conda-meta"))
    folder, name = os.path.split(os.path.abspath(sys.argv[0]))
    return is_in_one and (name == "__main__.py" or folder == os.path.dirname(sys.executable))


class ServerProcess:
    """A server from `start` to `finish`; `client` is to speak with it."""

    def __init__(self, client: DapClient) -> None:
        self._client = client
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._errors: deque[str] = deque(maxlen=KEPT_ERRORS)

    @property
    def errors(self) -> list[str]:
        """The last lines of the server's stderr."""
        return list(self._errors)

    async def start(self, command: Sequence[str]) -> None:
        """Start the server, in a session of its own: Ctrl-C is for us alone. Raises OSError."""
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True
        )
        assert self._process.stdin and self._process.stdout and self._process.stderr
        self._client.begin(self._process.stdout, self._process.stdin)
        self._reading = asyncio.create_task(self._read_errors(self._process.stderr))

    def note(self, error: str) -> None:
        """Keep what is wrong with the server beside what it says itself."""
        self._errors.append(error)

    async def finish(self) -> None:
        """Close the connection and see the server off."""
        if self._process is None or self._reading is None:
            return
        self._client.close()
        try:
            await asyncio.wait_for(self._process.wait(), GOODBYE_S)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        await asyncio.wait([self._reading], timeout=LAST_S)
        self._reading.cancel()
        await self._client.ended(LAST_S)

    async def _read_errors(self, stderr: asyncio.StreamReader) -> None:
        rest = b""
        while data := await stderr.read(MOST_BYTES):
            *lines, rest = (rest + data)[-MOST_BYTES:].split(b"\n")
            self._errors += [it.decode("utf-8", "replace") for it in lines]
