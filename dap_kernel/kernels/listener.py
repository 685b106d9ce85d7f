"""Who hears a kernel: the three callbacks that the server gives it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from ..agent.wire import messages as wire
from .printed import Ending, Piece

OnNotification = Callable[[wire.Notification], None]
OnOutput = Callable[[list[Piece]], Awaitable[None] | None]
OnExit = Callable[[Ending], None]


@dataclass(frozen=True)
class Ears:
    """Called on the event loop's thread, in order.

    `on_notification` gets all notifications but Hello. `on_output` gets pieces; while the awaitable that it
    may return is pending, the kernel's writes block. What was printed before a Stopped, an InputWanted, the
    reply to a RunCell or the end is given to it, and done with, before they are handed on: it must not wait
    for any of them. `on_exit` is called once, when a kernel that had come up has ended; the commands that are
    still owed an answer raise KernelDied after that.
    """

    on_notification: OnNotification
    on_output: OnOutput
    on_exit: OnExit
