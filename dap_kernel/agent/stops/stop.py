"""A stopped thread: its frames, and the handles that were given out for them and for values.

A stop owns them: once its thread resumes, none of them means anything any more. Handles are
unique over all stops of a kernel, so that one of an earlier stop is never taken for one of today's.
Knows nothing of why threads stop nor of what is done with a value.
"""

from collections.abc import Iterator
from itertools import count, islice
from types import CellType, CodeType, FrameType, TracebackType
from typing import Literal, Protocol, TypeVar

from ..common.frame_position import stood_in
from ..common.private_names import plain
from ..debuggee.code_names import name_of
from ..debuggee.user_code import UserCode
from ..wire.messages import IDLE_FRAME, BreakMode, Frame, FrameKind, Span, Stack
from ..wire.structs import FrozenStruct, replace

StepKind = Literal["over", "in", "out", "any", "cell"]  # the last two are our own: see `watch/stepping.py`

_BOOT = "_dap_kernel_boot"  # the function that the server's boot text calls us from

_handles = count(1)


def count_handles_from(first: int) -> None:
    """Give out no lower handle. Before the first stop."""
    global _handles
    _handles = count(first)


class StoppedFrame(FrozenStruct):
    """One frame of a stopped thread, or the idle notebook's (`frame` is None then)."""

    id: int
    frame: FrameType | None
    line: int
    kind: FrameKind
    filename: str = ""  # of its text
    instruction: int = -1  # index of the instruction that calls on; -1: the line as a whole is meant

    @property
    def code(self) -> CodeType | None:
        return None if self.frame is None else self.frame.f_code


class KeptWithStop(Protocol):
    """What those who look at values keep with a stop. It is made without arguments, once a stop."""

    def owns(self, handle: int) -> bool:
        """Whether a handle that the stop has given out stands for something that is kept here."""
        ...

    def clear(self) -> None:
        """Forget all: the thread runs again."""


_Kept = TypeVar("_Kept", bound=KeptWithStop)


class Resumption(FrozenStruct):
    """What a thread does when its stop ends: run, step, or raise an exception where it stands."""

    step: StepKind | None = None
    target: Span | None = None
    raises: BaseException | None = None


class Stop:
    """Why and where one thread is stopped.

    `returned` is the name and the value of the function whose end the stop shows, if it shows one;
    `exception` is the one that the stop is about, `traceback` what it has while it is on its way,
    `break_mode` what DAP calls the kind of such a stop.
    """

    def __init__(
        self,
        thread: int,
        reason: str,
        frames: list[StoppedFrame],
        *,
        returned: tuple[str, object] | None = None,
        exception: BaseException | None = None,
        traceback: TracebackType | None = None,
        break_mode: BreakMode = "always",
    ) -> None:
        self.thread = thread
        self.reason = reason
        self.frames = frames  # top first
        self.returned = returned
        self.exception = exception
        self.traceback = traceback
        self.break_mode = break_mode
        self._held: dict[int, object] = {}  # values, by handle
        self._by_id = {frame.id: frame for frame in frames}
        self._kept: dict[type, KeptWithStop] = {}  # one of each class, by the class
        self._cells: dict[int, dict[str, CellType]] = {}  # by id of the frame, by name: see `closures.py`

    @property
    def is_post_mortem(self) -> bool:
        """Whether what the thread ran has ended by an exception that nobody caught."""
        return self.break_mode == "unhandled"

    def hold(self, value: object) -> int:
        """Return a new handle for `value`."""
        handle = self.new_handle()
        self._held[handle] = value
        return handle

    def new_handle(self) -> int:
        """Return a handle that stands for nothing yet."""
        return next(_handles)

    def kept(self, kind: type[_Kept]) -> _Kept:
        """Return what of this kind is kept with the stop; it is made when it is asked for first."""
        known = self._kept.get(kind)
        if not isinstance(known, kind):
            known = self._kept[kind] = kind()
        return known

    def held(self, handle: int) -> object:
        """Return what `handle` stands for. Raises KeyError when it is not this stop's."""
        return self._held[handle]

    def frame(self, id: int) -> StoppedFrame:
        """Return the frame with this id. Raises KeyError when it is not this stop's."""
        return self._by_id[id]

    def cells(self, id: int) -> dict[str, CellType]:
        """Return the cells that functions made in the console share with the frame with this id."""
        return self._cells.setdefault(id, {})

    def owns(self, handle: int) -> bool:
        """Whether a frame id or a reference is this stop's."""
        return handle in self._by_id or handle in self._held or self._keeps(handle)

    def _keeps(self, handle: int) -> bool:
        return any(it.owns(handle) for it in list(self._kept.values()))

    def end(self) -> None:
        """Forget everything: the thread runs again."""
        self._held.clear()
        self._by_id.clear()
        self._cells.clear()
        for it in list(self._kept.values()):
            it.clear()
        self.frames = []
        self.returned = self.exception = self.traceback = None

    def stack(self, start: int, levels: int) -> Stack:
        """Return `levels` frames from `start` on (0: all), as they travel."""
        end = start + levels if levels else None
        return Stack([_described(it) for it in self.frames[start:end]], len(self.frames))


def idle_stop(thread: int) -> Stop:
    """Return the stop of a kernel that runs nothing: one frame, the notebook's names."""
    return Stop(thread, "idle", [StoppedFrame(IDLE_FRAME, None, 1, "cell")])


def live_frames(top: FrameType | None, user_code: UserCode, is_named: bool = False) -> list[StoppedFrame]:
    """Return the frames from `top` outwards, without the kernel's own.

    `is_named`: the user has asked to stop in `top`, by a breakpoint there, say. So it is shown as the user's
    code is, whosesoever it is.
    """
    frames = [
        _stopped(frame, frame.f_lineno, user_code, -1 if frame is top else frame.f_lasti // 2)
        for frame in _outwards(top)
        if not user_code.is_kernel_frame(frame)
    ]
    if is_named and frames and frames[0].frame is top and frames[0].kind == "library":
        frames[0] = replace(frames[0], kind="user")
    return frames


def traceback_frames(traceback: TracebackType | None, user_code: UserCode) -> list[StoppedFrame]:
    """Return the frames of a traceback, innermost first, at the lines where the exception passed."""
    frames = []
    while traceback is not None:
        frame = traceback.tb_frame
        if not user_code.is_kernel_frame(frame):
            frames.append(_stopped(frame, traceback.tb_lineno, user_code, traceback.tb_lasti // 2))
        traceback = traceback.tb_next
    return frames[::-1]


def unwound_frames(
    frame: FrameType, traceback: TracebackType | None, user_code: UserCode
) -> list[StoppedFrame]:
    """Return the frames from where an exception was raised, which is about to leave `frame`, outwards.

    Those within `frame` have ended: they are in `traceback` alone, whose first entry is of `frame`.
    """
    if traceback is None or traceback.tb_frame is not frame:
        return live_frames(frame, user_code)
    return traceback_frames(traceback, user_code) + live_frames(frame.f_back, user_code)


def suspended_frames(coroutine: object, user_code: UserCode) -> list[StoppedFrame]:
    """Return the frames of a coroutine that waits, and of those that it waits for, innermost first."""
    frames = []
    while coroutine is not None:
        frame = getattr(coroutine, "cr_frame", None) or getattr(coroutine, "gi_frame", None)
        if frame is not None and not user_code.is_kernel(frame.f_code.co_filename):
            frames.append(_stopped(frame, frame.f_lineno, user_code, frame.f_lasti // 2))
        coroutine = getattr(coroutine, "cr_await", None) or getattr(coroutine, "gi_yieldfrom", None)
    return frames[::-1]


def _outwards(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None and frame.f_code.co_name != _BOOT:
        stood = stood_in(frame)
        if stood is None:
            yield frame
        frame = stood or frame.f_back


def _stopped(frame: FrameType, line: int | None, user_code: UserCode, instruction: int) -> StoppedFrame:
    code = frame.f_code
    line = line or code.co_firstlineno
    filename = user_code.text_file(name_of(code))
    return StoppedFrame(next(_handles), frame, line, user_code.kind(code), filename, instruction)


def _described(stopped: StoppedFrame) -> Frame:
    frame, code = stopped.frame, stopped.code
    if frame is None or code is None:
        return Frame(stopped.id, "<module>", "", stopped.line, 1, None, None, stopped.kind)
    column, end_line, end_column = 1, None, None
    if stopped.instruction >= 0:
        line, end, start, stop = next(islice(code.co_positions(), stopped.instruction, None), (None,) * 4)
        if line == stopped.line and start is not None and end is not None and stop is not None:
            column, end_line, end_column = start + 1, end, stop + 1
    module = frame.f_globals.get("__name__")
    return Frame(
        stopped.id,
        plain(code.co_qualname),
        stopped.filename,
        stopped.line,
        column,
        end_line,
        end_column,
        stopped.kind,
        module if type(module) is str else None,
    )
