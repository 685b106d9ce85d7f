"""Where a breakpoint goes, as a user types it. Pure: it knows no file and no notebook."""

import re

import msgspec

_IF = r"(?:\s*[:,]\s*|\s+if\s+)(?P<condition>\S.*)"
_FORMS = [
    re.compile(rf"(?P<cell>\d+)\.(?P<line>\d+)(?:{_IF})?", re.DOTALL),
    re.compile(rf"(?P<line>\d+)(?:{_IF})?", re.DOTALL),
    re.compile(r"(?P<function>[^\W\d][\w.]*)(?:(?:\s*,\s*|\s+if\s+)(?P<condition>\S.*))?", re.DOTALL),
    re.compile(rf"(?P<path>.+?):(?P<line>\d+)(?:{_IF})?", re.DOTALL),
]


class BadPlace(ValueError):
    """The text says what is wrong with it."""


class BreakpointPlace(msgspec.Struct, frozen=True):
    """A line of a file (`path` None: the one at hand), a line of a cell, or a function."""

    path: str | None = None
    cell: int | None = None  # its number
    line: int | None = None
    function: str | None = None
    condition: str | None = None

    @property
    def needs_program(self) -> bool:
        return self.path is None and self.function is None


def parse_place(text: str) -> BreakpointPlace:
    """Return what `LINE`, `CELL.LINE`, `FILE:LINE` or `FUNCTION`, with a condition perhaps, means.

    The condition follows a colon, a comma or ` if `. Raises BadPlace.
    """
    text = text.strip()
    for form in _FORMS:
        if found := form.fullmatch(text):
            parts = found.groupdict()
            condition = checked_condition(parts.get("condition"))
            line, cell = (None if it is None else int(it) for it in (parts.get("line"), parts.get("cell")))
            if line == 0 or cell == 0:
                raise BadPlace(f"{text}: lines and cells count from 1")
            return BreakpointPlace(parts.get("path"), cell, line, parts.get("function"), condition)
    raise BadPlace(f"{text!r} is no LINE, CELL.LINE, FILE:LINE or FUNCTION")


def checked_condition(text: str | None) -> str | None:
    """Return a condition, None for none. Raises BadPlace when it is no expression."""
    if text is None or not text.strip():
        return None
    try:
        compile(text.strip(), "<condition>", "eval", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        reason = error.msg if isinstance(error, SyntaxError) else str(error) or "it is too deeply nested"
        raise BadPlace(f"the condition {text.strip()!r}: {reason}") from None
    return text.strip()
