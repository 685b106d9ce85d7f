"""What the watcher, its backend, and who holds stopped threads are to each other."""

from types import FrameType, TracebackType
from typing import Protocol

from ..stops.stop import Resumption, Stop
from .breakpoint import Outcome


class WatchCallbacks(Protocol):
    """Whom a backend tells, on the thread that runs the code."""

    def on_module(self, frame: FrameType) -> None:
        """The code of a module begins to run in `frame`."""
        ...

    def on_line(self, frame: FrameType, outcome: Outcome | None) -> None:
        """`frame` is before a line of interest; `outcome`: what its breakpoints say, None without any."""
        ...

    def on_entry(self, frame: FrameType, is_resumed: bool) -> None:
        """A function begins in `frame`; `is_resumed`: it is a generator or coroutine that goes on."""
        ...

    def on_end(
        self,
        frame: FrameType,
        value: object,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """`frame` is left: it returns or yields `value`, or `exception` leaves it, with its traceback."""
        ...

    def on_raise(self, frame: FrameType, exception: BaseException, traceback: TracebackType | None) -> None:
        """`exception` has been raised in `frame`, or has come to it from a call."""
        ...


class WatchBackend(Protocol):
    """Tells of lines, entries and ends of interest in the watch list, and costs nothing where there are none.

    What is told: a line with a breakpoint; each line and the end of a frame that a thread steps in;
    with a step that wants entries, functions of user code that begin; what `wants_raise` and
    `wants_unwind` say. More may be told than that, never less.
    """

    name: str

    def breakpoints_changed(self, filename: str | None) -> None:
        """Watch breakpoints as they are now, in running frames too. `filename` None: function breakpoints."""

    def exceptions_changed(self) -> None:
        """`wants_raise` or `wants_unwind` is another now."""

    def step_begins(self, ident: int, frames: list[FrameType]) -> None:
        """Watch the lines of `frames` and their ends for the step of thread `ident`."""

    def step_ends(self, ident: int) -> None:
        """The step of thread `ident` is over."""

    def watch_frame(self, ident: int, frame: FrameType) -> None:
        """Watch one more frame for the step of thread `ident`, which runs it."""

    def thread_begins(self) -> None:
        """The calling thread begins to run user code."""

    def check(self) -> None:
        """Put right what user code or a deep recursion has switched off. Called now and then."""

    def off(self) -> None:
        """Watch nothing until `on`, from now: in a forked child, or without a server.

        The watch list is empty already. Threads may be about to change what is watched: nothing is left of
        what they do.
        """

    def on(self) -> None:
        """Watch again what the list asks for from now on."""


class ThreadHolder(Protocol):
    """Where threads wait while they are stopped."""

    def park(self, stop: Stop, ids: list[int], text: str | None) -> Resumption:
        """Hold the calling thread until it is resumed."""

    def log(self, text: str, frame: FrameType) -> None:
        """Print what a log point says."""
        ...

    def announce_once(self, text: str) -> None:
        """Tell the user something, unless it was told before."""
