"""Finds the debug sessions of the notebooks that are open, and keeps what they tell.

A session is announced in the private runtime folder, which is looked at again when it has changed. What the
editor shows and has not saved is given to the session. Knows no feature.
"""

import asyncio
import logging
import os
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from ..kernels.errors import RuntimeFolderError
from ..kernels.runtime.announcements import runtime_folder
from ..kernels.runtime.session_announcements import DebugSession, sessions
from ..notebook.paths import is_untitled, same_path
from .connection import CompanionConnection
from .debug_state import DebugState
from .open_notebooks import OpenNotebook
from .session_view import SessionView

log = logging.getLogger(__name__)

LOOK_S = 0.25  # between looks at the folder
SETTLED_NS = 100_000_000  # after which a change of the folder has a time of its own
TYPING_S = 0.15  # of no change until a text is given to the session


class SessionFinder:
    """A connection for each notebook that is debugged. `changed` is called when one has told something."""

    def __init__(
        self, books: Callable[[], list[OpenNotebook]], changed: Callable[[OpenNotebook], None]
    ) -> None:
        self._books = books
        self._changed = changed
        self._joined: dict[str, SessionView] = {}  # by the book's URI
        self._timers: dict[str, asyncio.TimerHandle] = {}  # by the notebook's URI
        self._refused: set[str] = set()  # ids of sessions that could not be reached
        self._tasks: set[asyncio.Task[None]] = set()
        self._stamp: tuple[int, list[str]] | None = None  # of the folder, and what was open
        self._looking = asyncio.Lock()
        self._told = ""  # why no session can be found

    def view_of(self, book: OpenNotebook) -> SessionView | None:
        return self._joined.get(book.uri)

    def state_of(self, book: OpenNotebook) -> DebugState | None:
        joined = self.view_of(book)
        return joined.live if joined is not None else None

    async def watch(self) -> None:
        """Look for sessions for ever."""
        while True:
            try:
                await self.find_sessions()
            except Exception:
                log.exception("looking for debug sessions failed")
            await asyncio.sleep(LOOK_S)

    async def find_sessions(self) -> None:
        """Join the sessions that there are now."""
        async with self._looking:
            try:
                folder = runtime_folder()
                changed_ns = folder.stat().st_mtime_ns
                now = changed_ns, [it.uri for it in self._books()]
                if now != self._stamp:
                    is_settled = time.time_ns() - changed_ns > SETTLED_NS
                    self._stamp = now if is_settled else None  # else a later change may have the same time
                    await self._join(folder)
                self._told = ""
            except (OSError, RuntimeFolderError) as error:
                if str(error) != self._told:
                    self._told = str(error)
                    log.warning("no debug session can be found: %s", error)

    def text_edited(self, book: OpenNotebook) -> None:
        """Give the session the text once the user has stopped typing."""
        if (timer := self._timers.pop(book.uri, None)) is not None:
            timer.cancel()
        if (joined := self.view_of(book)) is not None:
            loop = asyncio.get_running_loop()
            self._timers[book.uri] = loop.call_later(TYPING_S, lambda: self._spawn(joined.offer_text()))

    def notebook_closed(self, book: OpenNotebook) -> None:
        """The editor shows it no longer: with us goes the text that we gave."""
        if (timer := self._timers.pop(book.uri, None)) is not None:
            timer.cancel()
        if (joined := self._joined.pop(book.uri, None)) is not None:
            joined.link.close()
        self._stamp = None  # it may be opened again before the next look

    async def _join(self, folder: Path) -> None:
        """Join the newest session of each book, also in the place of an older one."""
        books = self._books()
        found = [it for it in sessions(folder) if it.id not in self._refused] if books else []
        for book in books:
            session = next((it for it in found if is_of(it, book)), None)
            joined = self.view_of(book)
            if session is not None and (joined is None or joined.link.session.id != session.id):
                await self._open(book, session)

    async def _open(self, book: OpenNotebook, session: DebugSession) -> None:
        link = CompanionConnection(
            session, lambda name, body: self._take(book, link, name, body), lambda: self._end(book, link)
        )
        joined = SessionView(book, link, lambda: self._changed(book), self._spawn)
        try:
            await link.open()
        except OSError as error:
            log.warning("the debug session %s cannot be reached: %s", session.id, error)
            self._refused.add(session.id)
            return
        older = self.view_of(book)
        self._joined[book.uri] = joined
        if older is not None:
            older.link.close()
        self._spawn(joined.begin())  # a session that hangs must not hold up the others

    def _end(self, book: OpenNotebook, link: CompanionConnection) -> None:
        joined = self.view_of(book)
        if joined is not None and joined.link is link:
            del self._joined[book.uri]
            joined.end()
            if link.is_let_in:  # else it would be tried again and again
                self._stamp = None  # another session of it may be there already
            self._changed(book)

    def _take(self, book: OpenNotebook, link: CompanionConnection, name: str, body: Any) -> None:
        joined = self.view_of(book)
        if joined is not None and joined.link is link:  # else of a session that was left for a newer one
            joined.take_event(name, body)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def is_of(session: DebugSession, book: OpenNotebook) -> bool:
    """Whether a session is of the notebook. The name of an unsaved one means it in one editor only."""
    is_ours = not is_untitled(book.path) or session.parent == os.getppid()
    return is_ours and same_path(session.notebook, book.path)
