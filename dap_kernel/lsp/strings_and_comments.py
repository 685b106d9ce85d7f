"""Where Python is prose: in comments and in strings, where names mean nothing. Pure."""

import re

import msgspec

from ..notebook.source.text import open_at

F_PREFIX = re.compile(r"(?<!\w)(?:f|fr|rf)\Z", re.IGNORECASE)
KEY = re.compile(r"[\w)\]]\s*\[\s*\[?(?:[^\[\]()]*,)?\s*\Z")  # what stands before the string of `d["k"]`


def is_prose(before: str) -> bool:
    """Whether what follows the text `before`, the cell up to there, is in a comment or a string.

    The expressions of an f-string are none.
    """
    at = open_at(before)
    if at is None:
        return False
    inside = before[at:]
    if not F_PREFIX.search(before[:at]):
        return True
    inside = inside.replace("{{", "").replace("}}", "")
    return inside.rfind("{") <= inside.rfind("}")


def f_expression(before: str) -> str | None:
    """Return the line so far of the f-string's expression that follows `before`; None: it is in none."""
    at = open_at(before)
    if at is None or is_prose(before):
        return None
    return re.split(r"[{\n]", before[at:])[-1].lstrip()


def is_key(before: str) -> bool:
    """Whether what follows is in a string that may be a key: of a dictionary, or a column's name."""
    at = open_at(before)
    return at is not None and before[at] != "#" and KEY.search(before[:at]) is not None


def in_json(text: str) -> str:
    """Return the code in the beginning of a line of an `.ipynb`, each of which is a string."""
    try:
        return msgspec.json.decode(f'"{text.partition(chr(34))[2]}"', type=str)
    except msgspec.MsgspecError:
        return ""
