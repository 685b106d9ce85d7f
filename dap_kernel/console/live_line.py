"""The line that runs now, below the program's output on a terminal, with the time that it takes.

Knows when it is to be seen; `TerminalScreen` knows how it is taken away again.
"""

import asyncio
from collections.abc import Callable

from ..protocol.notebook import NotebookLineEvent
from .screen import TerminalScreen
from .terminal_text import one_line

QUIET_S = 0.5  # for a run until its line is worth a look
REDRAWN_S = 1.0


class StatusLine:
    """See `move` and `clear`. All of it belongs to the event loop's thread.

    `is_unwanted` says whether it is out of place now, `name_of` what the cell of an id is called.
    """

    def __init__(
        self,
        screen: TerminalScreen,
        is_unwanted: Callable[[], bool],
        name_of: Callable[[str | None], str | None],
    ) -> None:
        self._screen = screen
        self._is_unwanted = is_unwanted
        self._name_of = name_of
        self._at: NotebookLineEvent | None = None
        self._since = 0.0  # of the loop's time: when what it is of began
        self._timer: asyncio.TimerHandle | None = None

    def move(self, to: NotebookLineEvent | None) -> None:
        """Take the server's word on what runs; without a line nothing does."""
        if to is None or to.line is None:
            self.clear()
            return
        loop = asyncio.get_running_loop()
        self._since = loop.time() - to.elapsed_s
        self._at, is_first = to, self._at is None
        if is_first:
            self._timer = loop.call_later(QUIET_S, self._draw)
        elif self._screen.has_status:
            self._draw()

    def clear(self) -> None:
        """Show nothing: it stands still, or waits for input, or has ended."""
        self._at = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._screen.end_status()

    def _draw(self) -> None:
        loop = asyncio.get_running_loop()
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
        if self._at is None or self._is_unwanted():
            return
        self._screen.status(one_line(self._text(self._at, loop.time()), self._screen.width - 1))
        self._timer = loop.call_later(REDRAWN_S, self._draw)

    def _text(self, at: NotebookLineEvent, now: float) -> str:
        seconds = int(now - self._since)
        took = f"{seconds} s" if seconds < 60 else f"{seconds // 60} min {seconds % 60} s"
        of = "" if at.loop is None else f" in the loop of line {at.loop.line}"
        parts = [
            ", ".join(filter(None, [self._name_of(at.cell_id), f"line {at.line}"])),
            f"in {at.via}" if at.via else "",
            f"{took}{of}" if seconds else "",
        ]
        return "… " + " · ".join(filter(None, parts))
