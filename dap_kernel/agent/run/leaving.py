"""The last the kernel does before the interpreter is finalized: what is ours lets go of what is the user's.

Then, as in any Python, `__main__` and all that hangs on it goes: files are written and closed, destructors
and the `finally` blocks of generators run. The agent's threads never end and hold the agent, so that it may
hold nothing of the user's. Source: CPython's `Py_FinalizeEx` and `finalize_modules`.
"""

import atexit
import sys
from _thread import LockType
from collections.abc import Callable
from contextlib import suppress

from ..common.raised import WaitBrokenOff
from ..dispatch.agent import Agent
from ..dispatch.timers import Timers
from ..link.channel import Channel
from ..link.orphan import Orphan
from ..output.displays import Displays
from ..output.stdin import Stdin
from ..output.streams import Streams
from ..stops.interrupts import Interrupts
from .kernel_host import KernelHost
from .line_sampler import Sampler
from .shells.shell import Shell

_LAST_WORDS_S = 2.0  # how long a server that does not read holds up the end
_STILL_S = 1.0  # how long a thread of ours may be at something, a full pipe, say


class KernelEnd:
    """The end of the kernel: after threads that are waited for, and the user's own `atexit` functions."""

    def __init__(
        self,
        interrupts: Interrupts,
        streams: Streams,
        channel: Channel,
        orphan: Orphan,
        leave_all: Callable[[], None],
    ) -> None:
        self._interrupts = interrupts
        self._streams = streams
        self._channel = channel
        self._orphan = orphan
        self._leave_all = leave_all
        self._has_begun = False
        self._register()  # the first to register is the last to be called

    def begin(self, code: int) -> int:
        """The interpreter is about to exit with `code`, which is returned."""
        self._has_begun = True
        if not self._is_registered:
            self._register()
        _break_off_quietly(self._interrupts)
        return code

    def _register(self) -> None:
        self._is_registered = True
        atexit.register(self._finish)

    def _finish(self) -> None:
        self._is_registered = False
        self._streams.flush()
        if not self._has_begun:  # user code has called all functions of `atexit`, and goes on
            return
        try:
            self._orphan.withdraw()
            if self._channel.is_up:
                self._channel.drain(_LAST_WORDS_S)
        finally:
            self._leave_all()


def _break_off_quietly(interrupts: Interrupts) -> None:
    """Have the wait for threads, which comes next, end without a word when the server breaks it off.

    What is raised in it, a KeyboardInterrupt, say, goes to `sys.unraisablehook`, which prints it: by
    `wait_for_thread_shutdown`, on Python 3.13 and later by `thread_shutdown` of `_thread`. After the wait the
    functions of `atexit` are called, the last that was registered first.
    """
    before = sys.unraisablehook

    def hook(seen: "sys.UnraisableHookArgs") -> None:
        if seen.exc_type is not WaitBrokenOff:
            before(seen)

    def ended() -> None:
        interrupts.threads_ended()
        if sys.unraisablehook is hook:
            sys.unraisablehook = before

    sys.unraisablehook = hook
    atexit.register(ended)
    interrupts.exit_begins()


class Leaving:
    """All that is ours lets go of everything, for good."""

    def __init__(
        self,
        agent: Agent,
        host: KernelHost,
        timers: Timers,
        sampler: Sampler,
        stdin: Stdin,
        displays: Displays,
        shell: Shell,
    ) -> None:
        self._locks: tuple[LockType, ...] = (agent.at_work, sampler.at_work, timers.at_work)
        self._steps: tuple[Callable[[], None], ...] = (
            host.output.begin_last,
            stdin.go_off,
            agent.interrupts.restore_signal_handlers,
            sampler.release_cell,
            timers.cancel_all,
            displays.release_formatters,
            shell.release_namespace,
            host.release_namespace,
            agent.shut_down,
        )

    def leave(self) -> None:
        """Let go of everything: nothing stops or asks any more, and what is printed still arrives."""
        # They are held for ever: a thread that gets no turn any more may hold a frame.
        for lock in self._locks:
            lock.acquire(True, _STILL_S)
        for step in self._steps:
            with suppress(Exception):  # Of one; the others are to be done all the same.
                step()
