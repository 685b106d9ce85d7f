"""What a forked child is to be: a process like any other, with nothing of the debugger's in it."""

import os
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress

from ..common.locks import free_locks
from ..debuggee.user_code import UserCode
from ..dispatch.agent import Agent
from ..dispatch.timers import Timers
from ..link.channel import Channel
from ..link.orphan import Orphan
from ..output.stdin import Stdin
from ..output.streams import Streams
from ..wire.messages import Note
from .line_sampler import Sampler

_NOTE = "a forked process goes on without breakpoints; what it prints is shown"


def install(
    agent: Agent,
    channel: Channel,
    streams: Streams,
    stdin: Stdin,
    timers: Timers,
    sampler: Sampler,
    orphan: Orphan,
) -> None:
    """Have every forked child switch off all that is ours, and the first one be told of."""
    # Python warns of forks beside threads. Those are the agent's, and hold no lock that a child needs.
    warnings.filterwarnings("ignore", r"This process \(pid=\d+\) is multi-threaded", DeprecationWarning)
    told: list[Note] = []
    steps: tuple[Callable[[], None], ...] = (
        free_locks,
        channel.close,
        streams.go_plain,
        stdin.go_off,
        sampler.go_off,
        timers.go_off,
        orphan.disown_announcement,
        agent.go_off,
    )

    def after_in_child() -> None:
        for step in steps:
            with suppress(Exception):  # Of one; the others are to be done all the same.
                step()

    def after_in_parent() -> None:
        if not told and _is_of_user(agent.user_code):
            told.append(Note(_NOTE))
            agent.emit(told[0])

    os.register_at_fork(after_in_child=after_in_child, after_in_parent=after_in_parent)


def _is_of_user(user_code: UserCode) -> bool:
    """Whether the user's code forks, itself or through a library. IPython does for `!ls`."""
    frame = sys._getframe(1).f_back
    while frame is not None and user_code.kind(frame.f_code) == "library":
        frame = frame.f_back
    return frame is None or user_code.kind(frame.f_code) != "kernel"
