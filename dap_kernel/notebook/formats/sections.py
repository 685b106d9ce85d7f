"""Where the cells of a Python file begin, when lines that look like a beginning may stand in a string.

It knows neither what such a line looks like nor what a cell is.
"""

import re
from collections.abc import Callable

from ..source.text import string_lines

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
    scans, position = 0, 0
    while position < len(found):
        if found[position] not in inside:
            kept.append(found[position])
            position += 1
            continue
        later = range(position + 1, len(found))
        following = next((it for it in later if found[it] not in inside), len(found))
        end = found[following] if following < len(found) else len(lines) + 1
        section = "\n".join(lines[(kept[-1] if kept else 1) - 1 : end - 1])
        if scans < MAX_SCANS and parses(section):
            position = following  # all of them stand in strings of a section that is well
        elif scans < MAX_SCANS:
            scans += 1
            line = found[position]
            kept.append(line)
            inside = {line - 1 + it for it in string_lines("\n".join(lines[line - 1 :]))}
            position += 1
        else:
            kept += found[position:following]
            position = following
    return kept


def _matches(text: str, pattern: re.Pattern[str]) -> list[int]:
    found = []
    line, seen = 1, 0
    for match in pattern.finditer(text):
        line += text.count("\n", seen, match.start())
        seen = match.start()
        found.append(line)
    return found
