"""The client, as the session's parts see it: events and requests go to it, its answers come back.

Knows what the client can do, how it counts lines and what it needs beside the protocol. It knows no request
and no event by name but `invalidated`, which clients want in different ways.
Source: DAP specification, "Base Protocol", "Initialize".
"""

import itertools
from typing import Protocol

from ...protocol.capabilities import InitializeRequestArguments
from ...protocol.messages import BadMessage, Body, Event, EventBody, Request, Response, encode, refusal
from ...protocol.output import InvalidatedEvent
from ..registry import Answer
from .audience import Audience
from .numbering import Numbering, with_clean_texts
from .quirks import quirks_of
from .reverse_requests import ReverseRequests

OUR_OWN = "notebook"  # what the names of our own requests and events begin with


class ClientChannel(Protocol):
    """What carries messages to the client."""

    def send(self, body: bytes) -> None:
        """Send the body of a message, sooner or later, in the order of the calls."""

    async def drain(self) -> None:
        """Wait while the client is far behind in reading what it is sent."""

    def close(self) -> None:
        """Let the client go: what was sent still goes out."""


class ClientPort:
    """Writes everything in the order of the calls, numbered from 1 (`seq`)."""

    def __init__(self, channel: ClientChannel, audience: Audience) -> None:
        self._channel = channel
        self._seq = itertools.count(1)
        self._reverse = ReverseRequests(self._write, lambda: next(self._seq))
        self.audience = audience
        self.client = InitializeRequestArguments()  # what it has said of itself
        self.quirks = quirks_of(self.client)
        self.numbering = Numbering()
        self.wants_notebook_events = False

    def introduce(self, client: InitializeRequestArguments) -> None:
        """Take what the client says of itself in `initialize`. Its response is in its own numbers already."""
        self.client = client
        self.quirks = quirks_of(client)
        self.numbering = Numbering(int(client.lines_start_at_1), int(client.columns_start_at_1))

    def want_notebook_events(self) -> None:
        """Send the client our own events, too, from now on: it has shown that it knows them."""
        self.wants_notebook_events = True

    @property
    def has_notebook_hearers(self) -> bool:
        """Whether anybody wants our own events: the client, or a companion."""
        return self.wants_notebook_events or len(self.audience) > 0

    def emit(self, event: EventBody) -> None:
        """Send an event: one of our own only to a client that knows them; to companions as they like."""
        if self.wants_notebook_events or not event.event.startswith(OUR_OWN):
            self._write(Event(next(self._seq), event.event, self.numbering.outgoing(event)))
        self.audience.send_event(event)

    def invalidate(self) -> None:
        """Say that what is shown of stops may be out of date, to those who want to know."""
        event = InvalidatedEvent(["variables"] if self.quirks.keeps_stacks else ["stacks", "variables"])
        if self.client.supports_invalidated_event:
            self.emit(event)
        else:
            self.audience.send_event(event)

    def respond(self, request: Request, answer: Answer) -> None:
        """Send the one response to `request`."""
        seq = next(self._seq)
        if answer.error is not None:
            self._write(refusal(seq, request.seq, request.command, answer.error))
        else:
            body = self.numbering.outgoing(answer.body)
            self._write(Response(seq, request.seq, True, request.command, body=body))

    def refuse(self, bad: BadMessage) -> None:
        """Answer what is no message, where it can be seen to which request."""
        if bad.seq is not None:
            self._write(refusal(next(self._seq), bad.seq, bad.command, str(bad)))

    async def ask(self, command: str, arguments: Body) -> Response:
        """Send a request to the client and return its answer. Raises DapError when the client declines."""
        return await self._reverse.ask(command, arguments)

    def take_response(self, response: Response) -> None:
        """Take the client's answer to a request of ours; one to nothing we asked is dropped."""
        self._reverse.take_response(response)

    async def drain(self) -> None:
        """Wait while the client is far behind in reading what it is sent."""
        await self._channel.drain()

    def close(self) -> None:
        """Let the client go: what was sent still goes out."""
        self._channel.close()

    def _write(self, message: Request | Response | Event) -> None:
        self._channel.send(encode_cleaned(message))


def encode_cleaned(message: Request | Response | Event) -> bytes:
    """Return the body of a message; texts that are no UTF-8, as a path may be, are cleaned in it first."""
    try:
        return encode(message)
    except UnicodeEncodeError:
        assert not isinstance(message, Request)
        if isinstance(message, Response):
            message.message = with_clean_texts(message.message)
        message.body = with_clean_texts(message.body)
        return encode(message)
