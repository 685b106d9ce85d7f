"""Lines that are written over again, as progress bars do: held back until they are finished.

Applies carriage return and backspace as a terminal would. Knows neither cells nor events.
"""

MOST_CHARS = 10_000  # of a line that is held back


class Rewriting:
    """One stream of text."""

    def __init__(self) -> None:
        self.line = ""  # what is held back, as it looks now
        self._is_cut = False  # the line was shown before it was finished

    def feed(self, text: str) -> str:
        """Return what of `text`, and of what was held back, is not written over any more."""
        if not self.line and "\r" not in text and "\b" not in text:
            self._is_cut = not text.endswith("\n") if text else self._is_cut
            return text
        if self._is_cut and text.startswith("\r") and text != "\r" and not text.startswith("\r\n"):
            text = "\n" + text  # what is shown cannot be written over
        self._is_cut = False
        done, newline, last = (self.line + text.replace("\r\n", "\n")).rpartition("\n")
        shown = "\n".join(_overwritten(it) for it in done.split("\n")) + newline
        self.line = ""
        if "\r" not in last and "\b" not in last and (newline or not last):
            self._is_cut = bool(last)
            return shown + last
        end = "\r" if last.endswith("\r") else ""
        self.line = _overwritten(last) + end
        if len(self.line) > MOST_CHARS:
            return shown + self.flush()
        return shown

    def flush(self) -> str:
        """Return what is held back, finished or not."""
        line, self.line = self.line.rstrip("\r"), ""
        self._is_cut = bool(line)
        return line


def _overwritten(line: str) -> str:
    """Return what a terminal shows of a line once all of it is written."""
    if "\r" not in line and "\b" not in line:
        return line
    shown: list[str] = []
    for part in line.split("\r"):
        at = 0
        for character in part:
            if character == "\b":
                at = max(at - 1, 0)
                continue
            shown[at : at + 1] = [character]
            at += 1
    return "".join(shown)
