"""Source text: lines, strings that span lines, dedenting, ids. Knows no notebook format.

Lines are those of Python and of editors: they end with `\\n`, `\\r\\n` or `\\r`, and with nothing else.
"""

import re
from collections.abc import Container

_STRING_OR_COMMENT = re.compile(
    r"""\#[^\r\n]*
    |\"{3}[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*\"{3}
    |'{3}[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'{3}
    |"[^"\\\r\n]*(?:\\(?:\r\n|.)[^"\\\r\n]*)*"
    |'[^'\\\r\n]*(?:\\(?:\r\n|.)[^'\\\r\n]*)*'""",
    re.VERBOSE | re.DOTALL,
)
_UNSAFE = re.compile(r"[^\w.-]+")


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
    for match in _STRING_OR_COMMENT.finditer(text):
        start, end = match.span()
        newlines = text.count("\n", start, end)
        if newlines:
            line += text.count("\n", seen, start)
            inside.update(range(line + 1, line + newlines + 1))
            line, seen = line + newlines, end
    return inside


def without_strings(text: str) -> str:
    """Return a unified text with blanks for what is in strings and comments; its lines stay."""
    return _STRING_OR_COMMENT.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def open_at(text: str) -> int | None:
    """Return where the comment or string begins that the end of a unified text is in; None: it is in none."""
    last = 0
    for match in _STRING_OR_COMMENT.finditer(text):
        if match[0][0] == "#" and match.end() == len(text):
            return match.start()
        last = match.end()
        if len(match[0]) == 2 and text.startswith(match[0][0], last):  # three quotes, and no end of them
            return match.start()
    rest = re.search(r"\"{3}|'{3}|[\"'](?=[^\n]*\Z)", text[last:])  # with one quote it is of its line
    return last + rest.start() if rest is not None else None


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


def unique(wanted: str, taken: Container[str]) -> str:
    """Return `wanted`, numbered if it is taken."""
    if wanted not in taken:
        return wanted
    number = 2
    while f"{wanted}-{number}" in taken:
        number += 1
    return f"{wanted}-{number}"
