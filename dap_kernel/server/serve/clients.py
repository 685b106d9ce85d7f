"""Clients, each with its own session. It knows how they come and leave, not what they ask.

One client is served at a time, and has the floor; the next waits. Nobody gets it who is not trusted:
strangers are listened to meanwhile, so that one who is silent keeps nobody waiting. A client that is silent
where it should speak is left: in the middle of a header, before it is known to be trusted, and after
`terminated`.
"""

import asyncio
import logging
import socket
from collections.abc import Callable
from typing import Protocol

from ...protocol.framing import Framer, FramingError
from ..errors import DapError
from .redact import shown
from .security import Guard, Peer
from .transport import Connection, SocketConnection, StdioConnection, notice_loss

log = logging.getLogger(__name__)

HEADER_S = 10.0  # for a header on a socket, from its first byte
TRUST_S = 30.0  # for a socket's peer to say who it is
LINGER_S = 5.0  # of silence after `terminated`, until the server leaves
GONE_S = 15.0  # for a session to end
MOST_STRANGERS = 8  # connections whose peers are not trusted yet; the oldest has to go for one more
MOST_KEPT = 2**20  # bytes of a client that waits for the floor
MAX_UNSENT = 16 * 2**20  # bytes a client may leave unread before its requests wait


class ServedSession(Protocol):
    """What a client talks to."""

    async def receive(self, body: bytes) -> None:
        """Take the body of a message of the client's; return when the next one may come."""

    async def gone(self) -> None:
        """End what is left to end: the client is gone."""


MakeSession = Callable[["Client"], ServedSession]


class Client:
    """One client, from its first byte to its last."""

    def __init__(
        self, connection: Connection, make_session: MakeSession, peer: Peer | None, floor: asyncio.Lock
    ) -> None:
        """`peer` None: a client on stdio, whoever started the server."""
        self._connection = connection
        self._peer = peer
        self._floor = floor
        self.has_floor = False
        self._is_known = False  # It has shown that it may use the server; it may still wait for the floor.
        self._is_leaving = False
        self._kept: list[bytes] = []  # what it has said while it waited
        self.is_trusted = peer is None or peer.is_known
        self._timers: dict[str, asyncio.TimerHandle] = {}  # by the reason to leave
        self._has_terminated = False
        self._session = make_session(self)

    @property
    def is_stranger(self) -> bool:
        """Whether it is there, and its peer has not shown yet that it may use the server."""
        return not (self.is_trusted or self._is_known or self._is_leaving)

    async def serve(self) -> None:
        """Return when the client is gone, or had to go; its session has ended then."""
        framer = Framer()
        try:
            if not self.is_trusted:
                self._leave_in("trust", TRUST_S)
            elif not await self._take_floor():
                return
            while data := await self._read():
                for body in framer.feed(data):
                    await self._receive(body)
                self._watch_header(framer)
        except FramingError as error:
            log.warning("the connection ends: %s", error)
        finally:
            for timer in self._timers.values():
                timer.cancel()
            try:
                await asyncio.wait_for(self._session.gone(), GONE_S)
            except Exception:
                log.exception("the session did not end well")
            await self._connection.finish()
            if self.has_floor:
                self._floor.release()

    def leave(self) -> None:
        """Close the connection: `serve` returns soon."""
        self._is_leaving = True
        self._connection.close()

    def close(self) -> None:
        """Close the connection for the session: what was sent still goes out."""
        self._connection.close()

    async def drain(self) -> None:
        """Wait while the client is far behind in reading what it is sent."""
        await self._connection.drain()

    async def _take_floor(self) -> bool:
        """Wait until nobody else is served; return False when the client has left before."""
        self._stay("header")
        if not self._floor.locked():
            self.has_floor = await self._floor.acquire()
            return True
        acquiring = asyncio.create_task(self._floor.acquire())
        listening = asyncio.create_task(self._listen())
        await asyncio.wait([acquiring, listening], return_when=asyncio.FIRST_COMPLETED)
        if listening.done() and not listening.result():
            acquiring.cancel()
        await asyncio.wait([acquiring])
        listening.cancel()
        await asyncio.wait([listening])
        self.has_floor = not acquiring.cancelled()
        return self.has_floor

    async def _listen(self) -> bool:
        """Keep what the client says; return False when it is gone, True when that is too much."""
        while sum(map(len, self._kept)) < MOST_KEPT:
            if not (data := await self._connection.read()):
                return False
            self._kept.append(data)
        return True

    async def _read(self) -> bytes:
        return self._kept.pop(0) if self._kept else await self._connection.read()

    async def _receive(self, body: bytes) -> None:
        _log_message("<-", body)
        if self._has_terminated:
            self._leave_in("linger", LINGER_S)
        try:
            await self._session.receive(body)
        except Exception:
            log.exception("a message was lost")
        if self._connection.unsent_bytes > MAX_UNSENT:
            await self._connection.drain()

    def send(self, body: bytes) -> None:
        """Send the body of a message; after `terminated` the client is expected to leave."""
        _log_message("->", body)
        self._connection.send(body)
        if b'"event":"terminated"' in body[:80]:
            self._has_terminated = True
            self._leave_in("linger", LINGER_S)

    async def check_token(self, token: str | None) -> None:
        """Return when the peer may launch and attach: it is trusted, and has the floor. Raises DapError."""
        if self._peer is not None and not self.is_trusted:
            self._peer.check(token)
            self._is_known = True
            self._stay("trust")
            if not await self._take_floor():
                raise DapError("the client has left")
        self.is_trusted = True

    def _watch_header(self, framer: Framer) -> None:
        if not framer.is_in_header or self._peer is None:
            self._stay("header")
        elif "header" not in self._timers:
            self._leave_in("header", HEADER_S)

    def _leave_in(self, reason: str, seconds: float) -> None:
        self._stay(reason)
        loop = asyncio.get_running_loop()
        self._timers[reason] = loop.call_later(seconds, self._leave, reason)

    def _stay(self, reason: str) -> None:
        if timer := self._timers.pop(reason, None):
            timer.cancel()

    def _leave(self, reason: str) -> None:
        log.info("the connection ends: silence (%s)", reason)
        self.leave()


def _log_message(arrow: str, body: bytes) -> None:
    if log.isEnabledFor(logging.DEBUG):
        log.debug("%s %s", arrow, shown(body))


async def serve_stdio(make_session: MakeSession, stop: asyncio.Event, read_fd: int, write_fd: int) -> None:
    """Serve the one client that started this server, until it leaves or `stop` is set."""
    connection = StdioConnection(read_fd, write_fd)
    await _serve(connection, Client(connection, make_session, None, asyncio.Lock()), stop)


async def serve_sockets(
    make_session: MakeSession, stop: asyncio.Event, listener: socket.socket, guard: Guard, is_once: bool
) -> None:
    """Serve whoever connects, one after another, until `stop` is set; `is_once`: until the first has left."""
    listener.setblocking(False)
    floor, serving = asyncio.Lock(), dict[Client, asyncio.Task[None]]()
    while (accepted := await _accept(listener, stop)) is not None:
        peer = Peer(accepted, guard)
        if peer.is_hopeless:
            log.warning("a connection of another user was refused")
            accepted.close()
            continue
        notice_loss(accepted)
        reader, writer = await asyncio.open_connection(sock=accepted)
        connection = SocketConnection(reader, writer)
        client = Client(connection, make_session, peer, floor)
        task = asyncio.create_task(_serve(connection, client, stop))
        serving[client] = task

        def left(_: object, client: Client = client) -> None:
            del serving[client]
            if is_once and client.has_floor:
                stop.set()

        task.add_done_callback(left)
        strangers = [it for it in serving if it.is_stranger]
        for it in strangers[: max(len(strangers) - MOST_STRANGERS, 0)]:
            log.warning("a connection ends: there are too many that are not known to be yours")
            it.leave()
    await asyncio.gather(*serving.values(), return_exceptions=True)


async def _serve(connection: Connection, client: Client, stop: asyncio.Event) -> None:
    stopping = asyncio.create_task(stop.wait())
    stopping.add_done_callback(lambda _: connection.close())
    try:
        await client.serve()
    finally:
        stopping.cancel()


async def _accept(listener: socket.socket, stop: asyncio.Event) -> socket.socket | None:
    """Return the next connection, None when `stop` is set first."""
    accepting = asyncio.create_task(asyncio.get_running_loop().sock_accept(listener))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([accepting, stopping], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not accepting.done():
        accepting.cancel()
        return None
    accepted, _ = accepting.result()
    if accepted.family != socket.AF_UNIX:
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return accepted
