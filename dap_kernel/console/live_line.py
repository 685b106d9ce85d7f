"""The line that runs now, below the program's output on a terminal, with the time that it takes.

Knows when it is to be seen; `Screen` knows how it is taken away again.
"""

import asyncio
from typing import TYPE_CHECKING

from ..protocol.notebook import NotebookLineEvent
from .terminal_text import one_line

if TYPE_CHECKING:
    from .session import Session

QUIET_S = 0.5  # for a run until its line is worth a look
REDRAWN_S = 1.0


class LiveLine:
    """See the module. On the event loop."""

    def __init__(self, session: "Session") -> None:
        self._session = session
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
        elif self._session.screen.has_status:
            self._draw()

    def clear(self) -> None:
        """Show nothing: it stands still, or waits for input, or has ended."""
        self._at = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._session.screen.end_status()

    def _draw(self) -> None:
        loop, session = asyncio.get_running_loop(), self._session
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
        if self._at is None or session.stops or session.input_wanted is not None or session.is_leaving:
            return
        session.screen.status(one_line(self._text(self._at, loop.time()), session.screen.width - 1))
        self._timer = loop.call_later(REDRAWN_S, self._draw)

    def _text(self, at: NotebookLineEvent, now: float) -> str:
        names = {it.id: it.name for it in self._session.cells}
        name = names.get(at.cell_id) if not self._session.is_script else None
        seconds = int(now - self._since)
        took = f"{seconds} s" if seconds < 60 else f"{seconds // 60} min {seconds % 60} s"
        of = "" if at.loop is None else f" in the loop of line {at.loop.line}"
        parts = [
            ", ".join(filter(None, [name, f"line {at.line}"])),
            f"in {at.via}" if at.via else "",
            f"{took}{of}" if seconds else "",
        ]
        return "… " + " · ".join(filter(None, parts))
