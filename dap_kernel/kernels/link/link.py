"""The wire's end in the server: frames in, messages out.

Knows the form of messages, and nothing of what they mean.
"""

import asyncio
import logging
import socket
from collections.abc import Callable
from typing import get_args

import msgspec

from ...agent.wire import messages as wire
from ...agent.wire.codec import MAX_FRAME, encode
from ..limits import MOST_TOLD, cut

log = logging.getLogger(__name__)


class Kind(msgspec.Struct):
    kind: str


class KernelReply(msgspec.Struct):
    """`wire.Reply`, its result not decoded yet: only the caller knows its type."""

    id: int
    result: msgspec.Raw = msgspec.Raw(b"null")
    error: str | None = None


class Lost(msgspec.Struct, frozen=True):
    """The wire has ended; nothing follows."""


Message = wire.Notification | KernelReply

DECODERS: dict[str, msgspec.json.Decoder[Message]] = {
    it.__name__: msgspec.json.Decoder(KernelReply if it is wire.Reply else it)
    for it in get_args(wire.Notification)
}
KIND = msgspec.json.Decoder(Kind)


class Framer:
    """Split the wire's bytes into bodies. No I/O."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self.problem = ""  # why nothing more can be read

    def feed(self, data: bytes) -> list[bytes]:
        """Add `data`; return the bodies it completed, those before a frame that is too long, too."""
        self._buffer += data
        bodies, start, size = [], 0, len(self._buffer)
        while size - start >= 4:
            length = int.from_bytes(self._buffer[start : start + 4], "big")
            if length > MAX_FRAME:
                self.problem = f"a frame of {length} bytes"
                break
            if size - start - 4 < length:
                break
            start += 4 + length
            bodies.append(bytes(self._buffer[start - length : start]))
        del self._buffer[:start]
        return bodies


def decode(body: bytes) -> Message | None:
    """Return the message in a frame, or None, logged, when it is none."""
    try:
        message = DECODERS[KIND.decode(body).kind].decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, KeyError, RecursionError) as error:
        log.warning("dropped a frame of %d bytes from the kernel: %s", len(body), type(error).__name__)
        return None
    if len(body) <= MOST_TOLD:
        return message
    if isinstance(message, KernelReply):
        message.error = cut(message.error, MOST_TOLD)
        return message
    return cut(message, MOST_TOLD)


class Link(asyncio.Protocol):
    """One wire. Calls `on_message` for each message in order, then once with Lost."""

    def __init__(self, on_message: Callable[[Message | Lost], None]) -> None:
        self._on_message = on_message
        self._framer = Framer()
        self._transport: asyncio.Transport | None = None

    async def open(self, wire_socket: socket.socket) -> None:
        """Read from `wire_socket`, which this link owns from here on."""
        wire_socket.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.create_unix_connection(lambda: self, sock=wire_socket)

    def send(self, command: wire.Command, id: int) -> None:
        """Send a command; dropped when the wire has ended."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(encode(command, id))

    def hold(self) -> None:
        """Read nothing until `release()`."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()

    def release(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def finish(self) -> None:
        """Send no more: the other end reads the wire's end, and may still say something."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write_eof()

    def close(self) -> None:
        """End the wire, once what was sent is written: the agent reads its end."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Hand on each whole message of what has come. A frame that cannot be read closes the link."""
        for body in self._framer.feed(data):
            message = decode(body)
            log.debug("kernel: %s of %d bytes", type(message).__name__, len(body))
            if message is not None:
                self._on_message(message)
        if self._framer.problem:
            log.warning("the kernel's wire cannot be read any further: %s", self._framer.problem)
            self.close()

    def connection_lost(self, error: Exception | None) -> None:
        self._on_message(Lost())
