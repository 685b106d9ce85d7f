"""Who runs the user's code, as the debugger sees it: what it lends, and what it is asked to do.

The debugger half of the agent (all below `run/`) knows no more of it than this. A host makes the agent
(`Agent(host, ...)`), begins and ends it, and says when a cell begins and ends (`Agent.cell_begins`,
`Agent.cell_ends`), if it has cells. Our own kernel is one (`run/kernel_host.py`); another runs by itself and
lends its process alone (`hosts/bare_process.py`).
"""

from types import FrameType
from typing import Protocol

from ..stops.parking import StopOutput
from ..wire.messages import Control, KernelState, NameText


class Refusal(Exception):
    """A command that cannot be done, in a sentence."""


class ThreadNotStopped(Refusal):
    """The thread, frame or reference is of no stop that lasts."""

    def __init__(self) -> None:
        super().__init__("notStopped")


class Host(Protocol):
    """What a host lends. The agent thread calls what says nothing else. Each method may raise Refusal."""

    @property
    def namespace(self) -> dict[str, object]:
        """The names of the notebook, or those of `__main__`."""
        ...

    @property
    def hidden(self) -> set[str]:
        """Names in it that are the host's own."""
        ...

    @property
    def output(self) -> StopOutput:
        """Where log points print, on the thread that comes by."""
        ...

    @property
    def asking(self) -> set[int]:
        """The idents of the threads that wait for a line of the console."""
        ...

    @property
    def takes_signals(self) -> bool:
        """Whether SIGINT and SIGURG of the main thread are the agent's: else it is reached at lines alone."""
        ...

    def take_control(self, id: int, command: Control) -> None:
        """Have the thread that runs cells do a command, and answer it."""

    def take_input(self, text: str | None) -> None:
        """Take a line of the console; None: there is no more."""

    def name_text(self, command: NameText) -> None:
        """Take what the server calls a text that the host has told of."""

    def describe(self) -> KernelState:
        """Return what a server that has just come is to know."""
        ...

    def draw_plots(self) -> int:
        """Show the plots that are open; return how many. On a thread that is stopped, or idle."""
        ...

    def redirect(self, frame: FrameType | None, exception: BaseException) -> bool:
        """Whether the host sees to it that `exception`, which came while `frame` ran, ends the cell.

        In a handler of a signal, on the main thread.
        """
        ...
