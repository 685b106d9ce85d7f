"""Who hears a kernel: what the server gives it to report to."""

from collections.abc import Awaitable
from typing import Protocol

from ..agent.wire import messages as wire
from .printed import Ending, Piece


class KernelListener(Protocol):
    """Called on the event loop's thread, in the order in which the kernel did things.

    What was printed before a Stopped, a CellEnded, an InputWanted, the reply to a RunCell or the end is
    given to `kernel_printed`, and done with, before they are handed on: it must not wait for any of them.
    """

    def kernel_notified(self, notification: wire.Notification) -> None:
        """It says something of its own accord; Hello and Reply do not come here."""

    def kernel_printed(self, pieces: list[Piece]) -> Awaitable[None] | None:
        """It printed. While the awaitable that this may return is pending, the kernel's writes block."""

    def kernel_ended(self, ending: Ending) -> None:
        """It had come up, and has ended; called once. Who still waits for a reply gets KernelDied after."""
