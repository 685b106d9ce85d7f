"""Our own kernel as the debugger's host: a process that is there to run cells, on its main thread.

Knows what a kernel lends, and not how cells are run.
"""

from collections.abc import Callable
from types import FrameType

from ..debuggee.inbox import Inbox
from ..dispatch.host import Refusal
from ..output.figures import Figures
from ..output.stdin import Stdin
from ..output.streams import Streams
from ..wire.messages import Control, Exit, KernelState, LastRun, NameText, RanCell, RunCell


class KernelHost:
    """See `Host`."""

    takes_signals = True

    def __init__(
        self,
        namespace: dict[str, object],
        inbox: Inbox,
        streams: Streams,
        stdin: Stdin,
        figures: Figures,
        *,
        state: Callable[[], KernelState],
        redirect: Callable[[FrameType | None, BaseException], bool],
    ) -> None:
        """`inbox` is the main thread's."""
        self.namespace = namespace
        self.hidden: set[str] = set()
        self.output = streams
        self.asking = stdin.asking
        self.last_run: LastRun | None = None  # of the cell that was asked for last
        self.ran: dict[str, RanCell] = {}  # every revision, by its filename, in the order of their first runs
        self._inbox = inbox
        self._stdin = stdin
        self._figures = figures
        self._state = state
        self._redirect = redirect

    def take_control(self, id: int, command: Control) -> None:
        """See `Host`."""
        if isinstance(command, RunCell):
            self.last_run = LastRun(id, command.filename)
        self._inbox.put((id, command))

    def take_input(self, text: str | None) -> None:
        """See `Host`."""
        self._stdin.feed(text)

    def name_text(self, command: NameText) -> None:
        """See `Host`."""
        raise Refusal("this kernel runs what it is given, under the name that comes with it")

    def describe(self) -> KernelState:
        """See `Host`."""
        return self._state()

    def draw_plots(self) -> int:
        """See `Host`."""
        return self._figures.draw_now()

    def redirect(self, frame: FrameType | None, exception: BaseException) -> bool:
        """See `Host`."""
        return self._redirect(frame, exception)

    def exit(self) -> bool:
        """Have the kernel exit by itself, as a script does, once it is idle; whether it will."""
        self._inbox.put((0, Exit(0)))
        return True

    def release_namespace(self) -> None:
        """Hold nothing of the user's: the interpreter is about to end."""
        self.namespace = {}
        self._state, self._redirect = _nothing_to_describe, _redirects_nothing


def _nothing_to_describe() -> KernelState:
    raise Refusal("the kernel is about to end")


def _redirects_nothing(frame: FrameType | None, exception: BaseException) -> bool:
    return False
