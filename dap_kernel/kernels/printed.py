"""What a kernel prints, as the server gets it, and how a kernel's end is told. Plain data."""

import signal as signals
from typing import Literal

import msgspec

from ..agent.wire import messages as wire

Kind = Literal["stdout", "stderr", "log", "traceback", "part", "display"]


class Piece(msgspec.Struct, frozen=True):
    """A stretch of output of one origin; `filename` None and line 0: not known (C code, another process).

    A "part" is of a display on its way, whose number stands in `line`; nobody gets to see it.
    """

    text: str
    kind: Kind
    filename: str | None = None
    line: int = 0
    display: wire.Display | None = None  # of a "display": what is shown


class Ending(msgspec.Struct, frozen=True):
    """How a kernel ended; all None when it was not our child."""

    code: int | None
    signal: int | None
    text: str  # "ended with exit code 3", "was killed by SIGSEGV"
    noun: str = "the kernel"  # what ended

    @property
    def sentence(self) -> str:
        """What there is to say."""
        return f"{self.noun} {self.text}"


def ending_of(returncode: int | None) -> Ending:
    """Return the ending that `subprocess` tells as `returncode`; None: unknown."""
    if returncode is None:
        return Ending(None, None, "ended")
    if returncode >= 0:
        return Ending(returncode, None, f"ended with exit code {returncode}")
    try:
        name = signals.Signals(-returncode).name
    except ValueError:
        name = f"signal {-returncode}"
    return Ending(None, -returncode, f"was killed by {name}")
