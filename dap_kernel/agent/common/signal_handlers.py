"""The user's signal handlers run between two bytecodes of the main thread: also of ours, and may raise there.

What they raise is for the user's code, as it would be without us. Knows no signal's number.
"""

from collections.abc import Callable
from opcode import opmap
from types import FrameType, FunctionType, TracebackType
from typing import TypeVar

_Function = TypeVar("_Function", bound=Callable[..., object])
_RESUME = opmap["RESUME"]
_traceback = BaseException.__dict__["__traceback__"].__get__
_AFTER_YIELD_FROM = 2  # such a RESUME does not look for signals; nor is one there for anything else


def traceback_of(error: BaseException) -> TracebackType | None:
    """Return `error.__traceback__`, whatever its class does with attributes."""
    found: TracebackType | None = _traceback(error)
    return found


def is_of_handler(error: BaseException) -> bool:
    """Whether `error` came out of a signal handler: a function that was given the frame it broke into."""
    traceback = traceback_of(error)
    while traceback is not None and traceback.tb_next is not None:
        if _is_given(traceback.tb_next, traceback.tb_frame):
            return True
        traceback = traceback.tb_next
    return False


def begins_unbroken(function: _Function) -> _Function:
    """Have no handler run, and no other thread, at the beginning of a plain function.

    A trace function would else be broken into before it can guard itself. The instruction at the beginning of
    a function, RESUME, looks for signals unless its argument says that it follows a `yield from`
    (`ceval.c` of 3.11 to 3.13: `oparg < 2`). Without a call or a loop nothing else does.
    """
    assert isinstance(function, FunctionType)
    code = bytearray(function.__code__.co_code)
    code[2 * code[::2].index(_RESUME) + 1] = _AFTER_YIELD_FROM
    function.__code__ = function.__code__.replace(co_code=bytes(code))
    return function


def _is_given(handler: TracebackType, frame: FrameType) -> bool:
    for value in handler.tb_frame.f_locals.values():
        if value is frame or (type(value) is tuple and any(it is frame for it in value)):
            return True
    return False
