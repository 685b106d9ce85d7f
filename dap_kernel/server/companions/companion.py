"""A companion: a second client of a session, as the LSP server of the same editor is one.

It comes in by `serve/companion_door.py`, speaks DAP's framing, asks a short list of requests, and hears the
events that tell a notebook's state. Lines and columns are 1-based for it. It never comes in the session's
way: one that does not read what it is sent is dropped.
"""

import asyncio
import itertools
import logging

from msgspec.structs import replace

from ...protocol.breakpoints import BreakpointEvent
from ...protocol.execution import StoppedEvent
from ...protocol.framing import Framer, FramingError, frame
from ...protocol.messages import BadMessage, Body, Event, EventBody, Request, Response, decode, refusal
from ...protocol.notebook import (
    NotebookBreakpointsEvent,
    NotebookCellsResponse,
    NotebookChangedEvent,
    NotebookKernelEvent,
    NotebookRunArguments,
    NotebookSyncArguments,
)
from ...protocol.variables import EvaluateArguments
from ..dispatcher import Dispatcher
from ..errors import DapError
from ..flows.text_changes import sync, synced_response, text_changed
from ..port.client_port import encode_cleaned
from ..port.numbering import Numbering
from ..registry import Answer, Handler, Run, Then, registry
from ..session import Session
from ..texts.documents import Text

log = logging.getLogger(__name__)

REQUESTS = {
    *("notebookCells", "notebookRun", "notebookSync", "notebookInterrupt", "restart"),
    *("notebookTable", "notebookVariables"),
    *("threads", "stackTrace", "scopes", "variables", "evaluate", "completions", "source"),
}
EVENTS = {
    *("notebookBreakpoints", "notebookCell", "notebookChanged", "notebookKernel", "notebookLine"),
    "notebookVariablesChanged",
    *("continued", "invalidated", "stopped", "terminated"),
}
CONTEXTS = ("hover", "watch")  # of `evaluate`
MAX_UNSENT = 4 * 2**20  # bytes that a companion may leave unread
MAX_PENDING = 32  # requests of a companion's that are not answered yet; it is not read meanwhile
CHUNK = 65536  # bytes


class Companion:
    """One companion, from its connection to its end."""

    def __init__(
        self,
        session: Session,
        dispatcher: Dispatcher,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._session = session
        self._dispatcher = dispatcher
        self._reader = reader
        self._writer = writer
        self._seq = itertools.count(1)
        self._handlers = self._own_handlers()
        self._synced: dict[str, Text] = {}  # by path: the texts that this companion has given
        self._room = asyncio.Semaphore(MAX_PENDING)
        self._are_breakpoints_due = False  # they have changed, which is about to be told
        self._longest = 0  # bytes, of what it was sent so far

    async def serve(self) -> None:
        """Say how things are, then answer until the companion leaves."""
        framer = Framer()
        self._session.port.audience.join(self)
        self._tell_state()
        try:
            while data := await self._reader.read(CHUNK):
                for body in framer.feed(data):
                    await self._take_message(body)
        except (FramingError, OSError) as error:
            log.info("a companion's connection ends: %s", error)
        finally:
            self._session.port.audience.leave(self)
            self._writer.close()
            self._take_texts_back()

    def send_event(self, event: EventBody) -> None:
        """Tell of an event that a companion wants to know of; of breakpoints it hears in another form."""
        if event.event in EVENTS:
            self._write(Event(next(self._seq), event.event, event))
        if isinstance(event, BreakpointEvent):
            self.breakpoints_changed()

    def breakpoints_changed(self) -> None:
        """Tell how the breakpoints are now, once for all that changes at a time."""
        if not self._are_breakpoints_due:
            self._are_breakpoints_due = True
            asyncio.get_running_loop().call_soon(self._tell_breakpoints)

    def _tell_breakpoints(self) -> None:
        self._are_breakpoints_due = False
        self.send_event(NotebookBreakpointsEvent(self._session.breakpoints.all()))

    def _tell_state(self) -> None:
        session = self._session
        self.send_event(NotebookKernelEvent(session.kernel_state_events.state))
        self.send_event(NotebookBreakpointsEvent(session.breakpoints.all()))
        for stop in session.threads.stops.values():
            self.send_event(StoppedEvent(stop.reason, stop.thread))

    async def _take_message(self, body: bytes) -> None:
        try:
            message = decode(body)
        except BadMessage as bad:
            log.warning("a companion: %s", bad)
            if bad.seq is not None:
                self._write(refusal(next(self._seq), bad.seq, bad.command, str(bad)))
            return
        if isinstance(message, Request):
            await self._room.acquire()
            self._session.tasks.spawn(self._handle(message))

    async def _handle(self, request: Request) -> None:
        try:
            answer = await self._answer(request)
        finally:
            self._room.release()
        if isinstance(answer.body, NotebookCellsResponse):
            for cell in answer.body.cells:
                self._session.cell_events.add_traceback(cell)  # it may not have been there when it was told
        seq = next(self._seq)
        if answer.error is not None:
            self._write(refusal(seq, request.seq, request.command, answer.error))
        else:
            self._write(Response(seq, request.seq, True, request.command, body=answer.body))
        if answer.do is not None:
            self._dispatcher.follow(request, answer.do)

    async def _answer(self, request: Request) -> Answer:
        if request.command not in self._handlers:
            return Answer(error=f"{request.command!r} is not for companions")
        return await self._dispatcher.answer(request, Numbering(), self._handlers)

    def _own_handlers(self) -> dict[str, Handler]:
        """Return the handlers of what a companion may ask: the client's, but for three."""
        handlers = {it: registry.handlers[it] for it in REQUESTS}
        own: dict[str, Run] = {
            "evaluate": self._evaluate,
            "notebookRun": self._notebook_run,
            "notebookSync": self._notebook_sync,
        }
        return handlers | {it: replace(handlers[it], run=run) for it, run in own.items()}

    async def _evaluate(self, session: Session, args: EvaluateArguments) -> Body | Then | None:
        if args.context not in CONTEXTS:
            raise DapError(f"a companion evaluates for {' and '.join(CONTEXTS)} only, not for {args.context}")
        return await registry.handlers["evaluate"].run(session, args)

    async def _notebook_run(self, session: Session, args: NotebookRunArguments) -> Body | Then | None:
        if session.options.no_debug and not args.no_debug:
            raise DapError("nothing stops in this session: end it, and start one with a debugger")
        return await registry.handlers["notebookRun"].run(session, args)

    async def _notebook_sync(self, session: Session, args: NotebookSyncArguments) -> Body:
        text = sync(session, args, self)
        self._synced[text.path] = text
        return synced_response(session, text)

    def _take_texts_back(self) -> None:
        """What the companion said of a text holds no longer: the disk does."""
        own = [it for it in self._synced.values() if it.synced_by is self and it.document.is_synced]
        changed = [it for it in own if it.document.sync(None)]
        if changed and self._session.lifecycle.is_live:
            text_changed(self._session)
        if own:
            self._session.port.audience.send_event(NotebookChangedEvent(is_free=True))

    def _write(self, message: Response | Event) -> None:
        if self._writer.is_closing():
            return
        body = encode_cleaned(message)
        if self._writer.transport.get_write_buffer_size() - self._longest > MAX_UNSENT:
            log.warning("a companion was dropped: it does not read what it is sent")
            self._writer.transport.abort()
            return
        # Even a companion that reads takes a while for one long message: that is no reason to drop it.
        self._longest = max(self._longest, len(body))
        self._writer.write(frame(body))
