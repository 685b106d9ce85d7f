"""A Python process that runs by itself as the debugger's host: it lends its frames, and two threads for us.

No stream is replaced, no signal taken, nothing registered for the end: all that is changed is put back once
the connection ends, and the process goes on as if nobody had been there. So the main thread is reached as
others are, at its next line; what log points say goes over the wire. `breakpoint()` stops in the editor
meanwhile, and so does an exception that ends the program.
"""

import os
import sys
from collections.abc import Callable, Collection
from types import FrameType, TracebackType

from ..debuggee.threads import UserThreads
from ..debuggee.user_code import UserCode
from ..dispatch.agent import Agent
from ..dispatch.host import Refusal
from ..link.sender import Sender
from ..wire.messages import Control, KernelState, NameText, Start
from .visit import WireOutput, begin_visit

ExceptionHook = Callable[[type[BaseException], BaseException, TracebackType | None], object]


def attach(wire_fd: int, on_left: Callable[[], None] = lambda: None, listeners: Collection[int] = ()) -> None:
    """Have the server at the other end debug this process: see `begin_visit`."""
    begin_visit(wire_fd, BareProcess, on_left, listeners)


def script() -> str:
    """Return the file that the program is run from, "" where there is none."""
    file = getattr(sys.modules.get("__main__"), "__file__", None)
    return os.path.realpath(file) if isinstance(file, str) and os.path.isfile(file) else ""


class BareProcess:
    """See `VisitedHost`."""

    takes_signals = False

    def __init__(self, sender: Sender, threads: UserThreads, start: Start) -> None:
        start.notebook = start.notebook or script()
        self._start = start
        self.namespace = vars(sys.modules["__main__"])
        self.hidden: set[str] = set()
        self.output = WireOutput(sender)
        self.asking: set[int] = set()
        self._breakpoint_hooks: list[Callable[..., object]] = []  # `sys.breakpointhook`: ours, the one before
        self._exception_hooks: list[ExceptionHook] = []  # `sys.excepthook`, likewise

    def user_code(self) -> UserCode:
        """See `VisitedHost`."""
        return UserCode(self._start.notebook)

    def begin(self, agent: Agent) -> None:
        """See `VisitedHost`."""

        def breakpoint_hook(*_: object, **__: object) -> None:
            if os.environ.get("PYTHONBREAKPOINT") != "0":
                agent.watcher.breakpoint_here(sys._getframe(1))

        before = sys.excepthook

        def exception_hook(
            kind: type[BaseException], exception: BaseException, traceback: TracebackType | None
        ) -> None:
            before(kind, exception, traceback)
            agent.watcher.uncaught(exception)  # post mortem: the program has ended by it

        self._breakpoint_hooks = [breakpoint_hook, sys.breakpointhook]
        self._exception_hooks = [exception_hook, before]
        sys.breakpointhook, sys.excepthook = breakpoint_hook, exception_hook

    def end(self) -> None:
        """See `VisitedHost`."""
        if self._breakpoint_hooks and sys.breakpointhook is self._breakpoint_hooks[0]:
            sys.breakpointhook = self._breakpoint_hooks[1]
        if self._exception_hooks and sys.excepthook is self._exception_hooks[0]:
            sys.excepthook = self._exception_hooks[1]

    def take_control(self, id: int, command: Control) -> None:
        """See `Host`."""
        raise Refusal("this process runs by itself: it takes no cells")

    def take_input(self, text: str | None) -> None:
        """See `Host`: the process reads its own console."""

    def name_text(self, command: NameText) -> None:
        """See `Host`."""
        raise Refusal("this process runs by itself: it takes no cells")

    def describe(self) -> KernelState:
        """See `Host`: there are no cells to tell of."""
        return KernelState(self._start, [sys.executable], "", [], [], "", notebook=self._start.notebook)

    def draw_plots(self) -> int:
        """See `Host`."""
        return 0

    def redirect(self, frame: FrameType | None, exception: BaseException) -> bool:
        """See `Host`."""
        return False
