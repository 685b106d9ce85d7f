"""Puts together what is shown beside text: it comes in parts, among the output. Pure.

A kernel is not trusted: what makes no sense is the text that it was, and what gets too long is dropped.
"""

import logging

import msgspec

from ...agent.wire import messages as wire
from ..printed import Piece

log = logging.getLogger(__name__)

MOST_CHARS = 4 * wire.MAX_DISPLAY  # of all displays that are on their way
MOST_CHARS_OF_ONE = 2 * wire.MAX_DISPLAY  # in JSON, which may take two characters for one


class DisplayParts:
    """The displays of one kernel that are on their way."""

    def __init__(self) -> None:
        self._parts: dict[int, list[str]] = {}  # by number
        self._size = 0  # of all parts, in characters

    def gathered(self, pieces: list[Piece]) -> list[Piece]:
        """Return `pieces` with whole displays in the place of their last parts, and without the others."""
        shown = []
        for it in pieces:
            if it.kind == "part":
                self._keep(it)
            elif it.kind != "display":
                shown.append(it)
            elif (whole := self._whole(it.line)) is not None:
                shown.append(whole)
        return shown

    def unfinished(self) -> list[Piece]:
        """Return what was said to be of displays whose end has not come, and will not: as text."""
        return [Piece(self._take(it), "stdout") for it in list(self._parts)]

    def _keep(self, part: Piece) -> None:
        self._parts.setdefault(part.line, []).append(part.text)
        self._size += len(part.text)
        while self._size > MOST_CHARS:  # the oldest will hardly come to its end
            log.warning("a display was dropped")
            self._take(next(iter(self._parts)))

    def _take(self, number: int) -> str:
        text = "".join(self._parts.pop(number, ()))
        self._size -= len(text)
        return text

    def _whole(self, number: int) -> Piece | None:
        text = self._take(number)
        try:
            display = msgspec.json.decode(text, type=wire.Display)
        except (msgspec.MsgspecError, RecursionError) as error:
            log.warning("a display makes no sense: %s", error)
            return Piece(text, "stdout") if text else None
        if len(text) > MOST_CHARS_OF_ONE:
            log.warning("a display was dropped: it has %d characters", len(text))
            return None
        return Piece("", "display", display.filename, display.line, display)
