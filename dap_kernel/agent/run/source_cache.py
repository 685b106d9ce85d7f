"""The texts of cells where Python looks for source: tracebacks, `inspect`, pdb.

An entry without mtime survives `linecache.checkcache`; one that user code cleared is put back.
"""

import linecache
from io import StringIO

from ..debuggee.code_names import Lines, overlapping

_Entry = tuple[int, None, list[str], str]


class SourceCache:
    """Every text that was compiled, by the filename that its code has, at the lines that it has there."""

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}
        self._spans: dict[str, list[Lines]] = {}  # by filename, in order
        self._oldest: str | None = None

    def add(self, filename: str, source: str, first_line: int = 0) -> None:
        """Remember a text that begins at a line, and see to it that the earlier ones are still known."""
        lines = StringIO(source).readlines()  # `splitlines` would end lines at a form feed, too
        if lines and not lines[-1].endswith("\n"):
            lines[-1] += "\n"
        if first_line and filename in self._entries:
            self._place(filename, lines, first_line)
        else:
            self._spans[filename] = [(first_line, first_line + len(lines) - 1, "")]
            lines[:0] = ["\n"] * (first_line - 1)
            self._entries[filename] = (len(source), None, lines, filename)
        if self._oldest is None:
            self._oldest = filename
        elif linecache.cache.get(self._oldest) is not self._entries[self._oldest]:
            self.restore()
        linecache.cache[filename] = self._entries[filename]

    def _place(self, filename: str, lines: list[str], first_line: int) -> None:
        """Put a text among those of a file, in the place of those that are gone."""
        known, spans = self._entries[filename][2], self._spans[filename]
        last_line = first_line + len(lines) - 1
        begin, end = overlapping(spans, first_line, last_line)
        for first, last, _ in spans[begin:end]:
            known[first - 1 : last] = ["\n"] * (last - first + 1)
        spans[begin:end] = [(first_line, last_line, "")]
        known += ["\n"] * (last_line - len(known))
        known[first_line - 1 : last_line] = lines

    def restore(self) -> None:
        """Put back all that user code may have cleared."""
        linecache.cache.update(self._entries)
