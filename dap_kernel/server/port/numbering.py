"""Lines and columns for clients that count from 0. Everybody else's messages are left alone.

Inside the server lines and columns are 1-based; this is the only place that knows otherwise.
Source: DAP specification, `linesStartAt1` and `columnsStartAt1` of "Initialize".
"""

from typing import Any

import msgspec

LINES = ("line", "endLine", "lines", "errorLine")
FOREIGN = ("data", "metadata")  # keys of the user's data, whose numbers are no lines and columns of ours
COLUMNS = ("column", "endColumn")
CONFIGURATIONS = ("launch", "attach", "restart")  # written by the user, who counts from 1


class Numbering(msgspec.Struct, frozen=True):
    """How a client counts: `lines` and `columns` are what it calls the first one."""

    lines: int = 1
    columns: int = 1

    @property
    def is_ours(self) -> bool:
        return self.lines == 1 and self.columns == 1

    def incoming(self, command: str, arguments: bytes) -> bytes:
        """Return the arguments of a request with our numbers. Raises msgspec.MsgspecError."""
        if self.is_ours or command in CONFIGURATIONS:
            return arguments
        return msgspec.json.encode(self._shifted(msgspec.json.decode(arguments), 1))

    def outgoing(self, body: Any) -> Any:
        """Return the body of a response or event with the client's numbers."""
        if self.is_ours or body is None:
            return body
        return self._shifted(msgspec.to_builtins(body), -1)

    def _shifted(self, value: Any, sign: int) -> Any:
        if isinstance(value, list):
            return [self._shifted(it, sign) for it in value]
        if not isinstance(value, dict):
            return value
        return {key: self._number(key, it, sign) for key, it in value.items()}

    def _number(self, key: str, value: Any, sign: int) -> Any:
        if key in FOREIGN:
            return value
        by = (1 - self.lines if key in LINES else 1 - self.columns if key in COLUMNS else 0) * sign
        if type(value) is int:  # a bool is none: `line` asks for line numbers in `StackFrameFormat`
            return value + by
        if key in LINES and isinstance(value, list):
            return [it + by if type(it) is int else it for it in value]
        return self._shifted(value, sign)


def with_clean_texts(value: Any) -> Any:
    """Return a body as plain data, without the lone surrogates that JSON readers refuse."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, list):
        return [with_clean_texts(it) for it in value]
    if isinstance(value, dict):
        return {with_clean_texts(key): with_clean_texts(it) for key, it in value.items()}
    return with_clean_texts(msgspec.to_builtins(value)) if isinstance(value, msgspec.Struct) else value
