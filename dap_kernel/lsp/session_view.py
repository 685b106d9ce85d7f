"""A book's debug session: what is asked and told over the connection, and the text that it is given.

Answers and events are taken in the order in which they come. Knows no feature.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import msgspec

from ..client.dap_client import Refused
from ..protocol.execution import ContinuedEvent, StoppedEvent
from ..protocol.notebook import (
    NotebookBreakpointsEvent,
    NotebookCell,
    NotebookCellEvent,
    NotebookCellsArguments,
    NotebookCellsResponse,
    NotebookChangedEvent,
    NotebookKernelEvent,
    NotebookSyncArguments,
    NotebookSyncResponse,
    SyncedCell,
)
from .connection import ENDED, CompanionConnection
from .debug_state import DebugState
from .open_notebooks import OpenNotebook

log = logging.getLogger(__name__)

FRESH = ("notStarted", "starting", "dead")  # states of a kernel in which nothing has run
SETTLE_S = 2.0  # until the session's own client has told it what is typed here, too


class SessionView:
    """What a session has told of a notebook, and is given.

    `changed` is called when something was told, `spawn` does work beside all else.
    """

    def __init__(
        self,
        book: OpenNotebook,
        link: CompanionConnection,
        changed: Callable[[], None],
        spawn: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        self.link = link
        self.live = DebugState()
        self.frames: dict[int, Any] = {}  # of a stopped thread, once asked for
        self._book = book
        self._changed = changed
        self._spawn = spawn
        self._version = -1  # of the book, that was given
        self._has_given = False  # a text, and not that the file counts
        self._giving = asyncio.Lock()
        self._is_asked = False  # how all cells are; the answer is on its way
        self._told = asyncio.Event()  # how all cells are, once more

    async def begin(self) -> None:
        """Ask how things are, and give what is not saved."""
        await self._ask_cells()
        if self._is_unsaved():  # else another editor's unsaved text may stay
            await self.offer_text()
        else:
            self._version = self._book.version

    async def offer_text(self, *, anew: bool = False) -> None:
        """Give the text as the editor shows it now. The session need not take it."""
        try:
            await self._give(anew)
        except Refused as refusal:
            log.warning("%s: %s", self._book.path, refusal)

    async def settle_text(self) -> None:
        """Give the text, and wait a moment for the session to have it. Raises Refused.

        It may have one of its own client, which comes first, and may be about to tell what was typed here.
        """
        await self._give(anew=True)
        book = self._book
        with suppress(TimeoutError):
            async with asyncio.timeout(SETTLE_S):
                while self.link.is_open and book.problem is None and self.live.same(book.notebook) is None:
                    self._told.clear()
                    await self._told.wait()
        if not self.link.is_open:
            raise Refused(ENDED)

    def end(self) -> None:
        """The connection has ended: nobody needs to wait any more."""
        self._told.set()

    def take_event(self, name: str, body: Any) -> None:
        """Take an event."""
        live = self.live
        match name:
            case "notebookCell":
                if not live.take_cell(msgspec.convert(body, NotebookCellEvent).cell):
                    self._spawn(self._ask_cells())
            case "notebookChanged":
                self._spawn(self._follow(msgspec.convert(body, NotebookChangedEvent).is_free))
            case "notebookKernel":
                live.take_kernel(msgspec.convert(body, NotebookKernelEvent).state)
                if live.kernel in FRESH:
                    self._spawn(self._ask_cells())
            case "notebookBreakpoints":
                live.take_breakpoints(msgspec.convert(body, NotebookBreakpointsEvent).breakpoints)
            case "stopped":
                live.stopped(msgspec.convert(body, StoppedEvent))
                self.frames.clear()
            case "continued":
                live.resumed(msgspec.convert(body, ContinuedEvent))
                self.frames.clear()
            case "invalidated":
                self.frames.clear()
            case _:
                return
        self._changed()

    async def _follow(self, is_free: bool) -> None:
        """The session's text is another; `is_free`: ours, if we have one, may take its place again."""
        if is_free and self._has_given and self._is_unsaved():
            await self.offer_text(anew=True)
        else:
            await self._ask_cells()

    async def _ask_cells(self) -> None:
        """Ask how all cells are, unless an answer is on its way: it is newer than what was told so far."""
        if self._is_asked:
            return
        try:
            asked = NotebookCellsArguments(self._book.path)
            await self._ask("notebookCells", asked, NotebookCellsResponse, self._take_cells)
        except Refused as refusal:
            log.warning("%s: %s", self._book.path, refusal)

    async def _give(self, anew: bool) -> None:
        """Give the text; `anew`: though it was given already, since another editor may have given another."""
        async with self._giving:
            version, book = self._book.version, self._book
            if self._version == version and not anew:
                return
            sync = NotebookSyncArguments(book.path)  # the disk counts, which the session has not looked at
            if book.cells is not None:
                sync.cells = [SyncedCell(it.uri, it.text, it.kind, it.id) for it in book.cells]
            elif self._is_unsaved():
                sync.text = book.text
            self._has_given = sync.cells is not None or sync.text is not None
            await self._ask("notebookSync", sync, NotebookSyncResponse, self._take_synced)
            self._version = version

    async def _ask(self, command: str, arguments: Any, answer: Any, take: Callable[[Any], None]) -> None:
        self._is_asked = True
        try:
            await self.link.ask(command, arguments, answer, take)
        finally:
            self._is_asked = False
        self._changed()

    def _is_unsaved(self) -> bool:
        return self._book.cells is not None or not self._book.is_saved()

    def _take_cells(self, told: NotebookCellsResponse) -> None:
        self.live.take_kernel(told.kernel)
        self._take_all(told.cells)

    def _take_synced(self, told: NotebookSyncResponse) -> None:
        self.frames.clear()  # they are on other lines now
        self._take_all(told.cells)

    def _take_all(self, cells: list[NotebookCell]) -> None:
        self.live.take_cells(cells)
        self._is_asked = False
        self._told.set()
