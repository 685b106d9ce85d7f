"""A server process, and byte streams to it: stdio, a pipe, TCP. It knows framing, not what messages mean."""

import asyncio
import json
import os
import re
import secrets
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Self

from .forking import ForkedProcess, can_fork

Json = dict[str, Any]
Transport = Literal["stdio", "pipe", "tcp"]

TIMEOUT_S = 30.0
HEADER = re.compile(rb"Content-Length: (\d+)\r\n\r\n")  # DebugClient takes it spelled exactly so
LISTENING = re.compile(r"listening at: (\S+)")


class Server:
    """A `dap-kernel dap` process, in our environment less what would choose a Python for the kernel."""

    def __init__(self, process: asyncio.subprocess.Process | ForkedProcess, address: str | None) -> None:
        self.process = process
        self.address = address  # "HOST:PORT", or the path of a pipe; None: stdio
        self.token: str | None = None  # what `launch` must carry: a server that runs as root wants it
        self.stderr = bytearray()
        self._reading = asyncio.create_task(self._read_stderr())

    @classmethod
    async def start(
        cls,
        transport: Transport = "stdio",
        *,
        env: Mapping[str, str] | None = None,
        folder: Path | None = None,
        options: Sequence[str] = (),
        command: Sequence[str] = (sys.executable, "-m", "dap_kernel", "dap"),
        may_fork: bool = False,
    ) -> Self:
        """Start a server; on return it listens. `folder` is where a pipe or a token goes.

        `may_fork`: it need not be a Python of its own, and is there sooner. Only on stdio.
        """
        arguments = [*command, *options]
        token = secrets.token_urlsafe() if transport != "stdio" and os.geteuid() == 0 else None
        if token is not None:
            assert folder is not None
            (folder / "token").touch(mode=0o600)
            (folder / "token").write_text(token)
            arguments += ["--token-file", str(folder / "token")]
        if transport == "pipe":
            assert folder is not None
            arguments += ["--pipe", str(folder / "dap.sock")]
        elif transport == "tcp":
            arguments += ["--listen", "127.0.0.1:0"]
        clean = {it: value for it, value in os.environ.items() if it not in ("VIRTUAL_ENV", "CONDA_PREFIX")}
        environ = {**clean, **(env or {})}
        if may_fork and transport == "stdio" and can_fork(environ):
            return cls(await ForkedProcess.start([*arguments[3:]], environ), None)
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *arguments, stdin=pipe, stdout=pipe, stderr=pipe, env=environ, limit=2**26
        )
        server = cls(process, None)
        server.token = token
        if transport != "stdio":
            assert process.stdout is not None
            line = await asyncio.wait_for(process.stdout.readline(), TIMEOUT_S)
            found = LISTENING.search(line.decode())
            if found is None:
                await asyncio.wait([server._reading], timeout=5)
                raise AssertionError(f"the server does not listen: {line!r}\n{server.errors}")
            server.address = found[1]
        return server

    async def connect(self) -> "Stream":
        if self.address is None:
            assert self.process.stdout is not None and self.process.stdin is not None
            return Stream(self.process.stdout, self.process.stdin)
        if self.address.startswith("/"):
            return Stream(*await asyncio.open_unix_connection(self.address, limit=2**26))
        host, _, port = self.address.rpartition(":")
        return Stream(*await asyncio.open_connection(host.strip("[]"), int(port), limit=2**26))

    @property
    def errors(self) -> str:
        """What the server wrote to stderr so far."""
        return self.stderr.decode("utf-8", "replace")

    async def exit_status(self) -> int:
        return await asyncio.wait_for(self.process.wait(), TIMEOUT_S)

    async def stop(self) -> int:
        """End the server as a closing editor does, by end of stdin (else SIGTERM); return its exit status."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        if self.address is not None and self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            status = await self.exit_status()
        except TimeoutError:
            self.process.kill()
            raise AssertionError(f"the server did not leave\n{self.errors}") from None
        await asyncio.wait([self._reading], timeout=5)
        return status

    async def _read_stderr(self) -> None:
        assert self.process.stderr is not None
        while data := await self.process.stderr.read(65536):
            self.stderr += data


class Stream:
    """Messages over one connection. Nothing of `dap_kernel` is used: a second opinion about framing."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def send(self, message: Json) -> None:
        body = json.dumps(message).encode()
        self.send_bytes(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def send_bytes(self, data: bytes) -> None:
        self._writer.write(data)

    async def receive(self) -> Json | None:
        """Return the next message, or None at the end of the stream. Raises ValueError when it is no DAP."""
        try:
            header = await self._reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError as end:
            if end.partial:
                raise ValueError(f"the stream ends with {end.partial[:200]!r}") from None
            return None
        except ConnectionError:
            return None
        match = HEADER.fullmatch(header)
        if match is None:
            raise ValueError(f"header {header[:200]!r}")
        body = await self._reader.readexactly(int(match[1]))
        message = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
        if not isinstance(message, dict):
            raise ValueError(f"body {body[:200]!r}")
        if b"\\ud" in body.lower():
            json.dumps(message, ensure_ascii=False).encode()  # raises at a lone surrogate
        return message

    def hold(self, is_held: bool) -> None:
        """Do not read for a while, or read on. Only of a socket."""
        transport: Any = self._writer.transport
        transport.pause_reading() if is_held else transport.resume_reading()

    async def close(self) -> None:
        self._writer.close()


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
