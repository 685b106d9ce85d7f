"""Frames of stopped threads as the kernel has them, and which of its frames a client's id means.

Knows nothing of how frames are shown. Frames are asked for once a stop; ids hold until the thread resumes.
"""

from ...agent.wire import messages as wire
from ..errors import DapError, NotStopped
from ..kernel.session_kernel import SessionKernel
from ..run.run_state import RunState
from .threads import FIRST_IDLE_FRAME, ClientThreads, ThreadStop


class Frames:
    """Asks the kernel for the frames of a stop, once; the stop keeps them.

    Methods that ask the kernel raise DapError where it declines or is silent.
    """

    def __init__(self, threads: ClientThreads, kernel: SessionKernel, run_state: RunState) -> None:
        self._threads = threads
        self._kernel = kernel
        self._run = run_state

    async def kernel_frames(self, stop: ThreadStop) -> list[wire.Frame]:
        """Return all frames of a stop, top first, the kernel's own among them."""
        if stop.frames is None:
            stop.frames = (await self._kernel.call(wire.StackTrace(stop.thread), wire.Stack)).frames
        return stop.frames

    def kernel_frame_id(self, frame_id: int | None) -> int:
        """Return the kernel's id of a frame; None is the notebook's level. Raises NotStopped, DapError."""
        if frame_id is not None:
            if frame_id < FIRST_IDLE_FRAME:
                self.need_kernel()
                return frame_id
            if self._threads.idle_stop_of(frame_id) is None:
                raise NotStopped
            return wire.IDLE_FRAME
        main = self._threads.stops.get(wire.MAIN_THREAD)
        if main is not None and main.frames:
            cells = [it.id for it in main.frames if it.kind == "cell"]
            return (cells or [main.frames[0].id])[-1]
        return self._idle_frame_id()

    def need_kernel(self) -> None:
        """Raise NotStopped when there is no kernel that could own a handle: a void one starts none."""
        if self._kernel.live is None:
            raise NotStopped

    async def notebook_frame_id(self) -> int:
        """Return the kernel's id of the frame at the notebook's level. Raises DapError while a cell runs."""
        main = self._threads.stops.get(wire.MAIN_THREAD)
        if main is not None and not main.is_idle:
            await self.kernel_frames(main)
        return self.kernel_frame_id(None)

    async def top_frame_id(self) -> int:
        """Return the main thread's top frame, or that of the idle notebook. Raises DapError while it runs."""
        main = self._threads.stops.get(wire.MAIN_THREAD)
        if main is not None and not main.is_idle and (frames := await self.kernel_frames(main)):
            return frames[0].id
        return self._idle_frame_id()

    async def top_variables(self) -> list[wire.Variable]:
        """Return the variables of the main thread's top frame, or of the idle notebook."""
        scopes = await self._kernel.call(wire.Scopes(await self.top_frame_id()), list[wire.Scope])
        if not scopes:
            return []
        found = await self._kernel.call(wire.Variables(scopes[0].reference), list[wire.Variable])
        return [it for it in found if it.kind != "virtual"]

    def _idle_frame_id(self) -> int:
        if self._run.is_busy and self._kernel.traits.runs_by_itself:
            raise DapError(f"{self._kernel.traits.noun} runs: pause it to look into it")
        if self._run.is_busy:
            raise DapError("a cell is running: pause it, or wait until it is idle")
        return wire.IDLE_FRAME
