"""A marimo cell that does not parse: its name, and the lines that are most likely its body."""

import re

from ..source.text import dedent, string_lines
from .marimo_body import Body

_DEFINITION = re.compile(r"(?:async\s+)?(def|class)\s+(\w+)")
_SIGNATURE_END = re.compile(r":[ \t]*(?:#.*)?$")
_RETURN = re.compile(r"[ \t]*return\b")


def broken_cell(piece: list[str], app: str) -> Body:
    """Return what can be told of the cell that `piece` begins with; the lines around it belong to nobody."""
    if piece[0].startswith(f"{app}."):
        return Body(None, [], 1, 1, flaw="does not parse: its text is never closed")
    head = next((number for number, line in enumerate(piece) if _begins_block(line)), None)
    if head is None:
        return Body(None, [], 1, 1, flaw="does not parse: no function follows its decorator")
    definition = _DEFINITION.match(piece[head])
    name = definition[2] if definition else "setup"
    end = _end(piece, head)
    if definition and not re.match(rf"@{app}\.cell\b", piece[0]):
        return Body(name, piece[head:end], head + 1, end)
    colon = _signature_end(piece, head, end)
    if colon is None:
        return Body(name, [], head + 1, end, flaw="does not parse: its signature never ends")
    lines = piece[colon + 1 : end]
    column = min((len(it) - len(it.lstrip()) for it in lines[:1] if it.strip()), default=4)
    lines = _without_return(lines, column)
    return Body(name, dedent(lines, column), colon + 2, end, column)


def _begins_block(line: str) -> bool:
    return bool(_DEFINITION.match(line)) or line.startswith(("with ", "async with "))


def _end(piece: list[str], head: int) -> int:
    """Return how many lines of the piece are the cell's: up to the next statement at column 1."""
    inside = string_lines("\n".join(piece))
    for number in range(head + 1, len(piece)):
        line = piece[number]
        if line[:1] not in ("", " ", "\t", "#", ")", "]", "}") and number + 1 not in inside:
            return number
    return len(piece)


def _signature_end(piece: list[str], head: int, end: int) -> int | None:
    """Return the index of the line that ends the signature: the first whose colon closes all brackets."""
    depth = 0
    for number in range(head, end):
        line = piece[number].split("#")[0]
        depth += sum(line.count(it) for it in "([{") - sum(line.count(it) for it in ")]}")
        if depth <= 0 and _SIGNATURE_END.search(piece[number]):
            return number
    return None


def _without_return(lines: list[str], column: int) -> list[str]:
    """Cut the last statement off if it is a `return` at the level of the cell."""
    for number in range(len(lines) - 1, -1, -1):
        line = lines[number]
        indent = len(line) - len(line.lstrip())
        if not line.strip() or indent > column or line.strip() in (")", "]", "}"):
            continue
        return lines[:number] if indent == column and _RETURN.match(line) else lines
    return lines
