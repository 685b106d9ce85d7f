"""The envelopes of all messages, and how bytes become messages and back. It knows no chapter of DAP.

Source: DAP specification, "Base Protocol".
"""

import re
from typing import Any, ClassVar

import msgspec


class Body(msgspec.Struct, rename="camel", omit_defaults=True):
    """Base of arguments, response bodies and their parts. Unknown keys are ignored, defaults not sent."""


class EventBody(Body):
    """Base of the bodies of events, each of which knows its event's name."""

    event: ClassVar[str]


class Request(msgspec.Struct, tag_field="type", tag="request"):
    seq: int
    command: str
    arguments: msgspec.Raw = msgspec.Raw(b"{}")


class Response(msgspec.Struct, tag_field="type", tag="response", omit_defaults=True):
    """`body` is a Body on its way out; once read it is plain data, for `msgspec.convert`."""

    seq: int
    request_seq: int
    success: bool
    command: str
    message: str | None = None
    body: Any = None


class Message(Body):
    id: int
    format: str
    variables: dict[str, str] | None = None
    send_telemetry: bool = False
    show_user: bool = False
    url: str | None = None
    url_label: str | None = None


class ErrorResponse(Body):
    """The body that a response has when its request has failed."""

    error: Message


class Event(msgspec.Struct, tag_field="type", tag="event", omit_defaults=True):
    """`body` is an EventBody on its way out; once read it is plain data, for `msgspec.convert`."""

    seq: int
    event: str
    body: Any = None


ERROR = 1  # the id of every error: they differ by their texts alone
ProtocolMessage = Request | Response | Event


class BadMessage(Exception):
    """A body that is no message. `seq` and `command` are what could be found for an answer to it."""

    def __init__(self, text: str, seq: int | None = None, command: str = "") -> None:
        super().__init__(text)
        self.seq = seq
        self.command = command


def encode(message: ProtocolMessage) -> bytes:
    """Return the body of `message`, whose texts were cleaned at their source. An empty event has no body."""
    if isinstance(message, Event) and isinstance(message.body, Body) and not message.body.__struct_fields__:
        message = Event(message.seq, message.event)
    return _encoder.encode(message)


def decode(body: bytes) -> ProtocolMessage:
    """Return the message in `body`; a request's `arguments` are an object, or text that msgspec will refuse.

    Half a surrogate pair, as an editor sends that cuts a text within one, is read as U+FFFD.
    Raises BadMessage.
    """
    try:
        message = _decoder.decode(_HALF.sub(_whole, body) if b"\\u" in body else body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        seq, command = _find_sender(body)
        raise BadMessage(f"not a DAP message: {error}", seq, command) from None
    if isinstance(message, Request) and bytes(message.arguments) == b"null":
        message.arguments = msgspec.Raw(b"{}")
    return message


def refusal(seq: int, request_seq: int, command: str, text: str) -> Response:
    """Return the response to a request that has failed. Some clients show the message, others the body."""
    body = ErrorResponse(Message(ERROR, text))
    return Response(seq, request_seq, False, command, message=text, body=body)


def event(seq: int, body: EventBody) -> Event:
    """Return the envelope of `body`."""
    return Event(seq, body.event, body)


def request(seq: int, command: str, arguments: Body) -> Request:
    """Return the envelope of `arguments`: a client's side of the protocol."""
    return Request(seq, command, msgspec.Raw(_encoder.encode(arguments)))


def _whole(escape: "re.Match[bytes]") -> bytes:
    return escape[0] if escape[1] is None else rb"\ufffd"


def _find_sender(body: bytes) -> tuple[int | None, str]:
    seq = re.search(rb'"seq"\s*:\s*(\d{1,15})\b', body)
    command = re.search(rb'"command"\s*:\s*"([A-Za-z0-9_/.-]{1,100})"', body)
    return int(seq[1]) if seq else None, command[1].decode() if command else ""


# Every escape, so that an escaped backslash is not taken for the begin of another; the group: half a pair.
_HALF = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u([dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[ProtocolMessage] = msgspec.json.Decoder(ProtocolMessage)
