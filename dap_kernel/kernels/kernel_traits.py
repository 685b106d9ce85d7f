"""The kinds of kernels, and in what they differ: one table, for all who do not start, reach or leave one.

To add a kind is to add a row here, a folder beside this file, and a line in `server/kernel/kernel_choice.py`.
"""

import msgspec


class KernelTraits(msgspec.Struct, frozen=True):
    """In what one kind differs from others. What it does not do is told in a sentence; None: it does that."""

    noun: str  # what users call one: "the kernel"
    is_shared: bool = False  # others run cells in it: idle is no stop, and `continue` there runs nothing
    is_ours: bool = False  # its sessions end it; else they only ever leave it
    no_restart: str | None = None
    no_cells: str | None = None  # at a session's word
    no_breaking_off: str | None = None  # of what runs in it, by an interrupt or by quitting

    @property
    def runs_by_itself(self) -> bool:
        """Whether it has a program, and no cells at all."""
        return self.no_cells is not None and not self.is_shared


OWN = KernelTraits("the kernel", is_ours=True)
PROCESS = KernelTraits(
    "the process",
    no_restart="restart: this process was started elsewhere: end it and start it again there, then attach",
    no_cells="this process runs by itself: it takes no cells",
    no_breaking_off="this process runs by itself: it is not interrupted from here; it can be paused",
)
MARIMO = KernelTraits(
    "the kernel",
    is_shared=True,
    no_restart="this kernel was started by marimo: restart it there, then attach again",
    no_cells="cells of this kernel are run in its page: run them there",
)
JUPYTER = KernelTraits(
    "the kernel",
    is_shared=True,
    no_restart="this kernel was started by Jupyter: restart it there, then attach again",
)
