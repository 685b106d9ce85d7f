"""Stacks that a program has printed or looks at are without frames of ours, and end at the program's own.

A cell is run by frames of the kernel: the C stack of the thread holds them, and no Python code can cut
`f_back`. What shows stacks gets them in two places, `traceback.walk_stack` (`print_stack`, `format_stack` and
`extract_stack`, so also `stack_info` of `logging`, and asyncio's debug mode) and `inspect.getouterframes`
(`inspect.stack`). Those two leave our frames out, and do all else as they did. A warning whose `stacklevel`
leads out of the program is where it is without more frames: of `sys`, not of us. Who follows `f_back` himself
sees the kernel's, as he sees ipykernel's in Jupyter, and so does `walk_stack(None)`, which counts the frames
round itself.
"""

import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from types import FrameType, ModuleType
from typing import Any, TypeVar

from ..common.own_files import FOLDER
from ..common.when_imported import Tell, when_imported
from ..debuggee.user_code import UserCode

_OUTSIDE = ("<sys>", 0) if sys.version_info >= (3, 13) else ("sys", 1)  # `setup_context` of `_warnings.c`
T = TypeVar("T")


def install(user_code: UserCode, tell: Tell) -> None:
    """Have the standard library leave our frames out. `tell` is told what could not be done."""

    def change_inspect(inspect: ModuleType) -> None:
        getouterframes = inspect.getouterframes

        @wraps(getouterframes)
        def outer(frame: Any, context: int = 1) -> list[Any]:
            return list(_shown(getouterframes(frame, context), lambda it: it.frame, user_code))

        vars(inspect)["getouterframes"] = outer

    when_imported("warnings", _change_warnings, tell)
    when_imported("inspect", change_inspect, tell)
    walk_stack = traceback.walk_stack

    @wraps(walk_stack)
    def walk(f: FrameType | None) -> Iterator[tuple[FrameType, int]]:
        if f is None:
            return walk_stack(f)
        return _shown(walk_stack(f), lambda it: it[0], user_code)

    vars(traceback)["walk_stack"] = walk


def _change_warnings(warnings: ModuleType) -> None:
    message = warnings.WarningMessage
    init = message.__init__

    @wraps(init)
    def of_program(
        self: object,
        message: object,
        category: object,
        filename: object,
        lineno: object,
        *more: Any,
        **named: Any,
    ) -> None:
        if type(filename) is str and filename.startswith(FOLDER):
            filename, lineno = _OUTSIDE
        init(self, message, category, filename, lineno, *more, **named)

    message.__init__ = of_program


def _shown(stack: Iterable[T], frame_of: Callable[[T], FrameType], user_code: UserCode) -> Iterator[T]:
    """Yield what a stack has, the innermost first, but for our frames and all below the program's first."""
    for it in stack:
        frame = frame_of(it)
        if frame.f_code.co_filename.startswith(FOLDER):
            if not user_code.runs_user_code(frame):
                return
        elif user_code.is_kernel_frame(frame) and not user_code.runs_user_code(frame):
            return
        else:
            yield it
