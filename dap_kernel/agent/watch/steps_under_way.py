"""The steps under way: begun and ended, and the backend told what to watch for them."""

from types import FrameType

from ..debuggee.threads import UserThreads
from ..debuggee.user_code import UserCode
from ..stops.stop import Resumption
from .contract import WatchBackend
from .stepping import Step, user_caller


class StepsUnderWay:
    """At most one step a thread. On any thread."""

    def __init__(
        self, steps: dict[int, Step], backend: WatchBackend, threads: UserThreads, user_code: UserCode
    ) -> None:
        """`steps`, by ident of the thread, are the watch list's."""
        self._steps = steps
        self._backend = backend
        self._threads = threads
        self._user_code = user_code
        self._is_over = False

    def begin(self, ident: int, step: Step, frame: FrameType | None) -> None:
        """Have thread `ident` take `step`, seen from `frame`."""
        step.thread = self._threads.of(ident)
        self._steps[ident] = step
        frames = [frame] if frame is not None else []
        while step.wants_entries and frame is not None and (frame := frame.f_back) is not None:
            if self._user_code.is_shown(frame, step.just_my_code):
                frames.append(frame)
        self._backend.step_begins(ident, frames)
        if self._is_over:  # `refuse_new_steps` may have come meanwhile, and nobody would end this one.
            self._steps.pop(ident, None)
            self._backend.step_ends(ident)

    def begin_from(self, ident: int, frame: FrameType, resumption: Resumption, just_my_code: bool) -> None:
        """Have thread `ident`, stopped in `frame`, take the step that `resumption` asks for, if any."""
        if resumption.step is None:
            return
        origin: FrameType | None = frame
        if just_my_code and not self._user_code.is_user(frame.f_code.co_filename):
            origin = user_caller(frame, self._user_code, True)
        step = Step("any", just_my_code=just_my_code)
        if origin is not None:
            step = Step(resumption.step, origin, just_my_code=just_my_code)
            step.line, step.target = origin.f_lineno, resumption.target
        self.begin(ident, step, origin)

    def end(self, ident: int) -> Step | None:
        """Return the step that thread `ident` was taking, which is over."""
        step = self._steps.pop(ident, None)
        if step is not None:
            self._backend.step_ends(ident)
        return step

    def refuse_new_steps(self) -> None:
        """Let no step begin until `accept_new_steps`. To be called before all is switched off.

        A thread may be about to begin one: it looks again once it has, and ends it at once. Racing test:
        `test_a_step_that_begins_just_when_nobody_debugs_any_more`.
        """
        self._is_over = True

    def accept_new_steps(self) -> None:
        """Let steps begin again: there is a server."""
        self._is_over = False
