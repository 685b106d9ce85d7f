"""The connection to one debug session, as its companion. Source: `docs/protocol.md`, "Companions"."""

import asyncio
import itertools
import logging
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from ..kernels.runtime.session_announcements import DebugSession
from ..protocol.framing import Framer, FramingError, frame
from ..protocol.messages import BadMessage, Body, Event, Response, decode, encode, request

log = logging.getLogger(__name__)

AnyBody = TypeVar("AnyBody", bound=Body)
TIMEOUT_S = 10.0
CHUNK = 65536  # bytes
ENDED = "the debug session has ended"


class Refused(Exception):
    """The session declined a request, or is gone; the text is for the user."""


class Link:
    """Requests out, events in. `on_event` gets name and body in order, `on_end` is called once."""

    def __init__(
        self,
        session: DebugSession,
        on_event: Callable[[str, Any], None],
        on_end: Callable[[], None],
    ) -> None:
        self.session = session
        self.is_let_in = False  # a session tells at once how things are
        self._on_event = on_event
        self._on_end = on_end
        self._seq = itertools.count(1)
        self._waiting: dict[int, Callable[[Response | Refused], None]] = {}
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Connect. Raises OSError."""
        reader, self._writer = await asyncio.open_unix_connection(str(self.session.socket))
        self._reading = asyncio.get_running_loop().create_task(self._read(reader))

    @property
    def is_open(self) -> bool:
        return self._writer is not None and not self._writer.is_closing()

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()

    async def ask(
        self,
        command: str,
        arguments: Body,
        answer: type[AnyBody],
        take: Callable[[AnyBody], None] = lambda body: None,
    ) -> AnyBody:
        """Send a request and return its response's body. Raises Refused.

        `take` is given it before any event that comes after it: whoever awaits is later than those.
        """
        if not self.is_open or self._writer is None:
            raise Refused(ENDED)
        seq = next(self._seq)
        message = _message(seq, command, arguments)
        waiting: asyncio.Future[AnyBody] = asyncio.get_running_loop().create_future()

        def answered(response: Response | Refused) -> None:
            if waiting.done():
                return
            try:
                body = _body(command, response, answer)
            except Refused as refusal:
                waiting.set_exception(refusal)
                waiting.exception()  # nobody may be left to look at it
            else:
                take(body)
                waiting.set_result(body)

        self._waiting[seq] = answered
        self._writer.write(message)
        try:
            return await asyncio.wait_for(waiting, TIMEOUT_S)
        except TimeoutError:
            raise Refused(f"the debug session does not answer {command}") from None
        finally:
            self._waiting.pop(seq, None)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        framer = Framer()
        try:
            while data := await reader.read(CHUNK):
                for body in framer.feed(data):
                    self._take(body)
        except (FramingError, OSError) as error:
            log.warning("the debug session's connection ends: %s", error)
        finally:
            self.close()
            for answered in list(self._waiting.values()):
                answered(Refused(ENDED))
            self._on_end()

    def _take(self, body: bytes) -> None:
        try:
            message = decode(body)
        except BadMessage as error:
            log.warning("%s", error)
            return
        if isinstance(message, Response):
            answered = self._waiting.get(message.request_seq)
            if answered is not None:
                answered(message)
        elif isinstance(message, Event):
            self.is_let_in = True
            try:
                self._on_event(message.event, message.body or {})
            except msgspec.MsgspecError as error:
                log.warning("%s: %s", message.event, error)


def _message(seq: int, command: str, arguments: Body) -> bytes:
    """Return the bytes of a request. Raises Refused for a text that has none."""
    try:
        return frame(encode(request(seq, command, arguments)))
    except UnicodeEncodeError as error:
        before = error.object[: error.start].rpartition("\n")[2]
        raise Refused(f"delete what stands after {before!r}: it is half a character") from None


def _body(command: str, response: Response | Refused, answer: type[AnyBody]) -> AnyBody:
    """Return the body of a response. Raises Refused."""
    if isinstance(response, Refused):
        raise response
    if not response.success:
        raise Refused(response.message or f"the debug session has declined {command}")
    try:
        return msgspec.convert({} if response.body is None else response.body, answer)
    except msgspec.ValidationError as error:
        raise Refused(f"{command}: {error}") from None
