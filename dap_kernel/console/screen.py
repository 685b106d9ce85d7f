"""What the user sees: the program's output as it comes, and our own words between it.

It knows colours and columns; not what is said, and no DAP. On anything but a terminal all is plain text.
"""

import os
import re
import shutil
import sys
from contextlib import suppress
from typing import TextIO

from .terminal_text import RESET, SGR, Cleaner, cut_page, plain

STYLES = {
    "bold": "1",
    "dim": "2",
    "error": "31",
    "good": "32",
    "note": "36",
    "here": "1;33",
}
LONGEST_LINE = 2000  # characters of an unfinished line that are remembered


class TerminalScreen:
    """Standard output and standard error, of which one line may be unfinished."""

    def __init__(self, wants_colours: bool = True) -> None:
        self.is_terminal = sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"
        self.has_colours = self.is_terminal and wants_colours
        self.unfinished = ""  # the line the cursor is in, as far as it is written
        self._cleaners: dict[str, Cleaner] = {}  # by the category of output
        self._is_coloured = False  # by the program, which may forget to stop
        self.has_status = False  # below what was written

    @property
    def width(self) -> int:
        return max(_size().columns, 40) if self.is_terminal else 100

    @property
    def height(self) -> int:
        return max(_size().lines, 8)

    def program(self, text: str, category: str) -> None:
        """Show output of the program; its errors go to stderr."""
        keeps = self.is_terminal
        shown = self._cleaners.setdefault(category, Cleaner(keeps)).feed(text)
        if keeps and (last := _last_sgr(shown)) is not None:
            self._is_coloured = not re.fullmatch(r"\x1b\[[0;]*m", last)
        self._write(shown, sys.stderr if category == "stderr" else sys.stdout)

    def say(self, text: str = "", style: str | None = None) -> None:
        """Show lines of our own. `text` may hold SGR that `paint` made, and nothing else of the kind."""
        self.finish_line()
        self._write(f"{self.paint(text, style) if style else text}\n", sys.stdout)

    def show_text(self, text: str, style: str | None = None) -> None:
        """Show lines that somebody else worded."""
        self.say(plain(text), style)

    def show_page(self, text: str) -> str:
        """Show as much of what somebody else worded as fits on a terminal; return the rest."""
        shown, rest = (
            (plain(text), "") if not self.is_terminal else cut_page(plain(text), self.width, self.height - 3)
        )
        self.say(shown)
        return rest

    def is_too_long(self, text: str) -> bool:
        """Whether it takes more than a page of the terminal."""
        return self.is_terminal and bool(cut_page(plain(text), self.width, self.height - 3)[1])

    def status(self, text: str) -> None:
        """Show a line below what was written until more is: on a terminal, not behind an unfinished line."""
        if self.is_terminal and not self.unfinished:
            self.end_status()
            sys.stdout.write(self.paint(text, "dim"))
            sys.stdout.flush()
            self.has_status = True

    def end_status(self) -> None:
        """Take that line away."""
        if self.has_status:
            self.has_status = False
            sys.stdout.write("\r\x1b[K")
            sys.stdout.flush()

    def ask(self, prompt: str) -> None:
        """Show a prompt, behind which the line stays open."""
        self.finish_line()
        self._write(prompt, sys.stdout)

    def echo(self, text: str) -> None:
        """End the line of a prompt with what was read there."""
        self._write(f"{plain(text)}\n", sys.stdout)

    def finish_line(self) -> None:
        """Go to the beginning of a line, and to our own colours."""
        if self._is_coloured:
            self._is_coloured = False
            self._write(RESET, sys.stdout)
        if self.unfinished:
            self._write("\n", sys.stdout)

    def take_line(self) -> str:
        """Erase the unfinished line of a terminal and return it, for whoever writes it again."""
        line = self.unfinished
        if line and self.is_terminal:
            if len(SGR.sub("", line)) >= self.width:
                self.finish_line()
                return ""
            self._write("\r\x1b[K", sys.stdout)
            self.unfinished = ""
        return line

    def line_was_read(self) -> None:
        """Take note that the user ended the line."""
        self.unfinished = ""

    def paint(self, text: str, style: str) -> str:
        """Return `text`, which holds no escapes, in a style."""
        return f"\x1b[{STYLES[style]}m{text}{RESET}" if self.has_colours and text else text

    def _write(self, text: str, stream: TextIO) -> None:
        if not text:
            return
        self.end_status()
        _write_all(stream, text)
        line = text.rpartition("\n")[2]
        self.unfinished = line if "\n" in text else (self.unfinished + line)[:LONGEST_LINE]


def _write_all(stream: TextIO, text: str) -> None:
    try:
        stream.write(text)
    except UnicodeEncodeError:
        encoding = stream.encoding or "ascii"
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
    stream.flush()


def _last_sgr(text: str) -> str | None:
    found = SGR.findall(text)
    return found[-1] if found else None


def _size() -> os.terminal_size:
    """Return the terminal's size now; where it tells none, what COLUMNS and LINES say."""
    with suppress(OSError, ValueError):
        told = os.get_terminal_size(sys.stdout.fileno())
        if told.columns > 0 and told.lines > 0:
            return told
    return shutil.get_terminal_size((100, 24))
