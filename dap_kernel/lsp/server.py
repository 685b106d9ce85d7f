"""The language server's state: open notebooks, their debug sessions, what the client can do.

Tells the client of changes. What is answered is in `wiring.py`, what is shown in the features' own files.
"""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from functools import partial
from typing import Any, Literal

import msgspec
from lsprotocol import types
from msgspec.structs import replace
from pygls.capabilities import get_capability
from pygls.lsp.server import LanguageServer
from pygls.workspace import TextDocument

from ..notebook.cells import Cell
from ..notebook.formats.synced import SyncedCell
from ..protocol.stack import StackFrame, StackTraceArguments, StackTraceResponse
from .debug_state import DebugState
from .diagnostics import diagnostics
from .lenses import in_words
from .open_notebooks import OpenNotebook, path_of
from .positions import spot_of_source
from .session_finder import SessionFinder
from .session_view import SessionView
from .workspace import NotebookWorkspace

PYTHON = "python"  # the language
SUFFIXES = (".py", ".ipynb")
SOON_S = 0.05  # until what has changed is told, all at once
REFRESH_S = 10.0  # that a client may take to answer that it will ask anew


class Told(msgspec.Struct):
    """What the client was told of a book last, so that it hears only what is new."""

    diagnostics: dict[str, list[types.Diagnostic]] = msgspec.field(default_factory=dict)  # by document
    cells: object = None
    lenses: dict[str, str] = msgspec.field(default_factory=dict)  # what they say of cells, by id
    is_stopped: bool = False


class Server(LanguageServer):
    """What the editor has open, which sessions debug it, and who is told what."""

    def __init__(self, version: str) -> None:
        every = types.NotebookDocumentFilterWithNotebook("*")  # with all cells: each counts for its place
        sync = types.NotebookDocumentSyncOptions(notebook_selector=[every], save=True)
        super().__init__("dap-kernel", version, notebook_document_sync=sync)
        self.books: dict[str, OpenNotebook] = {}  # by URI of the file or notebook
        self.session_finder = SessionFinder(lambda: list(self.books.values()), self.changed)
        self.is_shut_down = False  # the client is about to leave
        self._watching: asyncio.Task[Any] | None = None
        self._commands: set[asyncio.Task[Any]] = set()  # that are under way
        self._due: set[str] = set()  # books that have changed
        self._told: dict[str, Told] = {}  # by the book's URI
        self._refreshing: asyncio.Task[Any] | None = None
        self._stale: set[str] = set()  # what the client is to ask anew
        self._background: set[asyncio.Task[Any]] = set()

    async def shut_down(self) -> None:
        """Leave the debug sessions, so that commands that wait for one end before pygls cancels them."""
        self.is_shut_down = True
        if self._watching is not None:
            self._watching.cancel()
        for joined in [self.session_finder.view_of(it) for it in self.books.values()]:
            if joined is not None:
                joined.link.close()
        if self._commands:
            await asyncio.wait(self._commands)

    def shutdown(self) -> None:
        """End as pygls does, but without waiting for the thread that reads: it may wait itself."""
        self.thread_pool.shutdown(wait=False)

    def watch(self) -> None:
        """Look for debug sessions from now on."""
        self._watching = self.spawn(self.session_finder.watch())

    async def do(self, command: Coroutine[Any, Any, None]) -> None:
        """Do a command, within the task of its request."""
        task = asyncio.current_task()
        assert task is not None
        self._commands.add(task)
        try:
            await command
        finally:
            self._commands.discard(task)

    # What is open.

    def take_texts(self) -> None:
        """Have a workspace of ours in the place of the one that pygls has just made."""
        own = self.workspace
        self.protocol._workspace = NotebookWorkspace(own.root_uri, position_encoding=own.position_encoding)

    def book_of(self, uri: str) -> OpenNotebook | None:
        """Return the notebook that a document is, or is a cell of."""
        found = self.books.get(uri)
        if found is None and (notebook := self.workspace.get_notebook_document(cell_uri=uri)) is not None:
            found = self.books.get(notebook.uri)
        return found

    def opened(self, uri: str) -> None:
        """Take a text that was opened, if it is Python or a notebook."""
        path = path_of(uri)
        is_python = self.workspace.get_text_document(uri).language_id == PYTHON
        if path is None or not (is_python or path.endswith(SUFFIXES)):
            return
        self.books[uri] = OpenNotebook(uri, path, self.workspace.position_codec)
        self.edited(uri)

    def edited(self, uri: str, *, is_saved: bool = False) -> None:
        """Take the newest text of a document, or the newest cells of a notebook.

        What `is_saved` is given to the session again, though it is the same.
        """
        book = self.books.get(uri)
        notebook = self.workspace.get_notebook_document(notebook_uri=uri)
        if notebook is not None:
            path = path_of(uri) or uri
            if book is None and (path.endswith(SUFFIXES) or self._has_python(notebook)):
                book = self.books[uri] = OpenNotebook(
                    uri, path, self.workspace.position_codec, has_cells=True
                )
            if book is not None and not book.take_cells([self._cell(it) for it in notebook.cells], is_saved):
                return
        elif book is not None:
            book.take_text(self.workspace.get_text_document(uri).source)
        if book is not None:
            self.session_finder.text_edited(book)
            self.changed(book)

    def closed(self, uri: str) -> None:
        book = self.books.pop(uri, None)
        if book is not None:
            self.session_finder.notebook_closed(book)
            self._publish(self._told.pop(uri, Told()), {})

    def _has_python(self, notebook: types.NotebookDocument) -> bool:
        return any(self._text(it).language_id == PYTHON for it in notebook.cells)

    def _text(self, cell: types.NotebookCell) -> TextDocument:
        return self.workspace.get_text_document(cell.document)

    def _cell(self, cell: types.NotebookCell) -> SyncedCell:
        document = self._text(cell)
        id = _member(cell.metadata, "id")
        kind: Literal["code", "markdown", "raw"] = "raw"
        if cell.kind != types.NotebookCellKind.Code:
            kind = "markdown"
        elif document.language_id == PYTHON or document.source.lstrip().startswith("%%"):
            kind = "code"  # editors take a cell with a magic for one of another language
        return SyncedCell(cell.document, kind, document.source, id if isinstance(id, str) else None)

    # What is stopped.

    async def frames(self, joined: SessionView) -> list[StackFrame]:
        """Return the frames of the threads that are stopped in code, the main one's first. Raises Refused."""
        found = []
        for thread in sorted(it for it, reason in joined.live.stops.items() if reason != "idle"):
            if thread not in joined.frames:
                asked = StackTraceArguments(thread)
                keep = partial(self._keep_frames, joined, thread)
                found += (await joined.link.ask("stackTrace", asked, StackTraceResponse, keep)).stack_frames
            else:
                found += joined.frames[thread]
        return found

    def _keep_frames(self, joined: SessionView, thread: int, told: StackTraceResponse) -> None:
        joined.frames[thread] = told.stack_frames

    async def frame_in(self, book: OpenNotebook, joined: SessionView, cell: Cell | None) -> StackFrame | None:
        """Return the innermost frame in a cell of the notebook, None: nothing is stopped there."""
        for frame in await self.frames(joined):
            spot = spot_of_source(book, joined.live, frame.source, frame.line)
            found = book.cell_at(spot.uri, spot.line) if spot is not None else None
            if found is not None and cell is not None and found[0].id == cell.id:
                return frame
        return None

    # What the client is told.

    def changed(self, book: OpenNotebook) -> None:
        """Tell the client soon what has changed of a notebook."""
        if not self._due:
            asyncio.get_running_loop().call_later(SOON_S, self._tell)
        self._due.add(book.uri)

    def _tell(self) -> None:
        due, self._due = self._due, set()
        for book in [self.books[it] for it in due if it in self.books]:
            live = self.session_finder.state_of(book)
            told = self._told.setdefault(book.uri, Told())
            self._publish(told, diagnostics(book, live))
            if self.can("dapKernelCells"):
                self._tell_cells(book, live, told)
            shown = live.told(book.notebook) if live is not None else {}
            lenses = {id: text for id, it in shown.items() if (text := in_words(it)) is not None}
            is_stopped = live is not None and any(it != "idle" for it in live.stops.values())
            if lenses != told.lenses:
                self._stale.add("code_lens")
            if is_stopped or told.is_stopped:
                self._stale.add("inline_value")
            told.lenses, told.is_stopped = lenses, is_stopped
        if self._refreshing is None and self._stale:
            self._refreshing = self.spawn(self._refresh())

    def _tell_cells(self, book: OpenNotebook, live: DebugState | None, told: Told) -> None:
        cells = [replace(it, traceback=None) for it in live.cells] if live is not None else []
        kernel = live.kernel if live is not None else None
        news = {"uri": book.uri, "kernel": kernel, "cells": msgspec.to_builtins(cells)}
        if news != told.cells:
            told.cells = news
            self.protocol.notify("dap-kernel/cells", news)

    def _publish(self, told: Told, found: dict[str, list[types.Diagnostic]]) -> None:
        """Tell what is wrong by document, and of those that had something and are gone that nothing is."""
        gone: dict[str, list[types.Diagnostic]] = {
            uri: [] for uri, wrong in told.diagnostics.items() if wrong and uri not in found
        }
        for uri, wrong in {**gone, **found}.items():
            if wrong != told.diagnostics.get(uri):
                self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, wrong))
        told.diagnostics = found

    async def _refresh(self) -> None:
        """Have the client ask anew, once at a time: one that is slow is not asked for more and more."""
        try:
            while self._stale:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._ask_to_refresh(), REFRESH_S)
        finally:
            self._refreshing = None

    async def _ask_to_refresh(self) -> None:
        stale, self._stale = self._stale, set()
        ask = {"code_lens": self.workspace_code_lens_refresh_async}
        ask["inline_value"] = self.workspace_inline_value_refresh_async
        able = [
            it
            for it in stale
            if get_capability(self.client_capabilities, f"workspace.{it}.refresh_support", False)
        ]
        # A client may refuse one of them.
        await asyncio.gather(*(ask[it](None) for it in able), return_exceptions=True)

    def can(self, name: str) -> bool:
        """Whether the client has announced an experimental capability of ours."""
        return _member(self.client_capabilities.experimental, name) is True

    def say(self, text: str, kind: types.MessageType = types.MessageType.Warning) -> None:
        if self.is_shut_down:
            return
        self.window_show_message(types.ShowMessageParams(kind, text))

    def spawn(self, work: Any) -> "asyncio.Task[Any]":
        """Do `work` beside all else."""
        task: asyncio.Task[Any] = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._reap)
        return task

    def _reap(self, task: "asyncio.Task[Any]") -> None:
        self._background.discard(task)
        if not task.cancelled():
            task.exception()  # a client that refuses to refresh is left alone


def _member(value: object, name: str) -> object:
    """Return a member of a JSON object as pygls gives it: a dict, or an object with attributes."""
    return value.get(name) if isinstance(value, dict) else getattr(value, name, None)
