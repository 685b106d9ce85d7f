"""The texts of cells where Python looks for source: tracebacks, `inspect`, pdb.

An entry without mtime survives `linecache.checkcache`; one that user code cleared is put back.
"""

import linecache
from io import StringIO

_Entry = tuple[int, None, list[str], str]


class SourceCache:
    """Every text that was compiled, by its virtual filename."""

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}
        self._oldest: str | None = None

    def add(self, filename: str, source: str) -> None:
        """Remember a text, and see to it that the earlier ones are still known."""
        lines = StringIO(source).readlines()  # `splitlines` would end lines at a form feed, too
        if lines and not lines[-1].endswith("\n"):
            lines[-1] += "\n"
        self._entries[filename] = (len(source), None, lines, filename)
        if self._oldest is None:
            self._oldest = filename
        elif self._oldest not in linecache.cache:
            self.restore()
        linecache.cache[filename] = self._entries[filename]

    def restore(self) -> None:
        """Put back all that user code may have cleared."""
        linecache.cache.update(self._entries)
