"""Jupyter's messages to a kernel of this machine: requests on a channel of its, and their replies.

Imports pyzmq when the first channel is opened. Source: Jupyter's messaging protocol 5.3, "The wire protocol".
"""

import asyncio
import hashlib
import hmac
import json
import logging
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec

from ..errors import KernelDied
from .connection import KernelConnection

log = logging.getLogger(__name__)

DELIMITER = b"<IDS|MSG>"
PROTOCOL = "5.3"
NO_ZMQ = "to reach a kernel of Jupyter's the debugger needs pyzmq: install dap-kernel[jupyter] beside it"

Content = dict[str, Any]


def packed(key: str, session: str, kind: str, content: Content, metadata: Content) -> tuple[str, list[bytes]]:
    """Return the id of a new message, and its parts."""
    id = uuid.uuid4().hex
    header = {
        "msg_id": id,
        "session": session,
        "username": "dap_kernel",
        "date": datetime.now(UTC).isoformat(),
        "msg_type": kind,
        "version": PROTOCOL,
    }
    parts = [json.dumps(it).encode() for it in (header, {}, metadata, content)]
    return id, [DELIMITER, signature(key, parts), *parts]


def signature(key: str, parts: list[bytes]) -> bytes:
    """Return what signs a message's parts; b"" without a key."""
    if not key:
        return b""
    signed = hmac.new(key.encode(), digestmod=hashlib.sha256)
    for it in parts:
        signed.update(it)
    return signed.hexdigest().encode()


class JupyterMessage(msgspec.Struct, frozen=True):
    """A message from a kernel."""

    kind: str
    parent_id: str  # of the request that it is about; "": of none
    content: Content


OnMessage = Callable[[JupyterMessage], None]


def unpacked(key: str, parts: list[bytes]) -> JupyterMessage:
    """Return what a message says. Raises ValueError, KeyError, TypeError, AttributeError for what is none."""
    at = parts.index(DELIMITER)
    signed, *told = parts[at + 1 : at + 6]  # raw data may follow
    if not hmac.compare_digest(signed, signature(key, told)):
        raise ValueError("its signature is wrong")
    header, parent, _, content = map(json.loads, told)
    return JupyterMessage(str(header["msg_type"]), str(parent.get("msg_id", "")), content)


class JupyterSocket:
    """One of a kernel's ports, read and written message by message. On the event loop's thread."""

    def __init__(self, connection: KernelConnection, port: int, kind: str, on_message: OnMessage) -> None:
        """`kind` is ZeroMQ's name of the socket: "DEALER" or "SUB". Raises KernelDied without pyzmq."""
        try:
            import zmq
            import zmq.asyncio
        except ImportError:
            raise KernelDied(NO_ZMQ) from None
        if connection.signature_scheme != "hmac-sha256":
            raise KernelDied(f"messages of this kernel are signed by {connection.signature_scheme}")
        self._key = connection.key
        self._session = uuid.uuid4().hex
        self._on_message = on_message
        self._context = zmq.asyncio.Context()
        self._socket = self._context.socket(getattr(zmq, kind))
        self._socket.setsockopt(zmq.LINGER, 0)
        if kind == "SUB":
            self._socket.setsockopt(zmq.SUBSCRIBE, b"")
        if connection.server_key:
            public, secret = zmq.curve_keypair()
            self._socket.setsockopt(zmq.CURVE_PUBLICKEY, public)
            self._socket.setsockopt(zmq.CURVE_SECRETKEY, secret)
            self._socket.setsockopt(zmq.CURVE_SERVERKEY, connection.server_key.encode())
        self._socket.connect(connection.address(port))
        self._reading = asyncio.get_running_loop().create_task(self._read())

    async def send(self, kind: str, content: Content, metadata: Content | None = None) -> str:
        """Send a message; return its id."""
        id, parts = packed(self._key, self._session, kind, content, metadata or {})
        await self._socket.send_multipart(parts)
        return id

    def close(self) -> None:
        """Hear nothing more."""
        self._reading.cancel()
        self._context.destroy(linger=0)

    async def _read(self) -> None:
        while True:
            parts = await self._socket.recv_multipart()
            try:
                told = unpacked(self._key, parts)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                log.warning("dropped a message of a Jupyter kernel: %s", error)
                continue
            self._on_message(told)


class RequestChannel:
    """The control or the shell channel of a kernel, with requests that wait for their replies."""

    def __init__(self, connection: KernelConnection, port: int) -> None:
        """Raises KernelDied without pyzmq."""
        self._socket = JupyterSocket(connection, port, "DEALER", self._take)
        self._waiting: dict[str, asyncio.Future[Content]] = {}  # by the request's id

    async def request(
        self,
        kind: str,
        content: Content,
        metadata: Content | None = None,
        on_sent: Callable[[str], None] = lambda id: None,
    ) -> Content:
        """Send a request and return its reply's content, however long that takes; `on_sent` gets its id."""
        id = await self._socket.send(kind, content, metadata)
        reply: asyncio.Future[Content] = asyncio.get_running_loop().create_future()
        self._waiting[id] = reply
        on_sent(id)
        try:
            return await reply
        finally:
            self._waiting.pop(id, None)

    def close(self) -> None:
        """Forget all requests under way; those that were sent are done all the same."""
        self._socket.close()

    def _take(self, told: JupyterMessage) -> None:
        waiting = self._waiting.get(told.parent_id)
        if waiting is not None and not waiting.done():
            waiting.set_result(told.content)
