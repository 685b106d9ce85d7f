"""Our own kernels as sessions get them: what one is started with, and one that waits for somebody.

These keep to `contract.py`; what they return is an `OwnKernel`.
"""

from collections.abc import Awaitable, Callable

import msgspec
from msgspec.structs import replace

from ...agent.wire import messages as wire
from ..contract import KernelToStart
from ..listener import KernelListener
from ..runtime.announcements import OrphanedKernel
from .attach import environment
from .fitness import why_not_fit
from .own_kernel import OwnKernel
from .spawn import HowToStart

GetTerminal = Callable[[], Awaitable[int]]  # the descriptor of what a kernel's standard streams are to be


class OwnKernelToStart(msgspec.Struct, frozen=True):
    """A kernel on an interpreter of this machine. `get_terminal` may raise KernelDied; None: it has none."""

    how: HowToStart
    why_chosen: str
    get_terminal: GetTerminal | None = None

    @property
    def start(self) -> wire.Start:
        return self.how.start

    @property
    def cwd(self) -> str:
        return self.how.cwd

    @property
    def description(self) -> str:
        return f"Python {' '.join(self.how.python)}"

    def with_start(self, start: wire.Start) -> "OwnKernelToStart":
        return replace(self, how=replace(self.how, start=start))

    def runs_like(self, other: KernelToStart) -> bool:
        if not isinstance(other, OwnKernelToStart):
            return False
        theirs = other.how
        return (self.how.python, self.how.python_args) == (theirs.python, theirs.python_args)

    async def why_unfit(self, within_s: float) -> str | None:
        return await why_not_fit(self.how, within_s)

    async def start_kernel(self, listener: KernelListener) -> OwnKernel:
        terminal = await self.get_terminal() if self.get_terminal is not None else None
        return await OwnKernel.start(replace(self.how, terminal=terminal), listener)


class OwnKernelToReach(msgspec.Struct, frozen=True):
    """A kernel of ours that lost its server."""

    orphan: OrphanedKernel

    async def reach(self, listener: KernelListener) -> OwnKernel:
        return await OwnKernel.attach(self.orphan, listener)

    def environment(self) -> dict[str, str] | None:
        return environment(self.orphan)
