"""The pager of the console's `:table`; a page of a table as it is answered."""

from ...agent.wire import messages as wire
from ...notebook.source.syntax import check_expression, is_path
from ...notebook.source.text import whole_number
from ...protocol.tables import TEXT_ROWS, NotebookTableArguments, NotebookTableResponse
from .. import convert
from ..errors import DapError, NotStarted, NotStopped
from ..flows.idling import idle_again
from ..session import Session
from .table_text import table_text

WIDTH = 100  # of a console, which nobody tells
REFRESH = "to evaluate {0} once more, type :table {0}"
USAGE = "usage: :table NAME [START], where NAME is any expression; then :table alone for the next rows"


async def page_lines(session: Session, words: list[str], frame_id: int | None) -> str:
    """Return the page that `words` name: an expression and a row, or neither for the next page.

    `frame_id`: what the client looks at. Raises DapError.
    """
    last = session.paged_table
    expression, start = _table_and_row(" ".join(words)) if words else (last.expression, last.next_row)
    if not expression:
        raise DapError(USAGE)
    if session.kernel.live is None:
        raise NotStarted
    args = NotebookTableArguments(start=start or 0, count=TEXT_ROWS, text_width=WIDTH)
    is_same = (expression, frame_id) == (last.expression, last.frame_id)
    is_known = not words or (is_same and start is not None)
    page = await _kept_page(session, args) if is_known else None
    if page is None:
        if not words and not is_path(expression):
            raise DapError(f"the kernel has run on: {REFRESH.format(expression)}")
        frame = (
            await session.frames.top_frame_id()
            if frame_id is None
            else session.frames.kernel_frame_id(frame_id)
        )
        args.expression, args.table_reference = expression, last.reference
        page = await table_response(session, args, frame)
    next_row = args.start + len(page.cells)
    last.turn(expression, frame_id, page.table_reference, next_row)
    follows = "\n:table shows the next rows" if next_row < page.rows and page.cells else ""
    return f"{page.text}{follows}"


async def _kept_page(session: Session, args: NotebookTableArguments) -> NotebookTableResponse | None:
    """Return rows of the value that was shown before; None: it is no longer kept."""
    args.table_reference = session.paged_table.reference
    try:
        return await table_response(session, args, wire.IDLE_FRAME)
    except NotStopped:
        return None


def _table_and_row(text: str) -> tuple[str, int | None]:
    """Return an expression, and the row that follows it, if one does: in `x - 1` none does."""
    expression, _, last = text.rpartition(" ")
    row = whole_number(last)
    try:
        check_expression(expression)
    except SyntaxError:
        return text, None
    return (text, None) if row is None else (expression, row)


async def table_response(session: Session, args: NotebookTableArguments, frame: int) -> NotebookTableResponse:
    """Return a page of a table as it is answered; `frame` is the kernel's."""
    command = convert.table_command(args, frame, args.expression is not None and is_path(args.expression))
    try:
        found = await session.kernel.call(command, wire.TablePage)
    finally:
        if frame == wire.IDLE_FRAME:
            idle_again(session)
    page = convert.table_response(found)
    page.is_path = page.evaluate_name is not None and is_path(page.evaluate_name)
    if args.text_width > 0:
        page.text = table_text(page, args.text_width, max(args.start, 0), max(args.first_column, 0))
    return page


def is_more_than_path(expression: str) -> str:
    """Return why an expression is not looked up."""
    return (
        f"{expression} is evaluated again only when you ask for it:"
        " it is more than a name with attributes and items"
    )
