"""Frames of a stopped thread as the client sees them.

Library frames are hidden with justMyCode, the kernel's own always. Source: DAP specification, "StackTrace".
"""

from ...agent.wire import messages as wire
from ...notebook.cells import SCRIPT_CELL
from ...protocol.stack import StackFrame, StackFrameFormat
from .. import convert
from ..kernel.session_kernel import KernelSilent
from ..output.cell_output import CellOutput
from ..texts.documents import Documents
from ..texts.sources import Sources
from .frames import Frames
from .idle_frame import IdleFrame
from .threads import ThreadStop

CELL_LEVEL = "<module>"


class ClientFrames:
    """Filters the frames that the kernel has, and gives each the client's source and line."""

    def __init__(
        self,
        frames: Frames,
        documents: Documents,
        sources: Sources,
        idle_frame: IdleFrame,
        output: CellOutput,
    ) -> None:
        self._frames = frames
        self._documents = documents
        self._sources = sources
        self._idle_frame = idle_frame
        self._output = output

    async def stack(
        self, stop: ThreadStop, format: StackFrameFormat | None, *, just_my_code: bool
    ) -> list[StackFrame]:
        """Return the frames that are shown of a stop, top first; of a silent kernel where the stop is.

        Raises DapError where the kernel declines.
        """
        if stop.is_idle:
            return [self._idle(stop)]
        try:
            frames = await self._frames.kernel_frames(stop)
        except KernelSilent as silence:
            self._output.say(str(silence), "stderr")
            frames = [
                wire.Frame(stop.idle_frame, CELL_LEVEL, stop.filename, stop.line, 1, None, None, "user")
            ]
        return [self._shown(it, format) for it in _visible(frames, just_my_code, format)]

    def _idle(self, stop: ThreadStop) -> StackFrame:
        location = self._idle_frame.location()
        line = location.line if location is not None else 1
        source = location.source if location is not None else None
        return StackFrame(stop.idle_frame, self._idle_frame.name, line, 1, source=source)

    def _shown(self, frame: wire.Frame, format: StackFrameFormat | None) -> StackFrame:
        location = self._sources.locate(frame.filename, frame.line)
        name = frame.name
        if frame.kind == "cell" or name == CELL_LEVEL:
            revision, main = self._documents.revision(frame.filename), self._documents.main
            cell = main.cell(revision.cell_id) if main is not None and revision is not None else None
            name = cell.name if cell is not None and cell.id != SCRIPT_CELL else name
        is_subtle = frame.kind == "library"
        return convert.stack_frame(frame, name, location, is_subtle=is_subtle, format=format)


def _visible(
    frames: list[wire.Frame], just_my_code: bool, format: StackFrameFormat | None
) -> list[wire.Frame]:
    visible = [it for it in frames if it.kind != "kernel"]
    if not just_my_code or (format is not None and format.include_all):
        return visible
    return [it for it in visible if it.kind != "library"] or visible
