"""What the instruction that a frame is at tells of a "call" or "return" event. Pure."""

import sys
from opcode import opmap
from types import CodeType, FrameType

_SUSPENDS = {opmap[it] for it in ("YIELD_VALUE", "SEND", "RETURN_GENERATOR") if it in opmap}
_RETURNS = {opmap[it] for it in ("RETURN_VALUE", "RETURN_CONST") if it in opmap}
_RESUME = opmap["RESUME"]  # its argument: 0 at a function's begin, else after a `yield` or an `await`
_PASSES_ON = opmap.get("CLEANUP_THROW", -1)
_GENERATOR_FLAGS = 0x20 | 0x80 | 0x200  # CO_GENERATOR, CO_COROUTINE, CO_ASYNC_GENERATOR
PASSING_FLAGS = _GENERATOR_FLAGS if sys.version_info >= (3, 13) else 0


def may_suspend(code: CodeType) -> bool:
    """Whether it is a generator's or a coroutine's."""
    return bool(code.co_flags & _GENERATOR_FLAGS)


def is_midway(frame: FrameType) -> bool:
    """Whether a "call" or "return" event is a `yield` or an `await`, not the begin or the end of a frame."""
    code = frame.f_code
    if not may_suspend(code):
        return False
    operation, argument = code.co_code[frame.f_lasti : frame.f_lasti + 2]
    return operation in _SUSPENDS or (operation == _RESUME and bool(argument & 3))


def is_returning(frame: FrameType) -> bool:
    """Whether a "return" event is that of a `return`, not of an exception that passes or a `yield`."""
    return frame.f_code.co_code[frame.f_lasti] in _RETURNS


def is_passing_on(frame: FrameType) -> bool:
    """Whether a "line" event is no line that begins: an exception comes out of what the line awaits.

    CPython 3.13 and newer tell it at the instruction CLEANUP_THROW of an `await` or a `yield from`. To be
    asked only of code that has one of PASSING_FLAGS: a hot path looks there first.
    """
    return frame.f_code.co_code[frame.f_lasti] == _PASSES_ON
