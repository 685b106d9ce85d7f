"""Where a debug session is in its life, and what may move it on.

Every transition is in this file. Whether a thread is running or stopped is not
a phase: see `Threads`. Source: DAP overview, "Launch Sequencing".
"""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from enum import Enum, auto

from .errors import DapError

log = logging.getLogger(__name__)


class Phase(Enum):
    NEW = auto()
    INITIALIZED = auto()
    CONFIGURED = auto()  # configurationDone came before launch: the specification lets a client do that
    CONFIGURING = auto()
    LIVE = auto()
    ENDED = auto()


GOODBYES = ("disconnect", "terminate", "lost")
TRANSITIONS = {
    (Phase.NEW, "initialize"): Phase.INITIALIZED,
    (Phase.INITIALIZED, "launch"): Phase.CONFIGURING,
    (Phase.INITIALIZED, "attach"): Phase.CONFIGURING,
    (Phase.INITIALIZED, "configurationDone"): Phase.CONFIGURED,
    (Phase.CONFIGURED, "launch"): Phase.LIVE,
    (Phase.CONFIGURED, "attach"): Phase.LIVE,
    (Phase.CONFIGURING, "configurationDone"): Phase.LIVE,
    (Phase.CONFIGURING, "refused"): Phase.INITIALIZED,  # a launch; another may follow
    (Phase.LIVE, "refused"): Phase.CONFIGURED,
    (Phase.LIVE, "terminated"): Phase.ENDED,
    # Every client ends a session in its own way, some twice, and some are lost: these come in every phase.
    **{(phase, trigger): Phase.ENDED for phase in Phase for trigger in GOODBYES},
}

IN_WORDS = {
    Phase.NEW: "initialize must come first",
    Phase.INITIALIZED: "launch or attach must come first",
    Phase.CONFIGURED: "launch or attach must come first",
    Phase.CONFIGURING: "the session is being configured",
    Phase.LIVE: "the session runs already",
    Phase.ENDED: "the session has ended",
}


def after(phase: Phase, trigger: str) -> Phase:
    """Return the phase that `trigger`, a request or an event, leads to from `phase`.

    Raises DapError when the trigger is out of order.
    """
    try:
        return TRANSITIONS[phase, trigger]
    except KeyError:
        raise DapError(f"{trigger} is out of order: {IN_WORDS[phase]}") from None


class Lifecycle:
    """The phase of a session, and what else is so for a while: four flags, each with what it changes.

    The handlers of `requests/lifecycle.py` and the flows move it; all others read it. A launch goes NEW,
    INITIALIZED, CONFIGURING, LIVE, ENDED, or by CONFIGURED where configurationDone comes first; an attach
    alike. A restart happens within LIVE.
    """

    def __init__(self) -> None:
        self.phase = Phase.NEW
        self.configured = asyncio.Event()  # the client has configured what it wants, or will not any more
        self.is_attached = False
        """The kernel ran before the session: it is not ended where another would be."""
        self.is_launching = False
        """A launch waits for its kernel: what is wrong with that is told in the answer to the launch."""
        self.is_restarting = False
        """What ends meanwhile is not told as the end of a run."""
        self.is_finishing = False
        """The kernel is about to end because a script has: its end is the session's."""

    @property
    def is_live(self) -> bool:
        return self.phase is Phase.LIVE

    def enter(self, trigger: str) -> None:
        """Move on to the phase that `trigger` leads to. Raises DapError when it is out of order."""
        phase = after(self.phase, trigger)
        if phase is not self.phase:
            log.info("%s: %s", trigger, phase.name)
        self.phase = phase
        if phase is Phase.ENDED:
            self.configured.set()

    def launch(self, *, awaits_kernel: bool) -> None:
        """The arguments of a launch were taken; `awaits_kernel`: its answer is not given before the kernel.

        Raises DapError when it is out of order.
        """
        self.enter("launch")
        self.is_launching = awaits_kernel

    def launched(self) -> None:
        """The kernel that a launch has waited for will do, or was waited for long enough."""
        self.is_launching = False

    def refused(self) -> None:
        """The kernel that a launch has waited for will not do: another launch may follow."""
        self.is_launching = False
        if self.phase is not Phase.ENDED:
            self.enter("refused")
            self.configured.clear()

    def attached(self) -> None:
        """The session has a kernel that ran before it."""
        self.is_attached = True

    def restarting(self) -> AbstractContextManager[None]:
        """Return what a restart happens in. Raises DapError at once where there can be none."""
        if not self.is_live:
            raise DapError("there is nothing to restart: the session has not begun, or has ended")
        if self.is_restarting:
            raise DapError("a restart is under way already")
        return self._restarting()

    def finishing(self) -> None:
        """A script has ended, and the kernel is about to."""
        self.is_finishing = True

    def runs_again(self) -> None:
        """A restart goes on after a script has ended: the kernel's end is the session's no more."""
        self.is_finishing = False

    @contextmanager
    def _restarting(self) -> Iterator[None]:
        self.is_restarting = True
        try:
            yield
        finally:
            self.is_restarting = False
