"""The texts of cells where Python looks for source: tracebacks, `inspect`, pdb.

An entry without mtime survives `linecache.checkcache`; one that user code cleared is put back.
"""

import linecache
from io import StringIO

_Entry = tuple[int, None, list[str], str]


class SourceCache:
    """Every text that was compiled, by the filename that its code has, at the lines that it has there."""

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}
        self._oldest: str | None = None

    def add(self, filename: str, source: str, first_line: int = 0) -> None:
        """Remember a text that begins at a line, and see to it that the earlier ones are still known."""
        lines = StringIO(source).readlines()  # `splitlines` would end lines at a form feed, too
        if lines and not lines[-1].endswith("\n"):
            lines[-1] += "\n"
        if first_line and filename in self._entries:
            known, above = self._entries[filename][2], first_line - 1
            known += ["\n"] * (above - len(known))
            known[above : above + len(lines)] = lines
        else:
            lines[:0] = ["\n"] * (first_line - 1)
            self._entries[filename] = (len(source), None, lines, filename)
        if self._oldest is None:
            self._oldest = filename
        elif linecache.cache.get(self._oldest) is not self._entries[self._oldest]:
            self.restore()
        linecache.cache[filename] = self._entries[filename]

    def restore(self) -> None:
        """Put back all that user code may have cleared."""
        linecache.cache.update(self._entries)
