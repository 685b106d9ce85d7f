"""What of marimo is used although it promises nothing: all of its private names stand here.

Each is looked for before anything is changed; what a version has not is named. Source: marimo 0.23 to 0.25,
`_runtime/context/`, `_runtime/runner/hooks.py`, `_runtime/runtime.py`, `_ast/compiler.py`, `_ast/cell.py`.
"""

import asyncio
import signal
from _thread import allocate_lock
from collections.abc import Callable
from os.path import dirname, sep
from types import CodeType
from typing import Any

from ..common.errors import one_line
from ..stops.main_thread_call import call_on_main_thread
from ..wire.messages import CellState

_LENT_S = 2.0  # for the main thread to come by
_BEFORE, _AFTER = 90, 0  # places among the hooks: next to the cell, after marimo's first and before its last
_NEEDED = (
    *("_hooks.add_pre_execution", "_hooks.add_post_execution", "_hooks._lists", "graph.cells", "globals"),
)
_STATES: dict[str | None, CellState] = {
    "success": "done",
    "exception": "failed",
    "interrupted": "interrupted",
}
SCRATCH = "__scratch__"  # the cell that texts of the scratchpad are

CellHook = Callable[..., None]


class MarimoKernel:
    """A kernel of marimo's that lives in this process, on its main thread."""

    def __init__(self, kernel: Any, loop: asyncio.AbstractEventLoop) -> None:
        """Raises RuntimeError naming what this version of marimo has not."""
        from marimo import __version__

        missing = [it for it in _NEEDED if not _has(kernel, it)]
        try:
            from marimo._ast.compiler import get_filename
        except ImportError:
            missing.append("get_filename")
        if missing:
            raise RuntimeError(f"marimo {__version__} has no {', '.join(missing)}: use marimo 0.23 or newer")
        self.loop = loop
        self._kernel = kernel
        self._get_filename: Callable[[Any], str] = get_filename
        self._hooks: tuple[CellHook, ...] = ()

    @property
    def namespace(self) -> dict[str, object]:
        """The names of the notebook."""
        found: dict[str, object] = self._kernel.globals
        return found

    @property
    def folder(self) -> str:
        """The folder, which is on no disk, that code of cells says it is in; with a separator."""
        return dirname(self.file_of("")) + sep

    def file_of(self, cell_id: str) -> str:
        """Return where code of a cell says that it is: one file for all texts of a cell."""
        return self._get_filename(cell_id)

    def cells(self) -> list[Any]:
        """Return the cells that the kernel knows: each a `CellImpl`."""
        return list(self._kernel.graph.cells.values())

    def begin(self, before: CellHook, after: CellHook) -> None:
        """Have `before(cell, _)` and `after(cell, _, result)` called around each cell of the runs to come."""
        self._hooks = before, after
        self._kernel._hooks.add_pre_execution(before, _BEFORE)
        self._kernel._hooks.add_post_execution(after, _AFTER)

    def end(self) -> None:
        """Have them called no more; a run that goes on may yet."""
        for held in self._kernel._hooks._lists.values() if self._hooks else ():
            held._entries[:] = [it for it in held._entries if it.hook not in self._hooks]
            held._sorted = None


def state_of(cell: Any) -> CellState | None:
    """Return how a `CellImpl` ran; None: it has not."""
    return _STATES.get(cell.run_result_status)


def codes_of(cell: Any) -> list[CodeType]:
    """Return what a `CellImpl` runs: its statements, and the expression at its end."""
    return [it for it in (cell.body, cell.last_expr) if isinstance(it, CodeType)]


def lent_kernel(main: int) -> MarimoKernel:
    """Return the kernel of the main thread, whose ident is `main`; from any other. Raises RuntimeError.

    marimo keeps its context by thread.
    """
    found: list[MarimoKernel | str] = []
    done = allocate_lock()
    done.acquire()

    def take() -> None:
        try:
            found.append(_kernel_here())
        except Exception as error:
            found.append(one_line(error))
        finally:
            done.release()

    if not call_on_main_thread(main, take) or not done.acquire(True, _LENT_S):
        raise RuntimeError("the kernel is not reached: it is no `marimo edit`'s, or does not answer")
    it = found[0]
    if isinstance(it, str):
        raise RuntimeError(it)
    return it


def _kernel_here() -> MarimoKernel:
    signal.signal(signal.SIGURG, signal.SIG_DFL)  # by which we came here
    try:
        from marimo._runtime.context import get_context
    except ImportError:
        raise RuntimeError("this marimo has no get_context: use marimo 0.23 or newer") from None
    context: Any = get_context()
    if not hasattr(context, "_kernel"):
        raise RuntimeError("marimo's context has no _kernel: use marimo 0.23 or newer")
    return MarimoKernel(context._kernel, asyncio.get_running_loop())


def _has(kernel: Any, path: str) -> bool:
    found = kernel
    for name in path.split("."):
        if not hasattr(found, name):
            return False
        found = getattr(found, name)
    return True
