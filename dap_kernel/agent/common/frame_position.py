"""Have code run as if it stood in a frame of the calling thread: who called that frame has called it.

So `sys._getframe(1)`, `traceback.extract_stack()`, `warnings` and libraries that look for the names of
their caller see the user's frames, and none of ours, which are between in truth. For as long as the code
runs, `_PyInterpreterFrame.previous` of its frame is that of the frame it stands in (CPython 3.11 to 3.15;
`Include/internal/pycore_frame.h`, from 3.14 on `pycore_interpframe_structs.h`). The layout is tried on
frames of our own before the first use; where it is another, code runs with our frames around it.

A frame must not be left while that is changed: its return would go on in the wrong frame. So the code puts
it back itself, in a `finally` of attribute stores alone. Exceptions out of signal handlers and those that
other threads send come only at calls and backward jumps (`_PyEval_EvalFrameDefault`, eval breaker), and
none is among these. Racing test: `test_an_exception_at_any_moment_leaves_the_stack_whole`.
Knows nothing of names.
"""

import sys
from ctypes import c_void_p
from functools import cache
from types import CodeType, FrameType

from ..wire.filenames import TYPED
from .own_files import FOLDER

_getframe = sys._getframe
_FRAME_AT = 24  # bytes: `PyFrameObject.f_frame`
_PREVIOUS_AT = 48 if sys.version_info < (3, 12) else 8
_IS_TRIED = sys.implementation.name == "cpython" and (3, 11) <= sys.version_info[:2] <= (3, 15)
_WATCHERS = tuple(
    f"{FOLDER}watch/backends/{it}"
    for it in ("monitoring.py", "entry_tool.py", "settrace.py", "local_traces.py")
)


class Standing:
    """What one code object holds as a constant, to stand in `frame` while it runs: one run at a time.

    The code calls `enter()` within `try`, and stores `saved` to `slot.value`, then `spare` to `slot`, in
    `finally`. With `frame` None it stands where it is. `result` and `names` are what it leaves.
    """

    __slots__ = ("frame", "names", "read_names", "result", "saved", "slot", "spare")

    def __init__(self) -> None:
        self.frame: FrameType | None = None
        self.result: object = None
        self.names: dict[str, object] | None = None
        self.read_names = locals
        self.spare = c_void_p()
        self.slot, self.saved = self.spare, self.spare.value

    def release_frame(self) -> None:
        """Hold nothing of the last run: others may hold the code, a tracer, say."""
        self.frame = self.result = self.names = None

    def enter(self) -> None:
        """Make the calling frame stand in `frame`, which is one that the calling thread runs."""
        if self.frame is None:
            return
        slot = _previous(_getframe(1))
        self.saved = slot.value
        caller = _previous(self.frame).value
        self.slot = slot  # from here on it is put back
        slot.value = caller


def is_running(frame: FrameType | None) -> bool:
    """Whether `frame` is one that the calling thread runs, and code can stand in it."""
    within: FrameType | None = _getframe(1)
    while within is not None and within is not frame:
        within = within.f_back
    return within is not None and _is_layout_known()


def is_told(frame: FrameType) -> bool:
    """Whether Python's tracing is telling of what `frame` has come to: what is called now is not watched."""
    within: FrameType | None = _getframe(1)
    while within is not None and within is not frame:
        if within.f_code.co_filename in _WATCHERS:
            return True
        within = within.f_back
    return False


def is_typed(code: CodeType) -> bool:
    """Whether `code` is of a text that a user has typed, under whatever name it shows itself."""
    return code.co_firstlineno == 0 or code.co_filename == TYPED


def stood_in(frame: FrameType) -> FrameType | None:
    """Return the frame in which `frame` stands, if it does."""
    if is_typed(frame.f_code):
        for it in frame.f_code.co_consts:
            if type(it) is Standing:
                return it.frame
    return None


def _previous(frame: FrameType) -> c_void_p:
    """Return the link of a running frame to the one that has called it, to be read and written."""
    return c_void_p.from_address(_address(frame) + _PREVIOUS_AT)


def _address(frame: FrameType) -> int:
    return c_void_p.from_address(id(frame) + _FRAME_AT).value or 0


@cache
def _is_layout_known() -> bool:
    return _IS_TRIED and _is_linked(2)


def _is_linked(depth: int) -> bool:
    """Whether the links of some frames of ours lead to those that have called them."""
    own = _getframe()
    try:
        caller = own.f_back
        return (
            caller is not None
            and _previous(own).value == _address(caller)
            and (depth == 0 or _is_linked(depth - 1))
        )
    finally:
        del (
            own
        )  # A frame that holds itself lives on, with all that have called it, until garbage is collected.
