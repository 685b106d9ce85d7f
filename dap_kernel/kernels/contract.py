"""What any kernel gives a session: it is started or reached, answers, prints, ends, or is let go.

All kernels speak the agent's words (`agent/wire/messages.py`); how these get there and back, what carries
the output, and what a kernel consists of, is known to its own folder alone: ours is in `own/`. What a kernel
reports goes to a `KernelListener`. The one reader is `server/kernel/session_kernel.py`. All of it is called
on the event loop's thread.
"""

from typing import Protocol, TypeVar

from ..agent.wire import messages as wire
from .kernel_traits import KernelTraits
from .listener import KernelListener

T = TypeVar("T")


class Kernel(Protocol):
    """A kernel that is up, until it ends, or is ended or detached."""

    @property
    def traits(self) -> KernelTraits:
        """In what it differs from kernels of other kinds."""

    @property
    def hello(self) -> wire.Hello:
        """Who answers. Its `pid` is one of this machine, or 0."""

    async def call(self, command: wire.Command, result: type[T], within_s: float | None = None) -> T:
        """Send a command and return its reply's result; `type(None)` when there is none.

        `within_s` is how long that may take, in seconds; None: what `limits.limit_s` says. Raises
        CommandFailed when the kernel declines, NoAnswer when it is silent, KernelDied when there is none any
        more. Cancelled, or too late, it breaks off the evaluation that an inspection command began.
        """

    async def result_of(self, run_id: int) -> wire.CellResult:
        """Return the result of a RunCell that an earlier session sent. Raises CommandFailed, KernelDied.

        What was printed before it has been given to the listener.
        """

    def send_command(self, command: wire.Command) -> None:
        """Send a command whose reply nobody waits for; dropped when there is no kernel any more."""

    async def end(self, *, exit_s: float = 0.0) -> bool:
        """End the kernel; nothing of it is left after. The listener has been told by then.

        `exit_s`: how long an idle kernel has to exit as a script does, before it is made to; False: that was
        too short.
        """

    async def detach(self, *, found_within_s: float = 0.0) -> None:
        """Let the kernel live without this session. The listener hears nothing more.

        Returns when whoever comes next can find it, or after `found_within_s` seconds.
        """


class KernelToStart(Protocol):
    """All that a kernel is started with, at the first time and at each restart. It does not change."""

    @property
    def start(self) -> wire.Start:
        """What the kernel is told before all else."""

    @property
    def cwd(self) -> str:
        """The folder that its code is in at the beginning."""

    @property
    def description(self) -> str:
        """What it is, in some words for the user: "Python /usr/bin/python3"."""

    @property
    def why_chosen(self) -> str:
        """Why it is this one, in some words for the user."""

    def with_start(self, start: wire.Start) -> "KernelToStart":
        """Return the same, but for what it is told."""

    def runs_like(self, other: "KernelToStart") -> bool:
        """Whether one that runs shows that the other would do, too."""

    async def why_unfit(self, within_s: float) -> str | None:
        """Return why this will do for no notebook, and what to do; without starting it.

        None: it will do, or has not said so `within_s` seconds: then it is told by `start_kernel`.
        """

    async def start_kernel(self, listener: KernelListener) -> Kernel:
        """Start one; return once it answers. Raises KernelDied; InterpreterError when it is unfit."""


class KernelToReach(Protocol):
    """A kernel that runs already, without a session."""

    async def reach(self, listener: KernelListener) -> Kernel:
        """Take it over; return once it answers. Raises KernelDied."""

    def environment(self) -> dict[str, str] | None:
        """Return the variables that it was started with; None where nobody tells."""
