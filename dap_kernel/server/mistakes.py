"""What is wrong with how a breakpoint was asked for, told before it is hit. Knows no text and no kernel.

The kernel judges for itself, by its own Python: it stops at such a breakpoint and says why.
"""

import ast
import re

from ..protocol.breakpoints import FunctionBreakpoint, SourceBreakpoint

_HIT_CONDITION = re.compile(r"\s*((>=|<=|==|>|<|=)?\s*[0-9]+|%\s*0*[1-9][0-9]*)\s*")


def misnamed_exceptions(names: str | None) -> str | None:
    """Return which of an exception filter's names can be no exception's, or None."""
    for name in filter(None, map(str.strip, (names or "").split(","))):
        if not all(part.isidentifier() for part in name.split(".")):
            return f"{name!r} is no exception's name: write ValueError, package.module.Error or both"
    return None


def mistake_in(asked: SourceBreakpoint | FunctionBreakpoint) -> str | None:
    """Return what its condition or its hit condition lacks, or None."""
    hits = asked.hit_condition
    if hits and hits.strip() and not _HIT_CONDITION.fullmatch(hits):
        return f'hit condition {hits!r} is not understood: write "5", ">= 3" or "% 10"'
    if asked.condition and asked.condition.strip():
        try:
            ast.parse(asked.condition.strip(), mode="eval")
        except (SyntaxError, ValueError) as error:
            text = error.msg if isinstance(error, SyntaxError) else str(error)
            return f"condition {asked.condition!r}: {type(error).__name__}: {text}"
    return None
