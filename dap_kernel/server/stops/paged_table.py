"""The table that the console's `:table` shows page by page: where it is, so that the next page can follow.

Short: what `repl/` does with it stands above the session, and this below.
"""


class PagedTable:
    """The page that was shown last."""

    def __init__(self) -> None:
        self.expression = ""  # "": there was none
        self.frame_id: int | None = None  # of the client's, that was looked at
        self.reference = 0  # the kernel's, to the value
        self.next_row = 0  # the first row of the next page

    def turn(self, expression: str, frame_id: int | None, reference: int, next_row: int) -> None:
        """Note the page that is shown now."""
        self.expression, self.frame_id = expression, frame_id
        self.reference, self.next_row = reference, next_row
