"""What of a long result is yet to be shown: text, elements of a list, rows of a table. Knows no screen."""

import msgspec


class Items(msgspec.Struct):
    """A list of which a page is shown after the other; void once its thread goes on."""

    reference: int
    total: int
    shown: int = 0


class NextRows(msgspec.Struct, frozen=True):
    """The rows of a table that follow those that were shown last."""

    expression: str = ""
    frame_id: int | None = None
    table: int = 0  # the reference to its value
    start: int = 0


class NextPages:
    """Where the next page begins of what was shown last; text comes before elements."""

    def __init__(self) -> None:
        self.rest = ""  # of a result
        self.items: Items | None = None  # of a result, in its place
        self.rows = NextRows()  # of the table that was shown last

    def keep_rest(self, text: str) -> None:
        """Keep what did not fit on a page."""
        self.rest = text

    def keep_items(self, items: Items | None) -> None:
        """Keep a list whose next elements may be asked for; None: all were shown."""
        self.items = items

    def keep_rows(self, rows: NextRows) -> None:
        """Keep where a table goes on."""
        self.rows = rows

    def forget_result(self) -> None:
        """Have nothing more to show of a result; a table goes on all the same."""
        self.rest, self.items = "", None
