"""The pager of the console's `:table`; a page of a table as it is answered."""

from typing import TYPE_CHECKING

from ...agent.wire import messages as wire
from ...notebook.source.syntax import check_expression
from ...notebook.source.text import whole_number
from ...protocol.tables import TEXT_ROWS, NotebookTableArguments, NotebookTableResponse
from .. import convert
from ..errors import DapError, NotStarted
from ..stops.frames import kernel_frame_id, top_frame
from .table_text import table_text

if TYPE_CHECKING:
    from ..session import Session

WIDTH = 100  # of a console, which nobody tells
USAGE = "usage: :table NAME [START], where NAME is any expression; then :table alone for the next rows"


class TablePager:
    """Shows one table page by page."""

    def __init__(self, session: "Session") -> None:
        self._session = session
        self._expression = ""
        self._next = 0  # row

    async def lines(self, words: list[str], frame_id: int | None) -> str:
        """Return the page that `words` name: an expression and a row, or neither for the next page."""
        session = self._session
        start, expression = self._next, self._expression
        if words:
            expression, start = _table_and_row(" ".join(words))
        if not expression:
            raise DapError(USAGE)
        if session.kernel.live is None:
            raise NotStarted
        frame = await top_frame(session) if frame_id is None else kernel_frame_id(session, frame_id)
        args = NotebookTableArguments(expression, start=start, count=TEXT_ROWS, text_width=WIDTH)
        page = await table_response(session, args, frame)
        shown = len(page.cells)
        self._expression, self._next = expression, start + shown
        follows = "\n:table shows the next rows" if self._next < page.rows and shown else ""
        return f"{page.text}{follows}"


def _table_and_row(text: str) -> tuple[str, int]:
    """Return an expression, and the row that follows it: in `x - 1` none does."""
    expression, _, last = text.rpartition(" ")
    row = whole_number(last)
    try:
        check_expression(expression)
    except SyntaxError:
        return text, 0
    return (text, 0) if row is None else (expression, row)


async def table_response(
    session: "Session", args: NotebookTableArguments, frame: int
) -> NotebookTableResponse:
    """Return a page of a table as it is answered; `frame` is the kernel's."""
    try:
        found = await session.kernel.call(convert.table_command(args, frame), wire.TablePage)
    finally:
        if frame == wire.IDLE_FRAME:
            session.idle.come_back()
    page = convert.table_response(found)
    if args.text_width > 0:
        page.text = table_text(page, args.text_width, max(args.start, 0), max(args.first_column, 0))
    return page
