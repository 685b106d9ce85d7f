"""A server whose session repeats what it hears: the transports alone, in a process of their own.

    python echo_server.py [--pipe PATH | --listen HOST:PORT] [--token-file FILE]

A body `token X` tries a token, `bye` ends with a `terminated` event, `close` closes, `flood N` answers with N
bytes in messages of 1,000 and then tells, on stderr, how much was unsent at most.
"""

import sys
from collections.abc import Awaitable, Callable

from dap_kernel.cli import parser, place
from dap_kernel.server.errors import DapError
from dap_kernel.server.serve.listen import run
from dap_kernel.server.serve.security import SecurityError


class EchoSession:
    """Every answer begins with whether its client is trusted."""

    is_trusted: bool
    check_token: Callable[[str | None], Awaitable[None]]
    drain: Callable[[], Awaitable[None]]

    def __init__(self, send: Callable[[bytes], None], close: Callable[[], None]) -> None:
        self._send = send
        self._close = close

    async def receive(self, body: bytes) -> None:
        word, _, rest = body.decode().partition(" ")
        if word == "token":
            try:
                await self.check_token(rest or None)
            except DapError as error:
                self._send(str(error).encode())
                return
        elif word == "bye":
            self._send(b'{"type":"event","seq":1,"event":"terminated"}')
        elif word == "close":
            self._close()
        elif word == "flood":
            for _ in range(int(rest) // 1000):
                self._send(b"x" * 1000)
                await self.drain()
        elif word == "print":
            print("this goes to stderr", flush=True)
        elif word == "break":
            raise ValueError(rest)
        self._send(f"{self.is_trusted} {word}".encode())

    async def gone(self) -> None:
        print("gone", file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        raise SystemExit(run(place(parser().parse_args(["dap", *sys.argv[1:]])), EchoSession))
    except SecurityError as error:
        raise SystemExit(f"refused: {error}") from None
