"""A server whose session repeats what it hears: the transports alone, in a process of their own.

    python echo_server.py [--pipe PATH | --listen HOST:PORT] [--token-file FILE]

A body `token X` tries a token, `bye` ends with a `terminated` event, `close` closes, `flood N` answers with N
bytes in messages of 1,000 and then tells, on stderr, how much was unsent at most.
"""

import sys

from dap_kernel.cli import endpoint, parser
from dap_kernel.server.errors import DapError
from dap_kernel.server.serve.clients import Client
from dap_kernel.server.serve.listen import run
from dap_kernel.server.serve.security import SecurityError


class EchoSession:
    """Every answer begins with whether its client is trusted."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def receive(self, body: bytes) -> None:
        word, _, rest = body.decode().partition(" ")
        if word == "token":
            try:
                await self._client.check_token(rest or None)
            except DapError as error:
                self._client.send(str(error).encode())
                return
        elif word == "bye":
            self._client.send(b'{"type":"event","seq":1,"event":"terminated"}')
        elif word == "close":
            self._client.close()
        elif word == "flood":
            for _ in range(int(rest) // 1000):
                self._client.send(b"x" * 1000)
                await self._client.drain()
        elif word == "print":
            print("this goes to stderr", flush=True)
        elif word == "break":
            raise ValueError(rest)
        self._client.send(f"{self._client.is_trusted} {word}".encode())

    async def gone(self) -> None:
        print("gone", file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        raise SystemExit(run(endpoint(parser().parse_args(["dap", *sys.argv[1:]])), EchoSession))
    except SecurityError as error:
        raise SystemExit(f"refused: {error}") from None
