"""Lines that have code, by what this very Python has compiled. Pure."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from opcode import opmap
from types import CodeType

_RESUME = opmap["RESUME"]
_COMMON = opmap.get("LOAD_COMMON_CONSTANT")  # Python 3.14 and newer
_REFUSES = bytes([_COMMON, 1, opmap["RAISE_VARARGS"], 1]) if _COMMON is not None else None


def code_lines(code: CodeType) -> list[int]:
    """Return the lines that a line event can come from, of `code` and all that is within it; rising."""
    return sorted({line for it in _all_codes(code) for line in _event_lines(it)})


def next_line(lines: Sequence[int], line: int) -> int | None:
    """Return the first of `lines`, which rise, that is `line` or below; None: there is none."""
    at = bisect_left(lines, line)
    return lines[at] if at < len(lines) else None


def line_of_begin(code: CodeType) -> int | None:
    """Return the line of both the first RESUME of `code` and the instruction after it; None: they differ."""
    begin = 2 * code.co_code[::2].find(_RESUME)
    lines = [line for start, end, line in code.co_lines() if start <= begin + 2 and end > begin]
    return lines[0] if len(set(lines)) == 1 else None


def is_deferred(code: CodeType) -> bool:
    """Whether it is what Python 3.14 makes of annotations (PEP 649): it runs once somebody asks for them.

    It begins by raising NotImplementedError for some formats, with an instruction that no user can write.
    """
    return code.co_name == "__annotate__" and _REFUSES is not None and _REFUSES in code.co_code


def _all_codes(code: CodeType) -> Iterator[CodeType]:
    found = [code]
    while found:
        code = found.pop()
        found += [it for it in code.co_consts if isinstance(it, CodeType) and not is_deferred(it)]
        yield code


def _event_lines(code: CodeType) -> Iterator[int]:
    """Yield the lines of the instructions after the first RESUME: what comes before has no line event."""
    operations = code.co_code[::2]
    begin = 2 * (operations.find(_RESUME) + 1)
    return (line for _, end, line in code.co_lines() if line and end > begin)
