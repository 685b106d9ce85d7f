"""Text that others wrote, made fit for a terminal: no escape but colours, no control character, bounded.

Knows no terminal and no DAP. The server's own filter (`kernels/output/escape_filter.py`) is another: it lets
movements pass, for what is drawn in an editor; here the server is not trusted either, and nothing may move.
"""

import re

SGR = re.compile(r"\x1b\[[0-9;:]{0,60}m")
RESET = "\x1b[0m"
LONGEST_ESCAPE = 4096  # characters of a sequence that may still get its end

_UNSAFE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # a control sequence, SGR among them
    r"|\x1b[\]PX^_][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"  # a string: titles, links, marks
    r"|\x1b[ -/]*[0-OQ-WYZ`-~\\]"  # every other escape
    r"|[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]"  # what is left of escapes too
)
_UNFINISHED = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|[\]PX^_][^\x07\x1b\x9c]*\x1b?|[ -/]*)\Z")
_BLANKS = re.compile(r"\s+")


class Cleaner:
    """Make a stream of text safe, however it is cut into pieces."""

    def __init__(self, keep_colours: bool) -> None:
        self._keep_colours = keep_colours
        self._rest = ""

    def feed(self, text: str) -> str:
        """Return what can be shown of `text` now; an escape without its end waits for the next piece."""
        text, self._rest = self._rest + text, ""
        unfinished = _UNFINISHED.search(text)
        if unfinished and len(unfinished[0]) <= LONGEST_ESCAPE:
            self._rest = unfinished[0]
            text = text[: unfinished.start()]
        return _UNSAFE.sub(self._replacement, text)

    def _replacement(self, found: re.Match[str]) -> str:
        return found[0] if self._keep_colours and SGR.fullmatch(found[0]) else ""


def plain(text: str) -> str:
    """Return `text`, of several lines perhaps, without escapes and control characters."""
    return _UNSAFE.sub("", text)


def one_line(text: str, width: int) -> str:
    """Return `text` in one line of at most `width` characters."""
    room = max(width, 2)
    shown = _BLANKS.sub(" ", plain(text[: 8 * room])).strip()
    return shown if len(shown) <= room and len(text) <= 8 * room else f"{shown[: room - 1]}…"


def cut_page(text: str, width: int, rows: int) -> tuple[str, str]:
    """Return what of `text` fits into some rows of a terminal, and the rest."""
    at = 0
    for _ in range(rows):
        end = text.find("\n", at, at + width + 1)
        at = end + 1 if end >= 0 else min(at + width, len(text))
        if at >= len(text):
            return text, ""
    return text[:at].removesuffix("\n"), text[at:]


def clip(text: str, width: int) -> str:
    """Return a line of code, its indentation kept, in at most `width` characters."""
    shown = plain(text[: 4 * width].expandtabs(4))
    return shown if len(shown) <= width else f"{shown[: width - 1]}…"
