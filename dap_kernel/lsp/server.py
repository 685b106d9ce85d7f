"""The language server's state: open notebooks, their debug sessions, what the client can do.

Tells the client of changes. What is answered is in `wiring.py`, what is shown in the features' own files.
"""

import asyncio
from typing import Any

import msgspec
from lsprotocol import types
from pygls.capabilities import get_capability
from pygls.lsp.server import LanguageServer

from ..notebook.cells import Cell
from ..notebook.synced import SyncedCell
from ..protocol.stack import StackFrame, StackTraceArguments, StackTraceResponse
from .books import Book, path_of
from .diagnostics import diagnostics
from .links import Joined, Links

SOON_S = 0.05  # until what has changed is told, all at once
CELL_KINDS = {types.NotebookCellKind.Code: "code", types.NotebookCellKind.Markup: "markdown"}


class Server(LanguageServer):
    """See the module."""

    def __init__(self, version: str) -> None:
        cells = types.NotebookDocumentFilterWithCells(
            cells=[types.NotebookCellLanguage("python"), types.NotebookCellLanguage("markdown")],
            notebook="*",
        )
        sync = types.NotebookDocumentSyncOptions(notebook_selector=[cells], save=True)
        super().__init__("dap-kernel", version, notebook_document_sync=sync)
        self.books: dict[str, Book] = {}  # by URI of the file or notebook
        self.links = Links(lambda: list(self.books.values()), self.changed)
        self._due: set[str] = set()  # books that have changed
        self._background: set[asyncio.Task[Any]] = set()

    # What is open.

    def book_of(self, uri: str) -> Book | None:
        """Return the notebook that a document is, or is a cell of."""
        found = self.books.get(uri)
        if found is None and (notebook := self.workspace.get_notebook_document(cell_uri=uri)) is not None:
            found = self.books.get(notebook.uri)
        return found

    def opened(self, uri: str) -> None:
        """Take a text that was opened, if it is Python or a notebook."""
        path = path_of(uri)
        document = self.workspace.get_text_document(uri)
        if path is None or not (document.language_id == "python" or path.endswith((".py", ".ipynb"))):
            return
        self.books[uri] = Book(uri, path, self.workspace.position_codec)
        self.edited(uri)

    def edited(self, uri: str) -> None:
        """Take the newest text of a document, or the newest cells of a notebook."""
        book = self.books.get(uri)
        notebook = self.workspace.get_notebook_document(notebook_uri=uri)
        if notebook is not None:
            if book is None:
                book = self.books[uri] = Book(uri, path_of(uri) or uri, self.workspace.position_codec)
            book.take_cells([self._cell(it) for it in notebook.cells])
        elif book is not None:
            book.take_text(self.workspace.get_text_document(uri).source)
        if book is not None:
            self.links.edited(book)
            self.changed(book)

    def closed(self, uri: str) -> None:
        book = self.books.pop(uri, None)
        if book is not None:
            self.links.closed(book)
            for it in book.uris:
                self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(it, []))

    def _cell(self, cell: types.NotebookCell) -> SyncedCell:
        text = self.workspace.get_text_document(cell.document).source
        id = _member(cell.metadata, "id")
        is_code = cell.kind == types.NotebookCellKind.Code
        return SyncedCell(
            cell.document, "code" if is_code else "markdown", text, id if isinstance(id, str) else None
        )

    # What is stopped.

    async def frames(self, joined: Joined) -> list[StackFrame]:
        """Return the frames of the threads that are stopped in code, the main one's first. Raises Refused."""
        found = []
        for thread in sorted(it for it, reason in joined.live.stops.items() if reason != "idle"):
            if thread not in joined.frames:
                asked = StackTraceArguments(thread)
                told = await joined.link.ask("stackTrace", asked, StackTraceResponse)
                joined.frames[thread] = told.stack_frames
            found += joined.frames[thread]
        return found

    async def frame_in(self, book: Book, joined: Joined, cell: Cell | None) -> StackFrame | None:
        """Return the innermost frame in a cell of the notebook, None: nothing is stopped there."""
        for frame in await self.frames(joined):
            spot = book.spot_of_source(frame.source.path if frame.source is not None else None, frame.line)
            found = book.cell_at(spot.uri, spot.line) if spot is not None else None
            if found is not None and cell is not None and found[0].id == cell.id:
                return frame
        return None

    # What the client is told.

    def changed(self, book: Book) -> None:
        """Tell the client soon what has changed of a notebook."""
        if not self._due:
            asyncio.get_running_loop().call_later(SOON_S, self._tell)
        self._due.add(book.uri)

    def _tell(self) -> None:
        due, self._due = self._due, set()
        for book in [self.books[it] for it in due if it in self.books]:
            live = self.links.live(book)
            for uri, found in diagnostics(book, live).items():
                self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found))
            if self.can("dapKernelCells"):
                cells = msgspec.to_builtins(live.cells) if live is not None else []
                kernel = live.kernel if live is not None else None
                self.protocol.notify("dap-kernel/cells", {"uri": book.uri, "kernel": kernel, "cells": cells})
        if get_capability(self.client_capabilities, "workspace.code_lens.refresh_support", False):
            self.spawn(self.workspace_code_lens_refresh_async(None))
        if get_capability(self.client_capabilities, "workspace.inline_value.refresh_support", False):
            self.spawn(self.workspace_inline_value_refresh_async(None))

    def can(self, name: str) -> bool:
        """Whether the client has announced an experimental capability of ours."""
        return _member(self.client_capabilities.experimental, name) is True

    def say(self, text: str, kind: types.MessageType = types.MessageType.Warning) -> None:
        self.window_show_message(types.ShowMessageParams(kind, text))

    def spawn(self, work: Any) -> None:
        """Do `work` beside all else."""
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._reap)

    def _reap(self, task: "asyncio.Task[Any]") -> None:
        self._background.discard(task)
        if not task.cancelled():
            task.exception()  # a client that refuses to refresh is left alone


def _member(value: object, name: str) -> object:
    """Return a member of a JSON object as pygls gives it: a dict, or an object with attributes."""
    return value.get(name) if isinstance(value, dict) else getattr(value, name, None)
