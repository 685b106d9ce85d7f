"""What is wrong with how a breakpoint was asked for, told before it is hit. Knows no text and no kernel.

The kernel judges for itself, by its own Python: it stops at such a breakpoint and says why, but never for
a log message, which is printed as far as it can be read.
"""

import re

from ...agent.wire.hit_conditions import hit_test
from ...notebook.source import syntax
from ...protocol.breakpoints import FunctionBreakpoint, SourceBreakpoint

MOST_SHOWN = 200  # characters of what a client sent, in an answer
_SIGN = re.compile(r"[{}'\"]")
_REST_OF_STRING = {it: re.compile(rf"(?:[^{it}\\]|\\.)*+{it}", re.DOTALL) for it in "'\""}


def misnamed_exceptions(names: str | None) -> str | None:
    """Return which of an exception filter's names can be no exception's, or None."""
    for name in filter(None, map(str.strip, (names or "").split(","))):
        if not all(part.isidentifier() for part in name.split(".")):
            shown = name[:MOST_SHOWN]
            return f"{shown!r} is no exception's name: write ValueError, package.module.Error or both"
    return None


def mistake_in(asked: SourceBreakpoint | FunctionBreakpoint) -> str | None:
    """Return what its condition, its hit condition or its log message lacks, or None."""
    if asked.hit_condition and asked.hit_condition.strip():
        try:
            hit_test(asked.hit_condition)
        except ValueError as error:
            return str(error)
    if asked.condition and asked.condition.strip():
        try:
            syntax.check_expression(asked.condition)
        except SyntaxError as error:
            return f"condition {asked.condition[:MOST_SHOWN]!r}: {type(error).__name__}: {error.msg}"
    message = (asked.log_message if isinstance(asked, SourceBreakpoint) else None) or ""
    at = _unclosed(message)
    shown = message[:MOST_SHOWN]
    return None if at is None else f"log message {shown!r}: the brace at character {at + 1} is never closed"


def _unclosed(text: str) -> int | None:
    """Return where a brace opens an expression that is never closed. Linear in the text.

    A quote may begin a string or be the filling of a format, so a brace is closed if it is either way.
    """
    at, closed, strings = 0, _pairs(text), _Strings(text)
    while (at := text.find("{", at)) >= 0:
        if text.startswith("{{", at):
            at += 2
            continue
        end = closed.get(at) or strings.closing(at)
        if end is None:
            return at
        at = end
    return None


def _pairs(text: str) -> dict[int, int]:
    """Return by where a brace stands what is after the one that closes it; quotes are nothing special."""
    closed, opened = {}, []
    for at, sign in enumerate(text):
        if sign == "{":
            opened.append(at)
        elif sign == "}" and opened:
            closed[opened.pop()] = at + 1
    return closed


class _Strings:
    """One text as code, with strings."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._rest = dict(_REST_OF_STRING)  # by quote: of those that may still close

    def closing(self, start: int) -> int | None:
        """Return what is after the brace that closes the one at `start`."""
        depth, at = 0, start
        while (sign := _SIGN.search(self._text, at)) is not None:
            at = sign.end()
            if sign[0] in "{}":
                depth += 1 if sign[0] == "{" else -1
                if depth == 0:
                    return at
            elif sign[0] in self._rest:
                at = self._end_of_string(sign[0], at)
        return None

    def _end_of_string(self, quote: str, at: int) -> int:
        """Return what is after the string whose first quote is before `at`; that is `at` where it never ends.

        Then no later quote of its kind begins one either: it was escaped here, and what follows is the same.
        """
        string = self._rest[quote].match(self._text, at)
        if string is None:
            del self._rest[quote]
            return at
        return string.end()
