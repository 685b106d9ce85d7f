"""Frames of a stopped thread as the client sees them, and back from the client's ids.

Library frames are hidden with justMyCode, the kernel's own always. Source: DAP specification, "StackTrace".
"""

from typing import TYPE_CHECKING

from ...agent.wire import messages as wire
from ...notebook.cells import SCRIPT_CELL
from ...protocol.stack import StackFrame, StackFrameFormat
from .. import convert
from ..errors import DapError, NotStopped
from ..kernel.session_kernel import KernelSilent
from .threads import FIRST_IDLE_FRAME, Stop

if TYPE_CHECKING:
    from ..session import Session

CELL_LEVEL = "<module>"


async def frames_of(session: "Session", stop: Stop, format: StackFrameFormat | None) -> list[StackFrame]:
    """Return all frames that are shown of a stop, top first; of a silent kernel the line where it stopped."""
    if stop.is_idle:
        return [_idle_frame(session, stop)]
    try:
        frames = await kernel_frames(session, stop)
    except KernelSilent as silence:
        session.output.say(str(silence), "stderr")
        frames = [wire.Frame(stop.idle_frame, CELL_LEVEL, stop.filename, stop.line, 1, None, None, "user")]
    shown = _shown(frames, session.args.just_my_code, format)
    return [_frame(session, it, format) for it in shown]


async def kernel_frames(session: "Session", stop: Stop) -> list[wire.Frame]:
    """Return all frames of a stop as the kernel has them; asked once a stop."""
    if stop.frames is None:
        stop.frames = (await session.kernel.call(wire.StackTrace(stop.thread), wire.Stack)).frames
    return stop.frames


def kernel_frame_id(session: "Session", frame_id: int | None) -> int:
    """Return the kernel's id of a frame; None is the notebook's level. Raises NotStopped, DapError."""
    if frame_id is not None:
        if frame_id < FIRST_IDLE_FRAME:
            need_live(session)
            return frame_id
        if session.threads.of_frame(frame_id) is None:
            raise NotStopped
        return wire.IDLE_FRAME
    main = session.threads.stops.get(wire.MAIN_THREAD)
    if main is not None and main.frames:
        cells = [it.id for it in main.frames if it.kind == "cell"]
        return (cells or [main.frames[0].id])[-1]
    if session.run_state.is_busy:
        raise DapError("a cell is running: pause it, or wait until it is idle")
    return wire.IDLE_FRAME


def need_live(session: "Session") -> None:
    """Raise NotStopped when there is no kernel that could own a handle: a void one starts none."""
    if session.kernel.live is None:
        raise NotStopped


async def notebook_frame_id(session: "Session") -> int:
    """Return the kernel's id of the frame at the notebook's level. Raises DapError while a cell runs."""
    main = session.threads.stops.get(wire.MAIN_THREAD)
    if main is not None and not main.is_idle:
        await kernel_frames(session, main)
    return kernel_frame_id(session, None)


async def top_frame(session: "Session") -> int:
    """Return the main thread's top frame, or that of the idle notebook. Raises DapError while it runs."""
    main = session.threads.stops.get(wire.MAIN_THREAD)
    if main is not None and not main.is_idle and (frames := await kernel_frames(session, main)):
        return frames[0].id
    if session.run_state.is_busy:
        raise DapError("a cell is running: pause it, or wait until it is idle")
    return wire.IDLE_FRAME


async def names_in(session: "Session") -> list[wire.Variable]:
    """Return the variables of the main thread's top frame, or of the idle notebook."""
    frame = await top_frame(session)
    scopes = await session.kernel.call(wire.Scopes(frame), list[wire.Scope])
    if not scopes:
        return []
    found = await session.kernel.call(wire.Variables(scopes[0].reference), list[wire.Variable])
    return [it for it in found if it.kind != "virtual"]


def _idle_frame(session: "Session", stop: Stop) -> StackFrame:
    location = session.idle.place()
    line = location.line if location is not None else 1
    source = location.source if location is not None else None
    return StackFrame(stop.idle_frame, session.idle.name(), line, 1, source=source)


def _shown(frames: list[wire.Frame], just_my_code: bool, format: StackFrameFormat | None) -> list[wire.Frame]:
    visible = [it for it in frames if it.kind != "kernel"]
    if not just_my_code or (format is not None and format.include_all):
        return visible
    return [it for it in visible if it.kind != "library"] or visible


def _frame(session: "Session", it: wire.Frame, format: StackFrameFormat | None) -> StackFrame:
    location = session.sources.locate(it.filename, it.line)
    name = it.name
    if it.kind == "cell" or it.name == CELL_LEVEL:
        revision, main = session.documents.revision(it.filename), session.documents.main
        cell = main.cell(revision.cell_id) if main is not None and revision is not None else None
        name = cell.name if cell is not None and cell.id != SCRIPT_CELL else it.name
    return convert.stack_frame(it, name, location, is_subtle=it.kind == "library", format=format)
