"""Source text: lines, strings that span lines, dedenting, ids. Knows no notebook format.

Lines are those of Python and of editors: they end with `\\n`, `\\r\\n` or `\\r`, and with nothing else.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache

# What stands between quotes and, where they are closed, ends with them. Nothing is tried twice: what is
# possessive (`*+`) is not given back, so that each takes a time that is linear in what it passes.
STRING_BODIES = {
    '"""': r'[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*+',
    "'''": r"[^'\\]*+(?:(?:\\.|'(?!''))[^'\\]*+)*+",
    '"': r'[^"\\\n]*+(?:\\.[^"\\\n]*+)*+',
    "'": r"[^'\\\n]*+(?:\\.[^'\\\n]*+)*+",
}
_UNSAFE = re.compile(r"[^\w.-]+")
_NOT_NEWLINE = re.compile(r"[^\n]")


def whole_number(text: str) -> int | None:
    """Return the number that `text` is; None: it is none, or one of more digits than anything counts."""
    return int(text) if text.isdecimal() and len(text) <= 15 else None


def unified(text: str) -> str:
    """Return `text` without a byte order mark and with `\\n` as the only end of line."""
    text = text.removeprefix("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def string_lines(text: str) -> set[int]:
    """Return the 1-based lines of a unified text that begin inside a string."""
    inside: set[int] = set()
    if '"""' not in text and "'''" not in text and "\\\n" not in text:
        return inside
    line, seen = 1, 0
    for start, end in _strings_and_comments(text):
        newlines = text.count("\n", start, end)
        if newlines:
            line += text.count("\n", seen, start)
            inside.update(range(line + 1, line + newlines + 1))
            line, seen = line + newlines, end
    return inside


def without_strings(text: str) -> str:
    """Return a unified text with blanks for what is in strings and comments; its lines stay."""
    parts: list[str] = []
    seen = 0
    for start, end in _strings_and_comments(text):
        parts += text[seen:start], _NOT_NEWLINE.sub(" ", text[start:end])
        seen = end
    return "".join([*parts, text[seen:]])


def open_at(text: str) -> int | None:
    """Return where the comment or string begins that the end of a unified text is in; None: it is in none."""
    last = 0
    for start, end in _strings_and_comments(text):
        if text[start] == "#" and end == len(text):
            return start
        last = end
        if end - start == 2 and text.startswith(text[start], last):  # three quotes, and no end of them
            return start
    rest = re.search(r"\"{3}|'{3}|[\"'](?=[^\n]*\Z)", text[last:])  # with one quote it is of its line
    return last + rest.start() if rest is not None else None


def _strings_and_comments(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each comment and closed string of a unified text begins and ends.

    A quote that is never closed counts for nothing. Up to where it would have to be closed, none of its kind
    can be, which is not tried again and again: the time is linear in the text.
    """
    at = 0
    hopeless = dict.fromkeys(STRING_BODIES, 0)  # by quotes: up to where they are not closed
    while at <= len(text):
        pattern = _pattern(tuple(it for it, end in hopeless.items() if end <= at))
        until = min((it for it in hopeless.values() if it > at), default=len(text) + 1)
        for match in pattern.finditer(text, at):
            start, end = match.span()
            if start >= until:
                at = max(at, until)
                break
            if match.lastgroup is not None:
                found = re.compile(STRING_BODIES[match[0]], re.DOTALL).match(text, end)
                hopeless[match[0]] = found.end() if found else end
                at = start
                break
            if text[start] != "\n":
                yield start, end
            at = end
            if at >= until:
                break
        else:
            return


@cache
def _pattern(quotes: tuple[str, ...]) -> re.Pattern[str]:
    """Return what finds comments and strings in `quotes`, and which of `quotes` are not closed.

    Where one quote that is missing counts again after a line, it finds ends of lines, too.
    """
    parts = [r"\#[^\n]*+"]
    for some in ([it for it in quotes if len(it) == length] for length in (3, 1)):
        parts += [f"{it}{STRING_BODIES[it]}{it}" for it in some]
        parts += [f"(?P<unclosed{len(it)}>{'|'.join(some)})" for it in some[:1]]
    parts += [] if {"'", '"'} <= set(quotes) else [r"\n"]
    return re.compile("|".join(parts), re.DOTALL)


def dedent(lines: list[str], column: int) -> list[str]:
    """Return `lines` without up to `column` leading blanks each, as marimo dedents the body of a cell.

    The inside of a string that spans lines is code's neighbour and moves along, unless one of its
    lines is indented less than the code: then its lines stay as they are.
    """
    inside = string_lines("\n".join(lines))
    kept = _under_indented(lines, inside, column)
    return [
        line if number in kept else line[min(column, _indent(line)) :] for number, line in enumerate(lines, 1)
    ]


def _under_indented(lines: list[str], inside: set[int], column: int) -> set[int]:
    kept: set[int] = set()
    for first in sorted(inside):
        if first - 1 in inside:
            continue
        last = first
        while last + 1 in inside:
            last += 1
        block = lines[first - 1 : last]
        if any(line.strip() and _indent(line) < column for line in block):
            kept.update(range(first, last + 1))
    return kept


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def trimmed(lines: list[str]) -> tuple[int, int]:
    """Return the slice of `lines` that leaves out blank lines at both ends."""
    first, last = 0, len(lines)
    while first < last and not lines[first].strip():
        first += 1
    while last > first and not lines[last - 1].strip():
        last -= 1
    return first, last


def slug(title: str) -> str:
    """Return `title` as it can stand in a virtual filename; "" when nothing of it can."""
    return _UNSAFE.sub("-", title).strip("-.")


class Unique:
    """Names of which none is given twice."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)
        self._numbers: dict[str, int] = {}  # the last one by name: thousands may want the same

    def reserve_name(self, wanted: str) -> str:
        """Return `wanted`, numbered if it is taken."""
        name = wanted
        while name in self._taken:
            self._numbers[wanted] = self._numbers.get(wanted, 1) + 1
            name = f"{wanted}-{self._numbers[wanted]}"
        self._taken.add(name)
        return name
