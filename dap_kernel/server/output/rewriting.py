"""What is written over again, as progress bars do: applied as a terminal would, held back until it is done.

A line is done when nothing can reach it any more: a program that moves the cursor up comes back no higher
than it did before, and one that hides the cursor, as rich does, writes over all that follows, as long as it
moves the cursor at all. Lines have no end on the right. Text without such movements passes through as it is.
Knows neither cells nor events.
Source: ECMA-48 sections 8.3 (CUU, CUD, CUF, CUB, CNL, CPL, CHA, ED, EL); DECTCEM.
"""

import re
from collections.abc import Iterable, Iterator

from ...agent.wire.filenames import FileLine
from ...kernels.output.escape_filter import MOVEMENT
from .screen import PrintedText, Row, Screen

MOST_ROWS = 100  # that are held back
MOST_CHARS = 10_000  # of a line that is held back
LATELY = 20  # lines: after so many without a movement up no more is expected, even with a hidden cursor
MOST_HELD = 3  # lines that are told as progress
_TOKEN = re.compile(
    r"\x1b\[(?P<parameters>[0-9;:]*)(?P<final>[A-GJKm])|\x1b\[\?25(?P<cursor>[hl])"
    r"|(?P<control>[\r\n\b])|(?P<text>[^\x1b\r\n\b]+)|\x1b(?:\[[0-9;:?]*[a-zA-Z])?"
)


class Rewriting:
    """One stream of text."""

    def __init__(self) -> None:
        self._screen: Screen | None = None  # None: nothing is written over
        self._is_cut = False  # a line was shown before it was finished
        self._is_hidden = False  # the cursor
        self._reach = 0  # rows that the cursor is expected to go up
        self._lines = 0  # since it last did

    @property
    def held(self) -> list[str]:
        """The lines that are still being written over, the first ones."""
        texts = (it.plain for it in self._screen.rows) if self._screen is not None else ()
        return [it for it in texts if it][:MOST_HELD]

    @property
    def drawn(self) -> str:
        """What is still being written over as a terminal shows it now: all lines, with their colours."""
        rows = [it.text.rstrip() for it in self._screen.rows] if self._screen is not None else []
        while rows and not rows[-1]:
            rows.pop()
        return "\n" * (self._is_cut and bool(rows)) + "\n".join(rows)

    @property
    def is_settled(self) -> bool:
        """Whether some of what is held back seems to be done: if nothing comes soon, it is."""
        screen = self._screen
        return screen is not None and not self._is_hidden and (screen.is_fresh or screen.row > self._reach)

    def feed(self, text: str, place: FileLine | None = None) -> list[PrintedText]:
        """Return what is not written over any more: of `text`, printed at `place`, and of what was held."""
        if self._screen is None and not self._is_hidden:
            if "\r" in text:
                text = text.replace("\r\n", "\n")
            moves = MOVEMENT.search(text) if "\r" in text or "\b" in text or "\x1b" in text else None
            if moves is None:
                return self._plain(text, place)
            start = moves.start()
            for _ in range(LATELY):  # lines that it may go up to
                start = max(text.rfind("\n", 0, start), 0)
            start += text.startswith("\n", start)
            return [*self._plain(text[:start], place), *self._rewrite(text[start:], place)]
        return self._rewrite(text, place)

    def settle(self) -> list[PrintedText]:
        """Return what seems to be done."""
        if self._screen is None or not self.is_settled:
            return []
        if self._screen.is_fresh:
            return self.flush()
        return self._shown(self._screen.take_rows(self._screen.row - self._reach))

    def flush(self, *, is_over: bool = False, ends_line: bool = True) -> list[PrintedText]:
        """Return what is held back, done or not. `is_over`: whoever wrote it has ended."""
        screen, self._screen = self._screen, None
        if is_over:
            self._is_hidden, self._reach = False, 0
        if screen is None:
            return []
        rows = screen.rows
        while rows and not rows[-1].plain:
            rows.pop()
        if not rows:
            return []
        ends_line = ends_line or screen.is_fresh
        return self._shown(rows, ends_line)

    def _plain(self, text: str, place: FileLine | None) -> list[PrintedText]:
        if not text:
            return []
        self._is_cut = not text.endswith("\n")
        return [(text, place)]

    def _rewrite(self, text: str, place: FileLine | None) -> list[PrintedText]:
        screen = self._screen = self._screen or Screen()
        done: list[Row] = []
        for token in _TOKEN.finditer(text):
            if token["text"] is not None:
                done += screen.write(token["text"], place)
            elif token["control"] is not None:
                self._control(screen, token["control"], place)
            elif token["cursor"] is not None:
                self._is_hidden = token["cursor"] == "l"
                self._reach = max(self._reach, 1)  # rich takes its last line away after it shows the cursor
            elif token["final"] is not None:
                screen.sequence(token["final"], token["parameters"])
            is_wide = screen.column > MOST_CHARS
            done += screen.take_rows(screen.row + 1 if is_wide else len(screen.rows) - MOST_ROWS)
        return self._shown([*done, *self._settled(screen)])

    def _control(self, screen: Screen, control: str, place: FileLine | None) -> None:
        if control == "\n":
            self._lines += 1
            screen.line_feed(place)
        elif control == "\r":
            screen.column = 0
        else:
            screen.column = max(screen.column - 1, 0)

    def _settled(self, screen: Screen) -> Iterable[Row]:
        """Return the rows that nothing reaches any more."""
        if climbed := screen.pop_climbed():
            self._reach, self._lines = max(self._reach, climbed), 0
        if (
            self._lines > self._reach + LATELY
        ):  # The bar that has hidden the cursor may have ended without showing it again.
            self._is_hidden, self._reach = False, 0
            if screen.is_fresh:
                self._screen = None
                return screen.take_rows(screen.row)
        if self._is_hidden:
            return []
        return screen.take_rows(screen.row - self._reach - 1)  # perhaps one more bar begins

    def _shown(self, rows: list[Row], ends_line: bool = True) -> list[PrintedText]:
        """Return rows as text, neighbours of one place joined."""
        shown = list(_joined(rows))
        if shown and self._is_cut:  # what is shown cannot be written over
            shown[0] = "\n" + shown[0][0], shown[0][1]
        if shown:
            self._is_cut = not ends_line
            if not ends_line:
                shown[-1] = shown[-1][0].removesuffix("\n"), shown[-1][1]
        return shown


def _joined(rows: list[Row]) -> Iterator[PrintedText]:
    texts: list[str] = []
    for at, row in enumerate(rows):
        texts.append(f"{row.text}\n")
        if at + 1 == len(rows) or rows[at + 1].place != row.place:
            yield "".join(texts), row.place
            texts = []
