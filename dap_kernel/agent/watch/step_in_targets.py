"""The calls that a stopped line has yet to make: what a step in may go into. Runs no code of the user's."""

import linecache
from itertools import islice
from opcode import opname

from ..common.text import clean
from ..stops.stop import StoppedFrame
from ..wire.messages import Span, Target

_MAX_LABEL = 60  # characters


def step_in_targets(stopped: StoppedFrame) -> list[Target]:
    """Return the calls that the line a frame is stopped at has yet to make, in their order."""
    frame, code = stopped.frame, stopped.code
    if frame is None or code is None:
        return []
    spans: dict[Span, None] = {}
    operations = code.co_code[::2]
    for index, position in enumerate(islice(code.co_positions(), len(operations))):
        line, end_line, column, end_column = position
        if not opname[operations[index]].startswith("CALL") or 2 * index < frame.f_lasti:
            continue
        if line is None or end_line is None or column is None or end_column is None:
            continue
        if line <= stopped.line <= end_line:
            spans[Span(line, column + 1, end_line, end_column + 1)] = None
    return [Target(id, _label(stopped.filename, span), span) for id, span in enumerate(spans)]


def _label(filename: str, span: Span) -> str:
    """Return the text of a call, on one line and not too long."""
    lines = [linecache.getline(filename, line) for line in range(span.line, span.end_line + 1)]
    encoded = [line.rstrip("\n").encode() for line in lines]  # columns of positions count bytes
    encoded[-1] = encoded[-1][: span.end_column - 1]
    encoded[0] = encoded[0][span.column - 1 :]
    text = " ".join(b" ".join(encoded).decode("utf-8", "replace").split())
    return clean(text if len(text) <= _MAX_LABEL else f"{text[: _MAX_LABEL - 1]}…")
