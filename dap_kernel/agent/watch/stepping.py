"""A step under way: which line ends it.

Pure: frames are told apart by identity and nothing is read from them but their code and where in it
they are. Source: `next`, `stepIn` and `stepOut` in the specification, at the granularity
of lines.
"""

from itertools import islice
from types import FrameType

from ..debuggee.user_code import UserCode
from ..stops.stop import StepKind
from ..wire.code_lines import is_deferred
from ..wire.messages import Span, StopAtEntry
from ..wire.structs import Struct


class Step(Struct):
    """What a thread is to do before it stops again.

    over, in, out: as the protocol means them, seen from `origin`. A step in ends at the next line of
    user code, whichever frame runs it, and so follows a `yield` to who asked for it. Neither ends at `line`
    of `origin`, where it began: what runs there is more of that line, a round of its comprehension or what
    handles its exception. So `bdb` has it, too, from 3.14 on. any: stop at the next line of user code.
    cell: stop at the next line at the level of a cell.
    """

    kind: StepKind
    origin: FrameType | None = None
    reason: str = "step"
    line: int | None = None  # of `origin`; None: any line of it ends the step
    target: Span | None = None  # of a step in: the call to go into
    just_my_code: bool = True
    thread: object = None  # the thread that steps: its ident may be another's once it has ended

    @property
    def goes_on(self) -> StopAtEntry | None:
        """Why the next cell is to stop at its first line, when this one ends before the step does."""
        reasons: tuple[StopAtEntry, ...] = ("step", "pause", "entry")
        return next((it for it in reasons if it == self.reason), None)

    @property
    def wants_entries(self) -> bool:
        """Whether functions that begin matter, not only lines of frames that run already."""
        return self.kind in ("in", "any", "cell")

    def ends_at_line(self, frame: FrameType, user_code: UserCode) -> bool:
        """Whether the thread stops before the line that `frame` is about to run."""
        match self.kind:
            case "over":
                return frame is self.origin and frame.f_lineno != self.line
            case "in" if frame is self.origin:
                return frame.f_lineno != self.line
            case "in":
                return self.enters(frame, user_code)
            case "any":
                return user_code.is_shown(frame, self.just_my_code)
            case "cell":
                return user_code.is_cell(frame.f_code)
            case _:
                return False

    def enters(self, frame: FrameType, user_code: UserCode) -> bool:
        """Whether a step in goes into `frame`: not into annotations, but into what they call."""
        if not user_code.is_shown(frame, self.just_my_code) or is_deferred(frame.f_code):
            return False
        if self.kind == "cell":
            return user_code.is_cell(frame.f_code)
        return self.target is None or self._is_called_by_target(frame)

    def ends_with(self, frame: FrameType) -> bool:
        """Whether the end of `frame` ends the step."""
        return frame is self.origin and self.kind in ("over", "in", "out")

    def _is_called_by_target(self, frame: FrameType) -> bool:
        caller = frame.f_back
        while caller is not None and caller is not self.origin:
            caller = caller.f_back
        return caller is not None and current_span(caller) == self.target


def current_span(frame: FrameType) -> Span | None:
    """Return the stretch of source that the instruction under way in `frame` was compiled from."""
    positions = next(islice(frame.f_code.co_positions(), frame.f_lasti // 2, None), (None,) * 4)
    line, end_line, column, end_column = positions
    if line is None or end_line is None or column is None or end_column is None:
        return None
    return Span(line, column + 1, end_line, end_column + 1)


def user_caller(frame: FrameType, user_code: UserCode, just_my_code: bool) -> FrameType | None:
    """Return the nearest frame of user code (else of any but the kernel's) that `frame` was called from."""
    caller = frame.f_back
    while caller is not None and not user_code.is_shown(caller, just_my_code):
        caller = caller.f_back
    return caller
