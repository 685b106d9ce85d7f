"""The quick way to the body of a marimo cell: the layout in which marimo itself saves nearly every one.

It answers exactly what the syntax tree would, or that it cannot tell.
"""

import re

from .marimo_body import Body

_DECORATOR = re.compile(r"@\w+\.cell(?:\([\w=, \"]*\))?$")
_SIGNATURE = re.compile(r"(?:async )?def (\w+)\((?:\w+(?:, ?\w+)*,?)?\):$")
_RETURN = re.compile(r"    return(?: \((?:\w+, ?)*\w*,?\)| \w+,?)?$")
_STRINGS_OVER_LINES = ('"""', "'''", "\\")


def usual_body(piece: list[str]) -> Body | None:
    """Return the body of the cell that `piece` is, or None: then its syntax tree must tell."""
    if len(piece) < 3 or not _DECORATOR.match(piece[0]):
        return None
    signature = _SIGNATURE.match(piece[1])
    if signature is None:
        return None
    last = len(piece)
    while not piece[last - 1].strip():
        last -= 1
    if last < 3 or not _RETURN.match(piece[last - 1]):
        return None
    lines = piece[2 : last - 1]
    first = next((line for line in lines if line.strip() and not line.lstrip().startswith("#")), "    return")
    if first[:4] != "    " or first[4:5] in (" ", "\t"):
        return None
    text = "\n".join(lines)
    if any(quotes in text for quotes in _STRINGS_OVER_LINES):
        return None
    if any(line[:4] != "    " and line.strip() for line in lines):
        return None
    dedented = [line[4:] if line.startswith("    ") else line.lstrip(" \t") for line in lines]
    return Body(signature[1], dedented, 3, last, 4)
