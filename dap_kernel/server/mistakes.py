"""What is wrong with how a breakpoint was asked for, told before it is hit. Knows no text and no kernel.

The kernel judges for itself, by its own Python: it stops at such a breakpoint and says why, but never for
a log message, which is printed as far as it can be read.
"""

import re

from ..notebook import syntax
from ..protocol.breakpoints import FunctionBreakpoint, SourceBreakpoint

MOST_SHOWN = 200  # characters of what a client sent, in an answer
_HIT_CONDITION = re.compile(r"\s*((>=|<=|==|>|<|=)?\s*[0-9]+|%\s*0*[1-9][0-9]*)\s*")
_BRACES = re.compile(r"[{}]")
_BRACES_OF_CODE = re.compile(r"[{}]|'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")


def misnamed_exceptions(names: str | None) -> str | None:
    """Return which of an exception filter's names can be no exception's, or None."""
    for name in filter(None, map(str.strip, (names or "").split(","))):
        if not all(part.isidentifier() for part in name.split(".")):
            shown = name[:MOST_SHOWN]
            return f"{shown!r} is no exception's name: write ValueError, package.module.Error or both"
    return None


def mistake_in(asked: SourceBreakpoint | FunctionBreakpoint) -> str | None:
    """Return what its condition, its hit condition or its log message lacks, or None."""
    hits = asked.hit_condition
    if hits and hits.strip() and not _HIT_CONDITION.fullmatch(hits):
        return f'hit condition {hits[:MOST_SHOWN]!r} is not understood: write "5", ">= 3" or "% 10"'
    if asked.condition and asked.condition.strip():
        try:
            syntax.check_expression(asked.condition)
        except SyntaxError as error:
            return f"condition {asked.condition[:MOST_SHOWN]!r}: {type(error).__name__}: {error.msg}"
    message = asked.log_message if isinstance(asked, SourceBreakpoint) else None
    at = _unclosed(message or "")
    return None if at is None else f"log message {message!r}: the brace at character {at + 1} is never closed"


def _unclosed(text: str) -> int | None:
    """Return where a brace opens an expression that is never closed.

    A quote may begin a string or be the filling of a format, so a brace is closed if it is either way.
    """
    at = 0
    while at < len(text):
        if text[at] == "{" and text[at + 1 : at + 2] != "{":
            end = _closing(text, at, _BRACES) or _closing(text, at, _BRACES_OF_CODE)
            if end is None:
                return at
            at = end
        else:
            at += 2 if text[at] == "{" else 1
    return None


def _closing(text: str, start: int, pattern: re.Pattern[str]) -> int | None:
    """Return what is after the brace that closes the one at `start`."""
    depth = 0
    for it in pattern.finditer(text, start):
        depth += {"{": 1, "}": -1}.get(it[0], 0)
        if depth == 0:
            return it.end()
    return None
