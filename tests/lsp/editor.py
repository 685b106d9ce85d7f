"""An editor with the language server: pygls' own client, over stdio. It waits for what it is told."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar

from lsprotocol import types
from pygls.lsp.client import LanguageClient

from tests.lsp.capabilities import capabilities

TIMEOUT_S = 30.0
T = TypeVar("T")


@dataclass(frozen=True)
class Cell:
    """A cell as an editor for notebooks has it."""

    text: str
    language: str = "python"
    is_markup: bool = False


class Editor:
    """`async with Editor() as editor`; `able` is what it says that it can do: see `capabilities`."""

    def __init__(self, encodings: list[str] | None = None, options: Sequence[str] = (), **able: bool) -> None:
        self.diagnostics: dict[str, list[types.Diagnostic]] = {}  # by URI
        self.messages: list[str] = []
        self.told: dict[str, list[Any]] = {"dap-kernel/cells": [], "dap-kernel/start": []}
        self.refreshed = self.values_refreshed = 0
        self.published: list[str] = []  # URIs of documents, each time that diagnostics were told of them
        self.answers = asyncio.Event()  # that it will refresh; cleared: not yet
        self.answers.set()
        self.offered: types.ServerCapabilities
        self._able = capabilities(encodings, **able)
        self._options = options
        self._client = LanguageClient("editor", "1")
        self._changed = asyncio.Condition()
        self._versions: dict[str, int] = {}
        self._notebooks: dict[str, list[types.NotebookCell]] = {}  # by URI
        self._handles = 0  # of cells

    async def __aenter__(self) -> Self:
        self._listen()
        await self._client.start_io(sys.executable, "-m", "dap_kernel", "lsp", *self._options)
        answer = await self._wait(
            self._client.initialize_async(types.InitializeParams(self._able, process_id=None))
        )
        self.offered = answer.capabilities
        self._client.initialized(types.InitializedParams())
        return self

    async def __aexit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is not None:
            error.add_note(f"the language server said: {self.messages}, {self.told}, {self.diagnostics}")
        await self._wait(self._client.shutdown_async(None))
        self._client.exit(None)
        await self._wait(self._client._server.wait())  # type: ignore[union-attr]
        await self._client.stop()

    # Documents.

    def open(self, path: Path, text: str | None = None, language: str = "python") -> str:
        """Open a file, with another text than the disk's if one is given; return its URI."""
        uri = path.as_uri()
        shown = path.read_text("utf-8") if text is None else text
        self._versions[uri] = 1
        item = types.TextDocumentItem(uri, language, 1, shown)
        self._client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return uri

    def change(self, uri: str, text: str) -> None:
        """Replace the whole text."""
        self._versions[uri] += 1
        known = types.VersionedTextDocumentIdentifier(version=self._versions[uri], uri=uri)
        whole = types.TextDocumentContentChangeWholeDocument(text)
        self._client.text_document_did_change(types.DidChangeTextDocumentParams(known, [whole]))

    def insert(self, uri: str, line: int, column: int, text: str) -> None:
        """Type something."""
        self._versions[uri] += 1
        known = types.VersionedTextDocumentIdentifier(version=self._versions[uri], uri=uri)
        at = types.Position(line, column)
        change = types.TextDocumentContentChangePartial(types.Range(at, at), text)
        self._client.text_document_did_change(types.DidChangeTextDocumentParams(known, [change]))

    def close(self, uri: str) -> None:
        known = types.TextDocumentIdentifier(uri)
        self._client.text_document_did_close(types.DidCloseTextDocumentParams(known))

    # Notebooks of cells.

    def open_notebook(self, path: Path | str, *sources: str | Cell) -> list[str]:
        """Open a notebook as an editor for notebooks does; return its cells' URIs.

        `path` may be the URI of one that was never saved; a source is Python, or says what else it is.
        """
        uri = path.as_uri() if isinstance(path, Path) else path
        cells = [self._new_cell(uri, it) for it in sources]
        shown = self._notebooks[uri] = [it for it, _ in cells]
        notebook = types.NotebookDocument(uri, "jupyter-notebook", 1, list(shown))
        self._versions[uri] = 1
        params = types.DidOpenNotebookDocumentParams(notebook, [text for _, text in cells])
        self._client.notebook_document_did_open(params)
        return [it.document for it, _ in cells]

    def change_cells(self, path: Path | str, start: int, deleted: int, *sources: str | Cell) -> list[str]:
        """Replace cells; return the new ones' URIs."""
        uri = path.as_uri() if isinstance(path, Path) else path
        cells = [self._new_cell(uri, it) for it in sources]
        now = self._notebooks[uri]
        gone = [types.TextDocumentIdentifier(it.document) for it in now[start : start + deleted]]
        now[start : start + deleted] = [it for it, _ in cells]
        array = types.NotebookCellArrayChange(start, deleted, [it for it, _ in cells])
        structure = types.NotebookDocumentCellChangeStructure(array, [text for _, text in cells], gone)
        self._change_notebook(uri, types.NotebookDocumentCellChanges(structure=structure))
        return [it.document for it, _ in cells]

    def move_cell(self, path: Path, at: int, to: int) -> None:
        """Take a cell out and put it in elsewhere: its document stays open."""
        now = self._notebooks[path.as_uri()]
        cell = now.pop(at)
        now.insert(to, cell)
        low, high = min(at, to), max(at, to) + 1
        array = types.NotebookCellArrayChange(low, high - low, now[low:high])
        structure = types.NotebookDocumentCellChangeStructure(array)
        self._change_notebook(path.as_uri(), types.NotebookDocumentCellChanges(structure=structure))

    def change_cell(self, path: Path, uri: str, text: str) -> None:
        """Replace the whole text of a cell."""
        self._edit_cell(path, uri, types.TextDocumentContentChangeWholeDocument(text))

    def type_in_cell(self, path: Path, uri: str, line: int, column: int, text: str) -> None:
        """Type something in a cell: editors send no more than that, whatever the server would like."""
        at = types.Position(line, column)
        self._edit_cell(path, uri, types.TextDocumentContentChangePartial(types.Range(at, at), text))

    def save_notebook(self, path: Path) -> None:
        params = types.DidSaveNotebookDocumentParams(types.NotebookDocumentIdentifier(path.as_uri()))
        self._client.notebook_document_did_save(params)

    def _edit_cell(self, path: Path, uri: str, edit: types.TextDocumentContentChangeEvent) -> None:
        self._versions[uri] += 1
        cell = types.VersionedTextDocumentIdentifier(version=self._versions[uri], uri=uri)
        content = types.NotebookDocumentCellContentChanges(cell, [edit])
        self._change_notebook(path.as_uri(), types.NotebookDocumentCellChanges(text_content=[content]))

    def _change_notebook(self, uri: str, cells: types.NotebookDocumentCellChanges) -> None:
        self._versions[uri] += 1
        known = types.VersionedNotebookDocumentIdentifier(self._versions[uri], uri)
        change = types.NotebookDocumentChangeEvent(cells=cells)
        self._client.notebook_document_did_change(types.DidChangeNotebookDocumentParams(known, change))

    def _new_cell(
        self, notebook: str, source: str | Cell
    ) -> tuple[types.NotebookCell, types.TextDocumentItem]:
        it = source if isinstance(source, Cell) else Cell(source)
        self._handles += 1
        uri = f"vscode-notebook-cell:{notebook.removeprefix('file://')}#W{self._handles - 1}sZmlsZQ%3D%3D"
        self._versions[uri] = 1
        kind = types.NotebookCellKind.Markup if it.is_markup else types.NotebookCellKind.Code
        return types.NotebookCell(kind, uri), types.TextDocumentItem(uri, it.language, 1, it.text)

    # What an editor asks.

    async def lenses(self, uri: str) -> list[tuple[int, str]]:
        """Line from 0 and title of each lens, by their columns: some editors keep no other order."""
        found = sorted((it.range.start, it.command.title) for it in await self._lenses(uri))
        return [(at.line, title) for at, title in found]

    async def press(self, uri: str, line: int, title: str) -> None:
        """Do what the lens with that title does."""
        found = [it.command for it in await self._lenses(uri) if it.range.start.line == line]
        it = next(it for it in found if it.title == title)
        await self.command(it.command, *it.arguments)

    async def _lenses(self, uri: str) -> list[types.CodeLens]:
        params = types.CodeLensParams(types.TextDocumentIdentifier(uri))
        return list(await self._wait(self._client.text_document_code_lens_async(params)) or [])

    async def command(self, name: str, *arguments: Any) -> None:
        params = types.ExecuteCommandParams(name, arguments=list(arguments))
        await self._wait(self._client.workspace_execute_command_async(params))

    async def actions(self, uri: str, line: int) -> dict[str, types.Command]:
        """What the editor offers to do at a line, by title."""
        at = types.Range(types.Position(line, 0), types.Position(line, 0))
        document = types.TextDocumentIdentifier(uri)
        params = types.CodeActionParams(document, at, types.CodeActionContext([]))
        found = await self._wait(self._client.text_document_code_action_async(params)) or []
        return {it.title: it for it in found}

    async def hover(self, uri: str, line: int, column: int) -> str | None:
        """The text of the hover at a position, and the columns that it is of, as `text @ 4-7`."""
        params = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(line, column))
        found = await self._wait(self._client.text_document_hover_async(params))
        if found is None:
            return None
        assert isinstance(found.contents, types.MarkupContent)
        text = found.contents.value.split("\n", 1)[1].rsplit("\n", 1)[0]
        return f"{text} @ {found.range.start.character}-{found.range.end.character}"

    async def inline_values(self, uri: str, last: int, frame: int = 0) -> list[tuple[int, int, str]]:
        """Line, end column and text of the values beside lines 0 to `last`."""
        whole = types.Range(types.Position(0, 0), types.Position(last, 0))
        context = types.InlineValueContext(frame, whole)
        params = types.InlineValueParams(types.TextDocumentIdentifier(uri), whole, context)
        found = await self._wait(self._client.text_document_inline_value_async(params)) or []
        return [(it.range.start.line, it.range.end.character, it.text) for it in found]

    async def completions(self, uri: str, line: int, column: int) -> dict[str, types.CompletionItem]:
        params = types.CompletionParams(types.TextDocumentIdentifier(uri), types.Position(line, column))
        found = await self._wait(self._client.text_document_completion_async(params)) or []
        return {it.label: it for it in found}

    async def symbols(self, uri: str) -> list[types.DocumentSymbol]:
        params = types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))
        return list(await self._wait(self._client.text_document_document_symbol_async(params)) or [])

    async def folds(self, uri: str) -> list[tuple[int, int]]:
        params = types.FoldingRangeParams(types.TextDocumentIdentifier(uri))
        found = await self._wait(self._client.text_document_folding_range_async(params)) or []
        return [(it.start_line, it.end_line) for it in found]

    def wrong(self, uri: str) -> list[tuple[int, str]]:
        """Line from 0 and message of each diagnostic that was told last."""
        return [(it.range.start.line, it.message) for it in self.diagnostics.get(uri, [])]

    @property
    def states(self) -> list[str]:
        """How the cells are that were told last. Needs `dapKernelCells`."""
        told = self.told["dap-kernel/cells"]
        return [getattr(it, "state", "new") for it in told[-1].cells] if told else []

    async def joined(self) -> None:
        """Wait until the server has found the debug session. Needs `dapKernelCells`."""
        await self.until(lambda: any(it.kernel for it in self.told["dap-kernel/cells"]))

    async def until(self, look: Callable[[], Awaitable[T] | T]) -> T:
        """Return the first true thing that `look` finds, looking again at each word of the server."""
        found: Any = None
        try:
            async with asyncio.timeout(TIMEOUT_S), self._changed:
                while True:
                    found = look()
                    if isinstance(found, Awaitable):
                        found = await found
                    if found:
                        return found  # type: ignore[no-any-return]
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"nothing came; the last was {found!r}; {self.messages}") from None

    async def _wait(self, answer: Any) -> Any:
        return await asyncio.wait_for(answer, TIMEOUT_S)

    def _listen(self) -> None:
        @self._client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        async def published(params: types.PublishDiagnosticsParams) -> None:
            self.diagnostics[params.uri] = list(params.diagnostics)
            self.published.append(params.uri)
            await self._wake()

        @self._client.feature(types.WINDOW_SHOW_MESSAGE)
        async def shown(params: types.ShowMessageParams) -> None:
            self.messages.append(params.message)
            await self._wake()

        @self._client.feature(types.WORKSPACE_CODE_LENS_REFRESH)
        async def lenses_refreshed(params: None) -> None:
            self.refreshed += 1
            await self._wake()
            await self.answers.wait()

        @self._client.feature(types.WORKSPACE_INLINE_VALUE_REFRESH)
        async def values_refreshed(params: None) -> None:
            self.values_refreshed += 1
            await self._wake()

        for name, kept in self.told.items():
            self._keep(name, kept)

    def _keep(self, name: str, kept: list[Any]) -> None:
        @self._client.feature(name)
        async def told(params: Any) -> None:
            kept.append(params)
            await self._wake()

    async def _wake(self) -> None:
        async with self._changed:
            self._changed.notify_all()
