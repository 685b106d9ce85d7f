"""One connection to a debug server as its client: requests out, responses to those who wait, events in order.

Knows no request in particular, and not what carries the bytes. Source: DAP specification, "Base Protocol".
"""

import asyncio
import itertools
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

import msgspec

from ..protocol.framing import Framer, frame
from ..protocol.messages import BadMessage, Body, Event, Request, Response, decode, encode, refusal

T = TypeVar("T")

CHUNK_BYTES = 2**16


class Refused(Exception):
    """The server declined a request; the text is its own, not yet safe for a terminal."""


class ServerGone(Exception):
    """The connection ended before the request was answered."""


class DapClientListener(Protocol):
    """Who hears what the server says of its own accord. Called on the event loop, in the server's order."""

    def event_told(self, name: str, body: Any) -> None:
        """An event came; `body` is as JSON has it, {} for none. What this raises ends the connection."""

    def message_lost(self, why: str) -> None:
        """What came is no message of DAP's, and was left out."""

    def connection_ended(self, error: Exception | None) -> None:
        """Nothing follows; called once. `error`: what was wrong, if it did not merely end."""


class _Pending(msgspec.Struct, frozen=True):
    """Who waits for a response."""

    answer: "asyncio.Future[Response]"
    on_response: Callable[[Response], None] | None


class DapClient:
    """The client's end of one connection, from `begin` on. All of it belongs to the event loop's thread."""

    def __init__(self, listener: DapClientListener) -> None:
        self.last_seq = 0
        self._listener = listener
        self._seq = itertools.count(1)
        self._pending: dict[int, _Pending] = {}  # by the request's seq
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None

    def begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take a connection that is open: from now on messages are read."""
        self._writer = writer
        self._reading = asyncio.get_running_loop().create_task(self._read(reader))

    @property
    def is_open(self) -> bool:
        return self._writer is not None and not self._writer.is_closing()

    def close(self) -> None:
        """Send nothing more; `connection_ended` is called soon."""
        if self._writer is not None:
            self._writer.close()

    async def ended(self, within_s: float) -> None:
        """Wait until nothing more can come, or for `within_s` seconds; hear nothing after."""
        if self._reading is not None:
            await asyncio.wait([self._reading], timeout=within_s)
            self._reading.cancel()

    def send(
        self,
        command: str,
        arguments: Body | dict[str, Any] | None = None,
        on_response: Callable[[Response], None] | None = None,
    ) -> "asyncio.Future[Response]":
        """Send a request, whose seq is `last_seq`. Raises ServerGone; Refused for a text that has no bytes.

        `on_response` gets the response before any event that comes after it: whoever awaits is later.
        """
        if self._writer is None or self._writer.is_closing():
            raise ServerGone
        self.last_seq = next(self._seq)
        self._writer.write(_bytes_of(self.last_seq, command, arguments))
        answer: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        self._pending[self.last_seq] = _Pending(answer, on_response)
        return answer

    async def perform(self, command: str, arguments: Body | dict[str, Any] | None = None) -> None:
        """Send a request whose response says nothing but that it was done. Raises Refused and ServerGone."""
        body_of(await self.send(command, arguments), Body)

    async def request(self, command: str, arguments: Body | dict[str, Any] | None, answer: type[T]) -> T:
        """Send a request and return its response's body. Raises Refused and ServerGone."""
        return body_of(await self.send(command, arguments), answer)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        framer, error = Framer(), None
        try:
            while data := await reader.read(CHUNK_BYTES):
                for body in framer.feed(data):
                    self._take(body)
        except Exception as problem:
            error = problem
        self.close()
        pending, self._pending = self._pending, {}
        for it in pending.values():
            if not it.answer.done():
                it.answer.set_exception(ServerGone())
                it.answer.exception()  # nobody may be left to look at it
        self._listener.connection_ended(error)

    def _take(self, body: bytes) -> None:
        try:
            message = decode(body)
        except BadMessage as error:
            self._listener.message_lost(str(error))
            return
        match message:
            case Event():
                self._listener.event_told(message.event, {} if message.body is None else message.body)
            case Response():
                self._answered(message)
            case Request():
                self._decline(message)

    def _answered(self, response: Response) -> None:
        pending = self._pending.pop(response.request_seq, None)
        if pending is not None and not pending.answer.done():
            if pending.on_response is not None:
                pending.on_response(response)
            pending.answer.set_result(response)

    def _decline(self, request: Request) -> None:
        if self._writer is not None and self.is_open:
            response = refusal(next(self._seq), request.seq, request.command, "not supported")
            self._writer.write(frame(encode(response)))


def body_of(response: Response, answer: type[T]) -> T:
    """Return the body of a response as an `answer`. Raises Refused."""
    if not response.success:
        raise Refused(response.message or f"{response.command} was declined")
    body = {} if response.body is None else response.body
    try:
        return msgspec.convert(body, answer)
    except msgspec.ValidationError as error:
        raise Refused(f"{response.command}: {error}") from None


def convert(body: Any, kind: type[T]) -> T | None:
    """Return an event's body as a `kind`, or None if it is none."""
    try:
        return msgspec.convert(body, kind)
    except msgspec.ValidationError:
        return None


def _bytes_of(seq: int, command: str, arguments: Body | dict[str, Any] | None) -> bytes:
    """Return the bytes of a request. Raises Refused for a text that has none."""
    try:
        raw = msgspec.Raw(msgspec.json.encode({} if arguments is None else arguments))
        return frame(encode(Request(seq, command, raw)))
    except UnicodeEncodeError as error:
        before = error.object[: error.start].rpartition("\n")[2]
        raise Refused(f"delete what stands after {before!r}: it is half a character") from None
