"""What the language server answers: each request finds its notebook and asks the feature's function."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, TypeVar

from lsprotocol import types
from pygls.capabilities import get_capability

from ..client.dap_client import Refused
from ..protocol.lifecycle import RestartArguments
from ..protocol.messages import Body
from ..protocol.notebook import NotebookInterruptArguments, NotebookRunArguments, NotebookRunResponse
from ..protocol.stack import ScopesArguments, ScopesResponse, StackFrame
from ..protocol.variables import (
    CompletionsArguments,
    CompletionsResponse,
    EvaluateArguments,
    EvaluateResponse,
    VariablesArguments,
    VariablesResponse,
)
from . import commands, completion, lenses, outline, values
from .open_notebooks import DocumentLine, OpenNotebook
from .positions import spot_of_source
from .server import Server
from .session_view import SessionView
from .strings_and_comments import f_expression, in_json, is_key, is_prose

MOST_NAMES = 50  # that are evaluated one by one for inline values


def wire(server: Server) -> Server:
    """Register everything."""
    _wire_sync(server)
    _wire_notebooks(server)
    _wire_texts(server)
    _wire_values(server)
    for name in commands.COMMANDS:
        _wire_command(server, name)
    return server


def _wire_sync(server: Server) -> None:
    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        server.take_texts()
        if get_capability(params.capabilities, "text_document.code_lens") is None:
            _wire_actions(server)  # to who has lenses they would say the same on every line

    @server.feature(types.INITIALIZED)
    async def initialized(params: types.InitializedParams) -> None:
        server.watch()

    @server.feature(types.SHUTDOWN)
    async def shut_down(params: None) -> None:
        await server.shut_down()

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def opened(params: types.DidOpenTextDocumentParams) -> None:
        server.opened(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(params: types.DidChangeTextDocumentParams) -> None:
        server.edited(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def saved(params: types.DidSaveTextDocumentParams) -> None:
        server.edited(params.text_document.uri, is_saved=True)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    async def closed(params: types.DidCloseTextDocumentParams) -> None:
        server.closed(params.text_document.uri)


def _wire_notebooks(server: Server) -> None:
    @server.feature(types.NOTEBOOK_DOCUMENT_DID_OPEN)
    async def opened(params: types.DidOpenNotebookDocumentParams) -> None:
        server.edited(params.notebook_document.uri)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CHANGE)
    async def changed(params: types.DidChangeNotebookDocumentParams) -> None:
        server.edited(params.notebook_document.uri)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_SAVE)
    async def saved(params: types.DidSaveNotebookDocumentParams) -> None:
        server.edited(params.notebook_document.uri, is_saved=True)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CLOSE)
    async def closed(params: types.DidCloseNotebookDocumentParams) -> None:
        server.closed(params.notebook_document.uri)


def _wire_texts(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_CODE_LENS)
    async def code_lens(params: types.CodeLensParams) -> list[types.CodeLens]:
        uri = params.text_document.uri
        book = server.book_of(uri)
        return [] if book is None else lenses.lenses(book, server.session_finder.state_of(book), uri)

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def document_symbol(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        uri = params.text_document.uri
        book = server.book_of(uri)
        return [] if book is None else outline.symbols(book, uri)

    @server.feature(types.TEXT_DOCUMENT_FOLDING_RANGE)
    async def folding_range(params: types.FoldingRangeParams) -> list[types.FoldingRange]:
        uri = params.text_document.uri
        book = server.book_of(uri)
        return [] if book is None else outline.folding(book, uri)


def _wire_actions(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION)
    async def code_action(params: types.CodeActionParams) -> list[types.Command]:
        uri = params.text_document.uri
        book = server.book_of(uri)
        line = params.range.start.line
        return [] if book is None else lenses.actions(book, server.session_finder.state_of(book), uri, line)


def _wire_values(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(params: types.HoverParams) -> types.Hover | None:
        return await _in_session(server, params.text_document.uri, params.position, _hover)

    @server.feature(types.TEXT_DOCUMENT_INLINE_VALUE)
    async def inline_value(params: types.InlineValueParams) -> list[types.InlineValueText]:
        async def answer(position: "CursorPosition") -> list[types.InlineValueText]:
            return await _inline_values(position, params)

        return await _in_session(server, params.text_document.uri, params.range.start, answer) or []

    options = types.CompletionOptions(trigger_characters=completion.TRIGGERS)

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, options)
    async def complete(params: types.CompletionParams) -> list[types.CompletionItem]:
        return await _in_session(server, params.text_document.uri, params.position, _complete) or []


class CursorPosition:
    """A place in a document whose notebook has a debug session."""

    def __init__(
        self, server: Server, book: OpenNotebook, joined: SessionView, uri: str, position: types.Position
    ) -> None:
        self.server = server
        self.book = book
        self.link = joined.link
        self.joined = joined
        self.spot = DocumentLine(uri, position.line)
        self.column = book.column(uri, position)

    def code_before(self, column: int) -> str | None:
        """Return the text of the cell's code up to a column of the line; None: it is no code."""
        found = self.book.cell_at(self.spot.uri, self.spot.line)
        if found is None or found[0].kind != "code":
            return None
        cell, line = found
        text = self.book.line(self.spot.uri, self.spot.line)[:column]
        text = in_json(text) if self.book.is_json else text
        return "\n".join([*cell.source.split("\n")[: line - 1], text])

    async def frame(self) -> StackFrame | None:
        """Return the frame to look at values in; None: the notebook's names."""
        cell = self.book.cell_around(self.spot.uri, self.spot.line)
        return await self.server.frame_in(self.book, self.joined, cell)


T = TypeVar("T")


async def _in_session(
    server: Server, uri: str, position: types.Position, answer: Callable[[CursorPosition], Awaitable[T]]
) -> T | None:
    """Return what `answer` finds at a place; None without a session, or when it declines."""
    book = server.book_of(uri)
    joined = server.session_finder.view_of(book) if book is not None else None
    if book is None or joined is None:
        return None
    try:
        return await answer(CursorPosition(server, book, joined, uri, position))
    except Refused:
        return None  # asked at each move of the mouse: nobody wants to read why not


async def _hover(position: CursorPosition) -> types.Hover | None:
    found = values.expression_at(position.book.line(position.spot.uri, position.spot.line), position.column)
    before = position.code_before(found[1]) if found is not None else None
    if found is None or before is None or is_prose(before):
        return None
    frame = await position.frame()
    asked = EvaluateArguments(found[0], frame.id if frame is not None else None, context="hover")
    return values.hover(
        position.book, position.spot, found, await position.link.ask("evaluate", asked, EvaluateResponse)
    )


async def _inline_values(
    position: CursorPosition, params: types.InlineValueParams
) -> list[types.InlineValueText]:
    frames = await position.server.frames(position.joined)
    asked = params.context.frame_id
    for frame in [it for it in frames if it.id == asked] or frames[:1]:
        stopped = spot_of_source(position.book, position.joined.live, frame.source, frame.line)
        named = values.names_beside(position.book, position.spot.uri, params.range, stopped)
        known = await _values(position, frame, {name for name, _ in named})
        told = {name: value for name, value in known.items() if values.is_telling(value)}
        return [values.inline_value(name, where, told[name]) for name, where in named if name in told]
    return []


async def _values(position: CursorPosition, frame: StackFrame, names: set[str]) -> dict[str, str]:
    """Return the values of names in a frame: its own, those of the functions around it, the notebook's.

    The notebook's are many, and cost: of those only what is named is looked at.
    """
    if not names:
        return {}
    found: dict[str, str] = {}
    for scope in (await position.link.ask("scopes", ScopesArguments(frame.id), ScopesResponse)).scopes:
        if not scope.expensive:
            asked = VariablesArguments(scope.variables_reference)
            for variable in (await position.link.ask("variables", asked, VariablesResponse)).variables:
                found.setdefault(variable.name, variable.value)
    for name in sorted(names - found.keys())[:MOST_NAMES]:
        with suppress(Refused):  # it has no value yet
            wanted = EvaluateArguments(name, frame.id, context="watch")
            found[name] = (await position.link.ask("evaluate", wanted, EvaluateResponse)).result
    return found


async def _complete(position: CursorPosition) -> list[types.CompletionItem]:
    code = position.code_before(position.column)
    if position.book.is_json or code is None or (is_prose(code) and not is_key(code)):
        return []
    before = f_expression(code)
    if before is None:
        before = position.book.line(position.spot.uri, position.spot.line)[: position.column].lstrip()
    frame = await position.frame()
    column = len(before.encode("utf-16-le", "surrogatepass")) // 2 + 1
    asked = CompletionsArguments(before, column, frame.id if frame is not None else None)
    offered = (await position.link.ask("completions", asked, CompletionsResponse)).targets
    return completion.completions(position.book, position.spot, position.column, offered)


def _wire_command(server: Server, name: str) -> None:
    @server.command(name)
    async def command(*arguments: Any) -> None:  # an `object` would be given the server
        await server.do(_answer(server, name, *(*arguments, None, None)[:2]))


async def _answer(server: Server, name: str, uri: object, where: object) -> None:
    try:
        if not isinstance(uri, str):
            raise commands.Misused("its arguments are [uri, cell], with the document's URI")
        book = server.book_of(uri)
        if book is None:
            raise commands.Misused(f"{uri} is no notebook that is open")
        await _do(server, book, name, uri, where)
    except (Refused, commands.Misused) as refusal:
        server.say(f"{name}: {refusal}")


async def _do(server: Server, book: OpenNotebook, name: str, uri: str, where: object) -> None:
    cell = commands.cell_of(book, uri, where)  # now: lines may move while the session is asked
    await server.session_finder.find_sessions()  # it may have begun this moment
    joined = server.session_finder.view_of(book)
    if name in commands.RUNS:
        if joined is not None:
            await joined.settle_text()
        run = commands.run_of(book, joined.live if joined is not None else None, name, cell)
        if joined is not None:
            asked = NotebookRunArguments(run.run, no_debug=not run.is_debugged)
            await joined.link.ask("notebookRun", asked, NotebookRunResponse)
        elif server.can("dapKernelStart"):
            told = {"uri": book.uri, "run": run.run, "debug": run.is_debugged}
            server.protocol.notify("dap-kernel/start", told)
        else:
            raise Refused(_NO_SESSION)
    elif joined is None:
        raise Refused(_NO_SESSION)
    elif name == lenses.INTERRUPT:
        await joined.link.ask("notebookInterrupt", NotebookInterruptArguments(), Body)
    else:
        await joined.link.ask("restart", RestartArguments(), Body)


_NO_SESSION = "no debug session has this notebook: start the debugger on it first"
