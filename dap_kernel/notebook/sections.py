"""Where the cells of a Python file begin, when lines that look like a beginning may stand in a string.

It knows neither what such a line looks like nor what a cell is.
"""

import re
from collections.abc import Callable

from .text import string_lines

MAX_SCANS = 20  # of one text; each one follows a quote that was never closed


def beginnings(text: str, pattern: re.Pattern[str], parses: Callable[[str], bool]) -> list[int]:
    """Return the 1-based lines of a unified text that begin with `pattern` and outside strings.

    A quote that was never closed must not swallow all that follows: where a section with such a
    line in its strings does not parse, that line begins a section after all.
    """
    found = _matches(text, pattern)
    inside = string_lines(text) if found else set()
    if inside.isdisjoint(found):
        return found
    lines = text.split("\n")
    kept: list[int] = []
    scans = 0
    for position, line in enumerate(found):
        if line not in inside:
            kept.append(line)
            continue
        following = (it for it in found[position + 1 :] if it not in inside)
        section = "\n".join(lines[(kept[-1] if kept else 1) - 1 : next(following, len(lines) + 1) - 1])
        if scans >= MAX_SCANS or not parses(section):
            kept.append(line)
            if scans < MAX_SCANS:
                scans += 1
                inside = {line - 1 + it for it in string_lines("\n".join(lines[line - 1 :]))}
    return kept


def _matches(text: str, pattern: re.Pattern[str]) -> list[int]:
    found = []
    line, seen = 1, 0
    for match in pattern.finditer(text):
        line += text.count("\n", seen, match.start())
        seen = match.start()
        found.append(line)
    return found
