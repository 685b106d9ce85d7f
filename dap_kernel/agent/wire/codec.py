"""The wire's frames: a 4-byte length and one JSON object, whose `kind` names its class in `messages.py`.

Knows no socket. A command travels as `{"id": 7, "command": {"kind": "Pause", ...}}` and is answered by one
`Reply` with that id; a notification travels as `{"kind": "Stopped", ...}`. The server reads by msgspec what
the agent writes, and writes by `encode` what the agent reads.
"""

import json
import re
from json.encoder import encode_basestring_ascii
from typing import get_args

from .messages import (
    Command,
    ExceptionFilter,
    FunctionBreakpoint,
    LineBreakpoint,
    Notification,
    Span,
    TableFilter,
    TableSort,
)

MAX_FRAME = 64 * 2**20  # bytes; a longer frame is a broken peer
PARTS = (LineBreakpoint, FunctionBreakpoint, ExceptionFilter, Span, TableSort, TableFilter)
KINDS: dict[str, type] = {
    kind.__name__: kind for kind in (*get_args(Command), *get_args(Notification), *PARTS)
}


def _plain(value: object) -> dict[str, object]:
    return {"kind": type(value).__name__, **vars(value)}


def _revive(value: dict[str, object]) -> object:
    kind = value.pop("kind", None)
    return value if kind is None else KINDS[str(kind)](**value)


# Their `encode` and `decode` call builtins, which user code may have replaced; these need `float` alone.
_encoder = json.JSONEncoder(default=_plain, ensure_ascii=True, separators=(",", ":"))
_decoder = json.JSONDecoder(object_hook=_revive)
_ESCAPE = re.compile(
    r"\\(?:ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}|(?P<lone>ud[89a-f][0-9a-f]{2})|.)", re.DOTALL
)


def encode(message: Command | Notification, id: int | None = None) -> bytes:
    """Return the frame of a notification, or with `id` of a command.

    A lone surrogate, which JSON readers refuse, is told as `clean` tells it.
    """
    body = "".join(_encoder.iterencode(message if id is None else {"id": id, "command": message}, True))
    if "\\ud" in body:
        body = _ESCAPE.sub(lambda it: it[0] if it["lone"] is None else "\\\\" + it["lone"], body)
    return len(body).to_bytes(4, "big") + body.encode()


def encoded_length(text: str) -> int:
    """Return how many bytes a text takes in a frame."""
    return len(encode_basestring_ascii(text))


def decode_command(body: bytes) -> tuple[int, Command]:
    """Return the id and the command of a frame's body. Raises ValueError, TypeError or KeyError."""
    frame, _ = _decoder.raw_decode(body.decode())
    return frame["id"], frame["command"]
