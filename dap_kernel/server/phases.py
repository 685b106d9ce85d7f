"""Where a debug session is in its life, and what may move it on.

Every transition is in this file. Whether a thread is running or stopped is not
a phase: see `Threads`. Source: DAP overview, "Launch Sequencing".
"""

from enum import Enum, auto

from .errors import DapError


class Phase(Enum):
    NEW = auto()
    INITIALIZED = auto()
    CONFIGURED = auto()  # configurationDone came before launch: the specification lets a client do that
    CONFIGURING = auto()
    LIVE = auto()
    ENDED = auto()


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
    # Every client ends a session in its own way, some twice: these are answered in every phase.
    **{(phase, trigger): Phase.ENDED for phase in Phase for trigger in ("disconnect", "terminate")},
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
