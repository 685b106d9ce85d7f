"""Companions: second clients of a session, as the LSP server of the same editor is one.

They find the session in the private runtime folder (`kernels/runtime/session_announcements.py`), speak DAP's
framing, ask a short list of requests, and hear the events that tell a notebook's state. Lines and columns are
1-based for them. They never come in the session's way: who does not read what it is sent is dropped.
"""

import asyncio
import itertools
import logging
import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ...kernels.errors import RuntimeFolderError
from ...kernels.runtime.announcements import runtime_folder
from ...kernels.runtime.session_announcements import announce, socket_of, withdraw
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
from ..errors import DapError
from ..flows.text_changes import sync, synced_response, text_changed
from ..port.client_port import encode_cleaned
from ..port.numbering import Numbering
from ..serve.security import SecurityError, bind_pipe, peer_uid

if TYPE_CHECKING:
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
MOST = 8  # companions at once
MAX_UNSENT = 4 * 2**20  # bytes that a companion may leave unread
MAX_PENDING = 32  # requests of a companion's that are not answered yet; it is not read meanwhile
CHUNK = 65536  # bytes

_numbers = itertools.count(1)  # of this process's sessions


class Companions:
    """See the module."""

    def __init__(self, session: "Session") -> None:
        self._session = session
        self._id = f"{os.getpid()}-{next(_numbers)}"
        self._folder: Path | None = None  # where the session is announced
        self._server: asyncio.Server | None = None
        self._is_over = False
        self._present: list[Companion] = []

    async def open(self) -> None:
        """Listen for companions from now on. A session that cannot goes without."""
        main = self._session.documents.main
        if main is None or self._is_over or self._server is not None:
            return
        try:
            folder = runtime_folder()
            listener = bind_pipe(str(socket_of(folder, self._id)))
            self._folder = folder
            self._server = await asyncio.start_unix_server(self._connected, sock=listener)
            announce(folder, self._id, main.path, main.notebook.format.value)
        except (OSError, UnicodeEncodeError, RuntimeFolderError, SecurityError) as error:
            log.warning("this session takes no companions: %s", error)
        if self._is_over:  # meanwhile
            self.close()

    def move(self) -> None:
        """Announce the notebook where it is now."""
        main = self._session.documents.main
        if self._folder is None or main is None:
            return
        try:
            announce(self._folder, self._id, main.path, main.notebook.format.value)
        except (OSError, UnicodeEncodeError) as error:
            log.warning("companions do not find this session any more: %s", error)

    def close(self) -> None:
        """The session is over: nobody is let in any more, and who is there sees the end of the stream."""
        self._is_over = True
        if self._folder is not None:
            withdraw(self._folder, self._id)
            self._folder = None
        if self._server is not None:
            self._server.close()
            self._server = None
        for it in list(self._present):
            it.leave()

    def breakpoints_changed(self) -> None:
        """Tell all of them how the breakpoints are now, soon."""
        for it in self._present:
            it.breakpoints_changed()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected: socket.socket = writer.get_extra_info("socket")
        if peer_uid(connected) != os.geteuid() or len(self._present) >= MOST or self._is_over:
            log.warning("a companion was refused: another user's, or one too many")
            writer.close()
            return
        companion = Companion(self._session, reader, writer)
        self._present.append(companion)
        self._session.port.audience.join(companion)
        try:
            await companion.serve()
        finally:
            self._session.port.audience.leave(companion)
            self._present.remove(companion)


class Companion:
    """One of them."""

    def __init__(
        self, session: "Session", reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._session = session
        self._reader = reader
        self._writer = writer
        self._seq = itertools.count(1)
        self._synced: dict[str, Text] = {}  # what it has given the text of, by path
        self._room = asyncio.Semaphore(MAX_PENDING)
        self._are_breakpoints_due = False  # they have changed, which is about to be told
        self._longest = 0  # bytes, of what it was sent so far

    async def serve(self) -> None:
        """Say how things are, then answer until the companion leaves."""
        framer = Framer()
        self._tell_state()
        try:
            while data := await self._reader.read(CHUNK):
                for body in framer.feed(data):
                    await self._take(body)
        except (FramingError, OSError) as error:
            log.info("a companion's connection ends: %s", error)
        finally:
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

    def leave(self) -> None:
        """End the connection: what was sent still goes out, if it is read."""
        self._writer.close()

    def _tell_state(self) -> None:
        session = self._session
        self.send_event(NotebookKernelEvent(session.kernel_state_events.state))
        self.send_event(NotebookBreakpointsEvent(session.breakpoints.all()))
        for stop in session.threads.stops.values():
            self.send_event(StoppedEvent(stop.reason, stop.thread))

    async def _take(self, body: bytes) -> None:
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
            answer = await self._session.answer(request, Numbering(), self._instead)
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
            self._session.do(request, answer.do)

    def _instead(self, request: Request) -> Body | None:
        """Refuse what is not for companions; answer what they are answered in another way than clients."""
        if request.command not in REQUESTS:
            raise DapError(f"{request.command!r} is not for companions")
        if request.command == "evaluate":
            context = msgspec.json.decode(request.arguments, type=dict[str, object]).get("context")
            if context not in CONTEXTS:
                raise DapError(f"a companion evaluates for {' and '.join(CONTEXTS)} only, not for {context}")
        if request.command == "notebookRun" and self._session.options.no_debug:
            run = msgspec.json.decode(request.arguments, type=NotebookRunArguments)
            if not run.no_debug:
                raise DapError("nothing stops in this session: end it, and start one with a debugger")
        if request.command != "notebookSync":
            return None
        args = msgspec.json.decode(request.arguments, type=NotebookSyncArguments)
        text = sync(self._session, args, self)
        self._synced[text.path] = text
        return synced_response(self._session, text)

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
        self._longest = max(self._longest, len(body))  # what is long takes even a reader its time
        self._writer.write(frame(body))
