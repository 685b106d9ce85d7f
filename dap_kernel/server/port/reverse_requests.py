"""Requests of ours to the client, and its answers. Knows no request.

Source: DAP specification, "Reverse Requests".
"""

import asyncio
from collections.abc import Callable

from ...protocol.messages import Body, Request, Response, request
from ..errors import DapError


class ReverseRequests:
    """Requests that wait for the client's answer, by their `seq`."""

    def __init__(self, write: Callable[[Request], None], next_seq: Callable[[], int]) -> None:
        self._write = write
        self._next_seq = next_seq
        self._waiting: dict[int, asyncio.Future[Response]] = {}  # by the request's `seq`

    async def ask(self, command: str, arguments: Body) -> Response:
        """Send a request and return its answer. Raises DapError when the client declines."""
        seq = self._next_seq()
        future: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        self._waiting[seq] = future
        try:
            self._write(request(seq, command, arguments))
            response = await future
        finally:
            del self._waiting[seq]
        if not response.success:
            raise DapError(response.message or f"the editor declines {command}")
        return response

    def take_response(self, response: Response) -> None:
        """Take the client's answer; one to nothing we asked is dropped."""
        future = self._waiting.get(response.request_seq)
        if future is not None and not future.done():
            future.set_result(response)
