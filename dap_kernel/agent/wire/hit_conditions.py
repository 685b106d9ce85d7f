"""Hit conditions of breakpoints: their one grammar, and what they ask. Pure."""

import re
from collections.abc import Callable
from operator import eq, ge, gt, le, lt

_COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    ">=": ge,
    "<=": le,
    "==": eq,
    ">": gt,
    "<": lt,
    "=": eq,
    "": eq,
    "%": lambda hits, n: hits % n == 0,
}
_GRAMMAR = r"\s*(?:(>=|<=|==|>|<|=|)\s*([0-9]+)|(%)\s*(0*[1-9][0-9]*))\s*"
_MOST_SHOWN = 200  # characters of one that is not understood


def hit_test(text: str) -> Callable[[int], bool]:
    """Return the test of a hit condition: "5" (the fifth), ">= 3", "% 10" (every tenth).

    It is given the count of hits, this one included. Raises ValueError for any other text, with a
    sentence for the user.
    """
    found = re.fullmatch(_GRAMMAR, text)
    if found is None:
        raise ValueError(
            f'hit condition {text[:_MOST_SHOWN]!r} is not understood: write "5", ">= 3" or "% 10"'
        )
    compare, n = _COMPARISONS[found[1] or found[3] or ""], int(found[2] or found[4])
    return lambda hits: compare(hits, n)
