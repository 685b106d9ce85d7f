"""Commands that show values."""

import ast
from contextlib import suppress

import msgspec

from ...client.dap_client import Refused
from ...protocol.tables import TEXT_ROWS, NotebookTableArguments, NotebookTableResponse
from ...protocol.variables import EvaluateResponse, VariablesArguments, VariablesResponse
from ..errors import CommandError
from ..next_pages import Items, NextRows
from ..registry import command
from ..session import ConsoleSession
from ..stop_view import shown_result, variable_line, variables_of, watched

NOT_STOPPED = "notStopped"  # DAP's word for a reference that is void
CHAPTER = "Looking at values"
MOST = 200  # variables
CUT = "…"  # at the end of a text that the kernel has cut
LONGEST_ROW = 16  # digits


async def evaluate(session: ConsoleSession, expression: str) -> None:
    """Show what Python is, in the frame looked at. Raises CommandError."""
    response = await _evaluated(session, expression)
    has_items = response.indexed_variables and "\n" not in response.result
    if has_items and (session.screen.is_too_long(response.result) or response.result.endswith(CUT)):
        items = Items(response.variables_reference, response.indexed_variables or 0)
        session.pages.keep_items(items)
    if session.pages.items is not None and session.screen.is_terminal:
        await _tell_items(session, session.pages.items)
    elif response.result:
        _tell_page(session, response.result)


async def _tell_items(session: ConsoleSession, items: Items) -> None:
    """Show the next elements of a list, a line each, as many as a page has."""
    rows = session.screen.height - 4
    asked = VariablesArguments(items.reference, filter="indexed", start=items.shown, count=rows)
    for it in (await session.ask("variables", asked, VariablesResponse)).variables:
        session.screen.say(variable_line(session, it))
    items.shown = min(items.shown + rows, items.total)
    if items.shown == items.total:
        session.pages.keep_items(None)
    _say_how_to_go_on(session)


def _tell_page(session: ConsoleSession, text: str) -> None:
    session.pages.keep_rest(session.screen.show_page(text))
    _say_how_to_go_on(session)


def _say_how_to_go_on(session: ConsoleSession) -> None:
    if session.pages.rest:
        left = f"{len(session.pages.rest):,} characters"
    elif (items := session.pages.items) is not None:
        left = f"{items.total - items.shown:,} of {items.total:,} elements"
    else:
        return
    session.screen.say(f"    … {left} are not shown yet: `more` (or Enter) shows the next page", "dim")


@command("p EXPRESSION", "show a value", CHAPTER, takes="python")
async def show(session: ConsoleSession, argument: str) -> None:
    await evaluate(session, _needed(argument, "p EXPRESSION"))


@command("pp EXPRESSION", "show a value over several lines", CHAPTER, takes="python")
async def pretty(session: ConsoleSession, argument: str) -> None:
    """A string is shown without its quotes, so that its lines are lines. The value is made in the kernel."""
    needed = _needed(argument, "pp EXPRESSION")
    width = session.screen.width
    shown = (
        await _evaluated(session, f"__import__('pprint').pformat(({needed}), width={width})", "clipboard")
    ).result
    with suppress(SyntaxError, ValueError, MemoryError, RecursionError):  # without quotes, or cut
        shown = str(ast.literal_eval(shown))
    _tell_page(session, shown)


@command("more", "show the next page of a result", CHAPTER)
async def more(session: ConsoleSession, argument: str) -> None:
    """The rest of a text comes first, then the next of a value's items."""
    if session.pages.rest:
        _tell_page(session, session.pages.rest)
    elif session.pages.items is not None:
        await _tell_items(session, session.pages.items)
    else:
        raise CommandError("there is nothing more to show")


@command("whatis EXPRESSION", "show a value's type", CHAPTER, takes="python")
async def what_is(session: ConsoleSession, argument: str) -> None:
    response = await _evaluated(session, _needed(argument, "whatis EXPRESSION"))
    session.screen.show_text(response.type or "it has no type that is known")


@command("vars", "list the variables of the frame", CHAPTER)
async def variables(session: ConsoleSession, argument: str) -> None:
    """The locals of the frame that is looked at, in the server's order; at most `MOST`."""
    try:
        found = await variables_of(session, session.frame)
    except Refused as refusal:
        raise CommandError(str(refusal)) from None
    for it in found[:MOST]:
        session.screen.say(variable_line(session, it))
    if len(found) > MOST:
        session.screen.say(f"    … {len(found) - MOST} more", "dim")
    if not found:
        session.screen.say("there are no variables")


@command(
    "table [EXPRESSION [ROW]]",
    "show a table from a row on; alone: the next rows",
    CHAPTER,
    takes="python",
    repeats=True,
)
async def table(session: ConsoleSession, argument: str) -> None:
    """Without an argument, or with a row of the same expression and frame, go on in the kept table.

    Rows count from 0. Where the kept table is gone, the expression is evaluated once more.
    """
    last = session.pages.rows
    expression, start = _table_and_row(argument) if argument else (last.expression, last.start)
    if not expression:
        raise CommandError("usage: table EXPRESSION [ROW]")
    frame_id = session.frame.id if session.stops and session.frames else None
    is_same = (expression, frame_id) == (last.expression, last.frame_id)
    asked = NotebookTableArguments(start=start or 0, count=TEXT_ROWS, text_width=session.screen.width)
    page = None
    if not argument or (is_same and start is not None):
        page = await _kept_page(session, msgspec.structs.replace(asked, table_reference=last.table))
    if page is None:
        asked.expression, asked.frame_id, asked.look_up = expression, frame_id, not argument
        asked.table_reference = last.table
        page = await session.ask("notebookTable", asked, NotebookTableResponse)
    session.screen.show_text(page.text or "")
    session.pages.keep_rows(
        NextRows(expression, frame_id, page.table_reference, asked.start + len(page.cells))
    )
    if session.pages.rows.start < page.rows:
        session.screen.say("    an empty line shows the next rows", "dim")


async def _kept_page(session: ConsoleSession, asked: NotebookTableArguments) -> NotebookTableResponse | None:
    """Return rows of the value that was shown before; None: it is no longer kept."""
    try:
        return await session.client.request("notebookTable", asked, NotebookTableResponse)
    except Refused as refusal:
        if str(refusal) != NOT_STOPPED:
            raise CommandError(str(refusal)) from None
        return None


def _table_and_row(argument: str) -> tuple[str, int | None]:
    expression, _, row = argument.rpartition(" ")
    is_row = row.isascii() and row.isdecimal() and len(row) < LONGEST_ROW
    try:
        ast.parse(expression.strip(), mode="eval")  # in `x - 1` no row follows
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return argument, None
    return (expression.strip(), int(row)) if is_row else (argument, None)


@command(
    "display [EXPRESSION]",
    "show a value at each stop where it is new; or list these",
    CHAPTER,
    takes="python",
)
async def display(session: ConsoleSession, argument: str) -> None:
    """What is shown now is kept, so that the next stop shows what has changed."""
    if argument:
        session.displays[argument] = None
    for expression in [argument] if argument else list(session.displays):
        shown = shown_result(await watched(session, expression), session.screen.width)
        session.displays[expression] = shown
        session.screen.show_text(f"    {expression}: {shown}")


@command("undisplay [EXPRESSION]", "show it no more; or none of them", CHAPTER, takes="python")
async def undisplay(session: ConsoleSession, argument: str) -> None:
    if argument and argument not in session.displays:
        raise CommandError(f"{argument} is not displayed")
    for expression in [argument] if argument else list(session.displays):
        del session.displays[expression]


async def _evaluated(session: ConsoleSession, expression: str, context: str = "repl") -> EvaluateResponse:
    try:
        return await session.evaluate(expression, context)
    except Refused as refusal:
        raise CommandError(str(refusal)) from None


def _needed(argument: str, usage: str) -> str:
    if not argument:
        raise CommandError(f"usage: {usage}")
    return argument
