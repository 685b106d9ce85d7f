"""Log messages of breakpoints: text with `{expression}` parts, which mean what they mean in an f-string.

No log message stops the program: what cannot be read or evaluated shows its error in its place.
Knows nothing of breakpoints.
"""

import ast
import re
from collections.abc import Callable
from types import FrameType

from ..common.errors import described
from ..common.raised import PASS_ON
from ..common.signal_handlers import is_of_handler
from ..evaluate.compiling import UNPARSABLE
from ..evaluate.conditions import Check, compile_condition

_END = re.compile(r"!(?!=)|=(?!=)|[:}]")  # what may end an expression
_CONVERSIONS: dict[str, Callable[[object], str]] = {"r": repr, "s": str, "a": ascii}
_MOST_TEXT = 10_000  # characters of one value in a log message
_MOST_READ = 1_000_000  # characters that are parsed to find the ends of a message's expressions


def compile_log_message(text: str) -> Callable[[FrameType], str]:
    """Return what fills in the `{expression}` parts of `text` in a frame.

    Doubled braces are braces; `!r`, `:format`, with expressions within, and `=` mean what they mean in an
    f-string. A brace that is never closed is text.
    """
    try:
        pieces, _ = _Reader(text).pieces(0, is_format=False)
    except RecursionError as error:  # formats in formats, hundreds deep
        pieces = [f"<{described(error)}>"]

    def message(frame: FrameType) -> str:
        return "".join(it if isinstance(it, str) else it.text(frame) for it in pieces)

    return message


class _Field:
    """One `{expression}`."""

    def __init__(self, text: str, prefix: str, conversion: str, format: "list[str | _Field]") -> None:
        self._prefix = prefix
        self._conversion = conversion
        self._format = format
        self._check: Check | None = None
        self._problem = ""
        try:
            self._check = compile_condition(_whole(text))
        except UNPARSABLE as error:
            self._problem = f"<{described(error)}>"

    def text(self, frame: FrameType) -> str:
        """Return the value's text, or the error's."""
        if self._check is None:
            return self._problem
        try:
            return self._prefix + self.value(frame)
        except PASS_ON:
            raise
        except BaseException as error:
            if is_of_handler(error):
                raise
            return f"{self._prefix}<{described(error)}>"

    def value(self, frame: FrameType) -> str:
        """Return the value's text. Raises what its expressions raise, and SyntaxError."""
        if self._check is None:
            raise SyntaxError(self._problem)
        value = self._check(frame)
        if self._conversion:
            value = _CONVERSIONS[self._conversion](value)
        format_ = "".join(it if isinstance(it, str) else it.value(frame) for it in self._format)
        return str.__str__(format(value, format_))[:_MOST_TEXT]


class _Reader:
    """Splits one log message; gives up on one that takes long to read.

    Each brace that closes ends a field then.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._to_read = _MOST_READ

    def pieces(self, at: int, *, is_format: bool) -> tuple[list[str | _Field], int]:
        """Return the literal texts and fields from `at` on, to the end or to that of a format; and where."""
        text, pieces = self._text, list[str | _Field]()
        while at < len(text) and not (is_format and text[at] == "}"):
            if text[at] in "{}" and text[at : at + 2] == text[at] * 2 and not is_format:
                pieces.append(text[at])
                at += 2
            elif text[at] == "{":
                piece, at = self._field(at + 1)
                pieces.append(piece)
            else:
                pieces.append(text[at])
                at += 1
        return pieces, at

    def _field(self, start: int) -> tuple[str | _Field, int]:
        """Return the field whose expression begins at `start`, and where the text after it begins.

        The expression ends at the first sign that may end one before which there is a whole one.
        """
        text, end = self._text, self._text.find("}", start)
        if end < 0:
            return "{", start
        for sign in _END.finditer(text, start):
            at = sign.start()
            self._to_read -= at - start
            if self._to_read < 0:
                break
            if _parses(text[start:at]):
                field = self._closed(start, at)
                if field is not None:
                    return field
        inside = text[start:end]
        return _Field(inside, "", "", []) if inside.strip() else "{}", end + 1

    def _closed(self, start: int, end: int) -> tuple[_Field, int] | None:
        """Return the field whose expression ends at `end`, and what is after it; None: it is none so far."""
        text, at, prefix, conversion = self._text, end, "", ""
        format_: list[str | _Field] = []
        if text[at] == "=":
            at = self._skip_blanks(at + 1)
            prefix = text[start:at]
        if text[at : at + 1] == "!" and text[at + 1 : at + 2] in _CONVERSIONS:
            conversion = text[at + 1]
            at = self._skip_blanks(at + 2)
        if text[at : at + 1] == ":":
            format_, at = self.pieces(at + 1, is_format=True)
        if text[at : at + 1] != "}":
            return None
        if prefix and not conversion and not format_:
            conversion = "r"
        return _Field(text[start:end], prefix, conversion, format_), at + 1

    def _skip_blanks(self, at: int) -> int:
        while self._text[at : at + 1].isspace():
            at += 1
        return at


def _whole(text: str) -> str:
    """Return an expression as it stands by itself: `*xs,` does not."""
    return f"({text})" if text.lstrip().startswith("*") else text


def _parses(text: str) -> bool:
    try:
        ast.parse(_whole(text).strip(), mode="eval")
    except UNPARSABLE:
        return False
    return True
