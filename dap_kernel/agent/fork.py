"""What a forked child is to be: a process like any other, with nothing of the debugger's in it."""

import os
import warnings

from .agent import Agent
from .channel import Channel
from .orphan import Orphan
from .sampler import Sampler
from .stdin import Stdin
from .wire import Note

_NOTE = "a forked process goes on without breakpoints; what it prints is shown"


def install(agent: Agent, channel: Channel, stdin: Stdin, sampler: Sampler, orphan: Orphan) -> None:
    """Have every forked child switch off all that is ours, and the first one be told of."""
    # Python warns of forks beside threads. Those are the agent's, and hold no lock that a child needs.
    warnings.filterwarnings("ignore", r"This process \(pid=\d+\) is multi-threaded", DeprecationWarning)
    told: list[Note] = []

    def after_in_child() -> None:
        channel.close()
        agent.server_lost()
        agent.streams.go_plain()
        stdin.go_off()
        sampler.go_off()
        orphan.forget()

    def after_in_parent() -> None:
        if not told:
            told.append(Note(_NOTE))
            agent.emit(told[0])

    os.register_at_fork(after_in_child=after_in_child, after_in_parent=after_in_parent)
