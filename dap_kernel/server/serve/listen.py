"""Where the server is reached: stdio, a pipe, TCP; and how it ends. It knows no message.

It leaves with status 0 when stdin ends and on SIGHUP, SIGINT, SIGTERM and the like: editors stop it in all
these ways.
"""

import asyncio
import logging
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress

import msgspec

from .clients import MakeSession, serve_sockets, serve_stdio
from .security import TABLES, Guard, SecurityError, bind_pipe, is_loopback, read_token, read_token_file

log = logging.getLogger(__name__)

# All that end a process and can be taken, but for what C code raises: nothing may be left behind.
ENDING = ["HUP", "INT", "TERM", "QUIT", "USR1", "USR2", "ALRM", "VTALRM", "PROF", "XCPU", "IO", "PWR"]
SIGNALS = [signal.Signals[name] for it in ENDING if (name := f"SIG{it}") in signal.Signals.__members__]


class Endpoint(msgspec.Struct, frozen=True):
    """Where to be reached. Neither pipe nor address: stdio."""

    pipe: str | None = None
    address: tuple[str, int] | None = None
    token_file: str | None = None
    token_fd: int | None = None
    is_once: bool = False  # leave after the first client


def parse_address(text: str) -> tuple[str, int]:
    """Return host and port of `HOST:PORT`, `[HOST]:PORT`, `:PORT` or `PORT`. Raises ValueError."""
    host, _, port = text.rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        raise ValueError(f"an IPv6 address needs brackets: [{host}]:{port}")
    if not (port.isascii() and port.isdigit()) or int(port) > 65535:
        raise ValueError(f"{text!r} is no HOST:PORT")
    return host or "127.0.0.1", int(port)


def run(endpoint: Endpoint, make_session: MakeSession) -> int:
    """Serve at `endpoint` until the end; return the exit status. Raises SecurityError before it serves."""
    if endpoint.pipe is None and endpoint.address is None:
        return asyncio.run(_until_signal(lambda stop: serve_stdio(make_session, stop, *_take_stdio())))
    guard = Guard(_token(endpoint))
    return asyncio.run(_until_signal(lambda stop: _listen(endpoint, make_session, stop, guard)))


async def _listen(endpoint: Endpoint, make_session: MakeSession, stop: asyncio.Event, guard: Guard) -> None:
    """Listen and serve; the pipe is gone afterwards, while signals are yet taken."""
    with _listener(endpoint, guard) as listener:
        made = None if endpoint.pipe is None else os.stat(endpoint.pipe)
        try:
            print(f"DAP server listening at: {_name(listener)}", flush=True)
            await serve_sockets(make_session, stop, listener, guard, endpoint.is_once)
        finally:
            if endpoint.pipe is not None and made is not None:
                with suppress(OSError):
                    if os.path.samestat(os.lstat(endpoint.pipe), made):  # else it is another server's by now
                        os.unlink(endpoint.pipe)


async def _until_signal(serve: Callable[[asyncio.Event], Awaitable[None]]) -> int:
    """Serve until that ends. A signal asks for the end, and is not in the way of sessions that end."""
    stop = asyncio.Event()
    for number in SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await serve(stop)
    return 0


def _take_stdio() -> tuple[int, int]:
    """Return private copies of fd 0 and 1, which from then on are empty and stderr.

    So nothing that reads or prints, here or in a child, gets between the client and us.
    """
    read_fd, write_fd = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    sys.stdout.flush()
    os.dup2(2, 1)
    return read_fd, write_fd


def _token(endpoint: Endpoint) -> str | None:
    if endpoint.token_fd is not None:
        return read_token(endpoint.token_fd)
    return None if endpoint.token_file is None else read_token_file(endpoint.token_file)


def _listener(endpoint: Endpoint, guard: Guard) -> socket.socket:
    if os.geteuid() == 0 and not guard.has_token:
        raise SecurityError("a server that runs as root needs a token: --token-file")
    if endpoint.address is None:
        assert endpoint.pipe is not None
        return bind_pipe(endpoint.pipe)
    host, port = endpoint.address
    if not guard.has_token and not is_loopback(host):
        raise SecurityError(f"{host} is not this machine alone: that needs a token: --token-file")
    if not guard.has_token and not os.path.exists(TABLES[0]):
        raise SecurityError("this system does not tell who connects: use --token-file, or --pipe")
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family)
    except OSError as error:
        raise SecurityError(f"{host}:{port} cannot be listened at: {error.strerror}") from None


def _name(listener: socket.socket) -> str:
    name = listener.getsockname()
    if isinstance(name, str):
        return name
    return f"[{name[0]}]:{name[1]}" if listener.family == socket.AF_INET6 else f"{name[0]}:{name[1]}"
