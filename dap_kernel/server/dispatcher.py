"""Requests to their handlers, and exceptions to responses: the one place where that is done.

Knows no request: those are in `requests/`. A companion's requests are answered here, too, by handlers that it
brings along.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from ..protocol.messages import BadMessage, Body, Request, Response, decode
from .errors import Cancelled, DapError, NotStopped
from .flows.ending import ended_without_goodbye
from .phases import Phase, after
from .port.client_port import OUR_OWN
from .port.numbering import Numbering
from .port.quirks import as_meant
from .registry import Answer, Handler, Then, registry
from .serve.admission import Admission, why_refused
from .session import Session

log = logging.getLogger(__name__)

UNTRUSTED = ("initialize", "launch", "attach", "disconnect", "terminate")  # answered to anybody


class Dispatcher:
    """One client's, for its session. All of it is done on the event loop's thread."""

    def __init__(self, session: Session, admission: Admission) -> None:
        self._session = session
        self._admission = admission

    async def receive(self, body: bytes) -> None:
        """Take a message of the client's. Requests begin in order and may be answered in another."""
        session = self._session
        try:
            message = decode(body)
        except BadMessage as bad:
            log.warning("%s", bad)
            session.port.refuse(bad)
            return
        if isinstance(message, Request):
            if not self._admission.is_trusted:
                why = await why_refused(message, self._admission)
                if why is not None:
                    session.port.respond(message, Answer(error=why))
                    return
            session.tasks.begin(message.seq, message.command, self._handle(message))
        elif isinstance(message, Response):
            session.port.take_response(message)

    async def gone(self) -> None:
        """Do what is left to do when the client is lost. One that has said goodbye gets what it asked for."""
        await self._session.tasks.end()
        self._session.companion_door.close()
        await ended_without_goodbye(self._session)

    async def answer(self, request: Request, numbering: Numbering, handlers: Mapping[str, Handler]) -> Answer:
        """Return the answer of one of `handlers` to a request; `numbering`: how who asks counts lines."""
        try:
            found = await self._run(request, numbering, handlers)
            return Answer(found.body, do=found.do) if isinstance(found, Then) else Answer(found)
        except DapError as refusal:
            return Answer(error=str(refusal))
        except msgspec.MsgspecError as invalid:
            return Answer(error=f"{request.command}: {invalid}")
        except Exception:
            log.exception("%s failed", request.command)
            return Answer(error=f"{request.command}: internal error")

    def follow(self, request: Request, do: Callable[[], None]) -> None:
        """Do what had to wait for the response; what goes wrong can only be said."""
        try:
            do()
        except DapError as refusal:
            self._session.output.say(f"{request.command}: {refusal}", "stderr")
        except Exception:
            log.exception("what follows %s failed", request.command)

    async def _handle(self, request: Request) -> None:
        """Send the one response to a request of the client's, then do what had to wait for it."""
        port = self._session.port
        if request.command.startswith(OUR_OWN):
            port.want_notebook_events()
        answer = await self._answer_client(as_meant(request, port.quirks))
        port.respond(request, answer)
        if answer.do is not None:
            self.follow(request, answer.do)

    async def _answer_client(self, request: Request) -> Answer:
        """Return the answer to a request of the client's, which it may cancel, also before it begins."""
        tasks = self._session.tasks
        if tasks.was_cancelled(request.seq):
            return Answer(error=str(Cancelled()))
        try:
            return await self.answer(request, self._session.port.numbering, registry.handlers)
        except asyncio.CancelledError:
            if not tasks.was_cancelled(request.seq):
                raise
            return Answer(error=str(Cancelled()))

    async def _run(
        self, request: Request, numbering: Numbering, handlers: Mapping[str, Handler]
    ) -> Body | Then | None:
        session, command = self._session, request.command
        handler = handlers.get(command)
        if handler is None:
            raise DapError(f"unsupported request {command!r}")
        if not self._admission.is_trusted and command not in UNTRUSTED:
            raise DapError("this connection is not trusted yet: launch or attach must come first")
        if session.lifecycle.phase is Phase.NEW and command not in UNTRUSTED:
            after(session.lifecycle.phase, command)
        if handler.stopped and not session.threads.stops:
            raise NotStopped
        arguments = numbering.incoming(command, bytes(request.arguments))
        args: Any = msgspec.json.decode(arguments, type=handler.arguments)
        if paths := session.sources.paths_in(args):
            await session.documents.ready(paths)
        return await handler.run(session, args)
