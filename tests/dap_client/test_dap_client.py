"""The client of DAP that the terminal and the language server share, against a server of a few lines."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from dap_kernel.client.dap_client import DapClient, Refused, ServerGone
from dap_kernel.protocol.execution import ThreadsResponse
from dap_kernel.protocol.framing import Framer, FramingError, frame
from dap_kernel.protocol.messages import Event, Request, Response, decode, encode, refusal

Answer = Callable[[Request], list[bytes]]
THREADS = {"threads": [{"id": 1, "name": "main"}]}


class Heard:
    """All that a client was told, in one order."""

    def __init__(self) -> None:
        self.all: list[object] = []
        self.ended = asyncio.Event()
        self.error: Exception | None = None

    def event_told(self, name: str, body: Any) -> None:
        self.all.append(name)

    def message_lost(self, why: str) -> None:
        self.all.append("lost")

    def connection_ended(self, error: Exception | None) -> None:
        self.error = error
        self.ended.set()


async def connected(heard: Heard, answer: Answer) -> tuple[DapClient, asyncio.Server]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        framer = Framer()
        while data := await reader.read(1000):
            for body in framer.feed(data):
                message = decode(body)
                if isinstance(message, Request):
                    for it in answer(message):
                        writer.write(it)
                        if not it:
                            writer.close()
                else:
                    heard.all.append(message)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    client = DapClient(heard)
    client.begin(*await asyncio.open_connection(*server.sockets[0].getsockname()))
    return client, server


@pytest.fixture
async def connect() -> AsyncIterator[Callable[[Answer], Any]]:
    """Gives a client of a server that answers so, and what the client was told."""
    made = []

    async def connect(answer: Answer) -> tuple[DapClient, Heard]:
        heard = Heard()
        client, server = await connected(heard, answer)
        made.append((client, server, heard))
        return client, heard

    yield connect
    for client, server, heard in made:
        client.close()
        await asyncio.wait_for(heard.ended.wait(), 10)
        server.close()


def sent(message: Request | Response | Event) -> bytes:
    return frame(encode(message))


def respond(request: Request, body: object = None) -> bytes:
    return sent(Response(7, request.seq, True, request.command, body=body))


async def test_a_response_reaches_who_asked_and_events_come_in_order(connect):
    client, heard = await connect(
        lambda it: [sent(Event(1, "thread", {})), respond(it, THREADS), sent(Event(3, "output", {}))]
    )
    asked = client.send("threads", None, lambda response: heard.all.append("response"))
    found = await asked
    assert (found.request_seq, client.last_seq) == (1, 1)
    assert (await client.request("threads", None, ThreadsResponse)).threads[0].name == "main"
    assert heard.all[:3] == ["thread", "response", "output"]


async def test_what_is_declined_is_raised(connect):
    client, _ = await connect(lambda it: [sent(refusal(5, it.seq, it.command, "not now"))])
    with pytest.raises(Refused, match="not now"):
        await client.perform("pause")
    with pytest.raises(Refused, match="half a character"):
        await client.perform("evaluate", {"expression": "a\ud800"})


async def test_a_body_of_another_form_is_a_refusal(connect):
    client, _ = await connect(lambda it: [respond(it, {"threads": 7})])
    with pytest.raises(Refused, match=r"threads: .*\$\.threads"):
        await client.request("threads", None, ThreadsResponse)


async def test_who_waits_is_told_of_the_end(connect):
    client, heard = await connect(lambda it: [b""])
    with pytest.raises(ServerGone):
        await client.perform("threads")
    await heard.ended.wait()
    assert heard.error is None and not client.is_open
    with pytest.raises(ServerGone):
        client.send("threads")


async def test_what_is_no_message_costs_itself_and_what_is_no_dap_the_connection(connect):
    junk = b"Content-Length: x\r\n\r\n"
    client, heard = await connect(lambda it: [frame(b"{}"), respond(it, {})] if it.seq == 1 else [junk])
    await client.perform("threads")
    assert heard.all == ["lost"] and client.is_open
    with pytest.raises(ServerGone):
        await client.perform("threads")
    assert isinstance(heard.error, FramingError)


async def test_requests_of_the_server_are_declined(connect):
    client, heard = await connect(lambda it: [sent(Request(9, "runInTerminal")), respond(it, {})])
    await client.perform("threads")
    while not heard.all:
        await client.perform("threads")
    assert (heard.all[0].request_seq, heard.all[0].success) == (9, False)
