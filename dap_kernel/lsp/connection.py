"""The connection to one debug session, as its companion. Source: `docs/protocol.md`, "Companions"."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

import msgspec

from ..client.dap_client import DapClient, Refused, ServerGone, body_of
from ..kernels.runtime.session_announcements import DebugSession
from ..protocol.messages import Body, Response

log = logging.getLogger(__name__)

AnyBody = TypeVar("AnyBody", bound=Body)
TIMEOUT_S = 10.0
ENDED = "the debug session has ended"


class CompanionConnection:
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
        self._client = DapClient(self)

    async def open(self) -> None:
        """Connect. Raises OSError."""
        self._client.begin(*await asyncio.open_unix_connection(str(self.session.socket)))

    @property
    def is_open(self) -> bool:
        return self._client.is_open

    def close(self) -> None:
        """End the connection; `on_end` is called soon."""
        self._client.close()

    async def ask(
        self,
        command: str,
        arguments: Body,
        answer: type[AnyBody],
        take: Callable[[AnyBody], None] = lambda body: None,
    ) -> AnyBody:
        """Send a request and return its response's body. Raises Refused, also when the session is gone.

        `take` is given it before any event that comes after it: whoever awaits is later than those.
        """

        def answered(response: Response) -> None:
            with suppress(Refused):  # whoever awaits gets it
                take(body_of(response, answer))

        try:
            asked = self._client.send(command, arguments, answered)
            return body_of(await asyncio.wait_for(asked, TIMEOUT_S), answer)
        except ServerGone:
            raise Refused(ENDED) from None
        except TimeoutError:
            raise Refused(f"the debug session does not answer {command}") from None

    def event_told(self, name: str, body: Any) -> None:
        self.is_let_in = True
        try:
            self._on_event(name, body)
        except msgspec.MsgspecError as error:
            log.warning("%s: %s", name, error)

    def message_lost(self, why: str) -> None:
        log.warning("%s", why)

    def connection_ended(self, error: Exception | None) -> None:
        if error is not None:
            log.warning("the debug session's connection ends: %s", error, exc_info=error)
        self._on_end()
