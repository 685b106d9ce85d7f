"""Scripts: one cell, the file."""

from ..cells import SCRIPT_CELL, Cell, Notebook
from ..format_traits import Format
from ..source.text import unified


def read_script(text: str) -> Notebook:
    """Return a script as a notebook of one cell."""
    source = unified(text)
    lines = tuple(range(1, source.count("\n") + 2))
    cell = Cell(SCRIPT_CELL, "code", 1, "script", source, lines, span=(1, len(lines)))
    return Notebook(Format.SCRIPT, (cell,), text)
