"""A debug session that does as a story says: it is announced as one, and answers what it is told to."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from dap_kernel.kernels.runtime.session_announcements import announce, socket_of, withdraw

Write = Callable[..., None]  # of messages, all at once
Answer = Callable[[dict[str, Any], Write], Awaitable[None]]


@asynccontextmanager
async def session(runtime: Path, id: str, notebook: str, answer: Answer):
    """Announce a session of this process; `answer` is given each request, and what sends messages."""
    folder = runtime / "dap_kernel"
    folder.mkdir(mode=0o700, exist_ok=True)
    connections: list[asyncio.StreamWriter] = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)

        def write(*messages: dict[str, Any]) -> None:
            bodies = [json.dumps({"seq": 1} | it).encode() for it in messages]
            writer.write(b"".join(b"Content-Length: %d\r\n\r\n%b" % (len(it), it) for it in bodies))

        while header := await reader.readline():
            await reader.readline()
            await answer(json.loads(await reader.readexactly(int(header.split(b":")[1]))), write)

    server = await asyncio.start_unix_server(connected, socket_of(folder, id))
    announce(folder, id, notebook, "percent")
    try:
        yield
    finally:
        withdraw(folder, id)
        server.close()
        for it in connections:
            it.close()
            with suppress(ConnectionError):
                await it.wait_closed()


def response(request: dict[str, Any], **body: Any) -> dict[str, Any]:
    return {
        "type": "response",
        "request_seq": request["seq"],
        "success": True,
        "command": request["command"],
        "body": body,
    }


def event(name: str, **body: Any) -> dict[str, Any]:
    return {"type": "event", "event": name, "body": body}


async def silence(request: dict[str, Any], write: Write) -> None:
    """Answer nothing, as a session that hangs."""
