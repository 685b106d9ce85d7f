"""VS Code's URIs of notebook cells. Pure; a guess, good for notebooks that were opened and not rearranged.

The fragment is a letter (W for one digit, X for two, ...), the cell's handle in base 7, `s`, and the
base64 of the document's scheme. The handle is the cell's index when the notebook is opened.
"""

import re

FRAGMENT = re.compile(r"([W-Z])([0-6]+)(s.*)", re.DOTALL)


def index_of(fragment: str) -> int | None:
    """Return the index that a cell had when its notebook was opened; None: a fragment of another kind."""
    found = FRAGMENT.fullmatch(fragment)
    if found is None or len(found[2]) != ord(found[1]) - ord("W") + 1:
        return None
    return int(found[2], 7)


def uri_like(uri: str, index: int) -> str | None:
    """Return the URI of the cell with `index` in the notebook that `uri` is of."""
    base, _, fragment = uri.partition("#")
    found = FRAGMENT.fullmatch(fragment)
    digits = in_base_7(index)
    if found is None or len(digits) > 4:
        return None
    return f"{base}#{chr(ord('W') + len(digits) - 1)}{digits}{found[3]}"


def in_base_7(number: int) -> str:
    """Return the digits of a number that is not negative."""
    digits = ""
    while number or not digits:
        digits = str(number % 7) + digits
        number //= 7
    return digits
