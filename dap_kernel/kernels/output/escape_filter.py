"""Makes a kernel's text harmless: of all escape sequences only SGR (colours) and simple movements survive.

Movements are those that progress bars use: of the cursor, erasing, hiding it. Backspace, tab, line feed and
carriage return stay; other control characters go. Knows nothing of who printed the text.
Source: ECMA-48 sections 5.3-5.6, 8.3.
"""

import re

_CONTROL = re.compile(r"[\x00-\x07\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# A stray opening must not swallow all that follows: a line feed and another escape end a string, too.
_STRING_END = re.compile(r"\x1b\\|[\x07\x18\x1a\x9c]|(?=\x1b[^\\]|\n)")
_TOKEN = re.compile(
    r"(?P<kept>\x1b\[(?:[0-9;:]{0,200}m|[0-9;]{0,20}[A-GK]|0?J|\?25[hl]))"
    r"|(?:\x1b\[|\x9b)[0-?]{0,200}[ -/]{0,50}[@-~]"  # other control sequences
    r"|(?P<string>\x1b[P\]X^_]|[\x90\x98\x9d-\x9f])"  # DCS, OSC, SOS, PM, APC: up to their end
    r"|\x1b[ -/]{0,50}[0-OQ-WYZ`-~\\]"  # other escape sequences
    r"|(?P<torn>(?:\x1b\[|\x9b)[0-?]{0,200}[ -/]{0,50}\Z|\x1b[ -/]{0,50}\Z)"
    r"|(?:\x1b\[|\x9b)[0-?]{0,200}[ -/]{0,50}(?=[\x00-\x1f\x7f-\x9f])"  # broken off
    r"|[\x00-\x07\x0b\x0c\x0e-\x1f\x7f-\x9f]"
)
MOVEMENT = re.compile(r"\x1b\[\??[0-9;]*[A-GJKhl]|[\b\r]")
_SGR = re.compile(r"\x1b\[[0-9;:]*m")
# All but SGR, tab and line feed.
_UNSHOWN = re.compile(r"\x1b(?:\[\??[0-9;]*[A-GJKhl]|(?!\[[0-9;:]*m))|[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f]")


def without_movements(text: str) -> str:
    """Return what `TextFilter` has let pass without what moves a cursor."""
    return MOVEMENT.sub("", text)


def clean(text: str) -> str:
    """Return a text as an editor can show it: no control character but tab, line feed and colours."""
    if not _UNSHOWN.search(text):
        return text
    return _UNSHOWN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def plain(text: str) -> str:
    """Return a text for who shows no colours: no control character but tab and line feed."""
    return clean(_SGR.sub("", text))


class TextFilter:
    """Filter one stream of text, however it is cut. Sequences longer than any real one are text."""

    def __init__(self) -> None:
        self._torn = ""  # the begin of a sequence that the next text may complete
        self._is_in_string = False

    def feed(self, text: str) -> str:
        """Return what of `text`, and of what was held back, can be shown."""
        if not self._torn and not self._is_in_string and not _CONTROL.search(text):
            return text
        text, self._torn = self._torn + text, ""
        kept: list[str] = []
        at = 0
        while at < len(text):
            at = self._skip_string(text, at) if self._is_in_string else self._token(text, at, kept)
        return "".join(kept)

    def _token(self, text: str, at: int, kept: list[str]) -> int:
        """Keep the text up to the next control character, deal with that, and return where it ends."""
        token = _TOKEN.search(text, at)
        if token is None:
            kept.append(text[at:])
            return len(text)
        kept.append(text[at : token.start()])
        if token.lastgroup == "kept":
            kept.append(token[0])
        elif token.lastgroup == "string":
            self._is_in_string = True
        elif token.lastgroup == "torn":
            self._torn = token[0]
        return token.end()

    def _skip_string(self, text: str, at: int) -> int:
        end = _STRING_END.search(text, at)
        if end is None:
            self._torn = "\x1b" if text.endswith("\x1b") else ""
            return len(text)
        self._is_in_string = False
        return end.end()
