"""All that a session can be attached to on this machine: for `dap-kernel kernels`, and for `attach`.

Each kind of kernel adds its own here. Knows no session.
"""

from collections.abc import Awaitable, Callable

import msgspec

from .errors import KernelDied
from .process.listening import ListeningProcess, holder_of, listening
from .runtime.announcements import OrphanedKernel, orphans, runtime_folder


class ReachableKernel(msgspec.Struct, frozen=True):
    """What can be attached to, as it is told to users."""

    argument: str  # of `attach`, that takes the id
    id: str
    host: str  # who has started it, in a word
    runs: str  # the path of its notebook or script; "" where it has none
    version: str  # of its Python
    executable: str
    since: float  # it can be reached, in seconds since the epoch
    tell_state: Callable[[float], Awaitable[str]]  # in some words, within that many seconds


def reachable() -> list[ReachableKernel]:
    """Return what can be reached, the newest of each kind first. Raises RuntimeFolderError."""
    return [*map(_own, orphans(runtime_folder())), *map(_process, listening())]


def in_words(found: list[ReachableKernel]) -> str:
    """Return what can be reached, in a sentence's second half, with what `attach` takes for each."""
    return "; ".join(f'"{it.argument}": "{it.id}" ({it.runs or it.executable})' for it in found) or "none"


def _own(kernel: OrphanedKernel) -> ReachableKernel:
    async def tell_state(within_s: float) -> str:
        return "waits"

    told = kernel.notebook, kernel.version, kernel.executable, kernel.since
    return ReachableKernel("kernelId", kernel.id, "dap-kernel", *told, tell_state)


def _process(process: ListeningProcess) -> ReachableKernel:
    async def tell_state(within_s: float) -> str:
        try:
            holder = await holder_of(process, within_s)
        except KernelDied:
            return "does not answer"
        return f"debugged by {holder}" if holder else "runs"

    told = process.file, process.version, process.executable, process.since
    return ReachableKernel("processId", str(process.pid), "python", *told, tell_state)
