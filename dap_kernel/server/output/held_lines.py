"""What a cell writes over, as progress bars do, for clients that show cells: at most four times a second.

Knows what was told last, and not how lines are written over.
"""

import asyncio
from collections.abc import Callable
from typing import Literal

from ...kernels.printed import Kind
from ...protocol.notebook import NotebookProgressEvent

TOLD_EVERY_S = 0.25
Stream = Literal["stdout", "stderr"]
STREAMS: tuple[Stream, ...] = ("stdout", "stderr")


class HeldLines:
    """Of one cell at a time: that which runs."""

    def __init__(self, drawn: Callable[[Kind], str], emit: Callable[[NotebookProgressEvent], None]) -> None:
        """`drawn` gives what a stream holds now, as text."""
        self._drawn = drawn
        self._emit = emit
        self._cell_id = ""
        self._told: dict[Kind, str] = {}  # by stream
        self._told_at = 0.0  # the loop's time
        self._timer: asyncio.TimerHandle | None = None

    def beside_output(self, kind: Kind) -> dict[str, str]:
        """Return what an output event of a stream says of what stands behind it, if anything does."""
        self._told[kind] = held = self._drawn(kind)
        return {"held": held} if held else {}

    def tell_gone(self) -> None:
        """Tell at once what is held no more, before something else is printed below it."""
        for stream in STREAMS:
            if self._told.get(stream) and not self._drawn(stream):
                self._told[stream] = ""
                self._emit(NotebookProgressEvent(self._cell_id, stream, ""))

    def send_changes(self, cell_id: str, *, is_last: bool) -> None:
        """Tell what has changed: at once if it is the cell's last, or nothing was told lately; else soon."""
        self._cell_id = cell_id
        if self._timer is not None and not is_last:
            return
        loop = asyncio.get_running_loop()
        early_s = self._told_at + TOLD_EVERY_S - loop.time()
        if is_last or early_s <= 0:
            self._tell()
        elif any(self._told.get(it, "") != self._drawn(it) for it in STREAMS):
            self._timer = loop.call_later(early_s, self._tell)

    def _tell(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for stream in STREAMS:
            held = self._drawn(stream)
            if self._told.get(stream, "") != held:
                self._told_at = asyncio.get_running_loop().time()
                self._told[stream] = held
                self._emit(NotebookProgressEvent(self._cell_id, stream, held))
