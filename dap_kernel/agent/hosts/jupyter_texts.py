"""The texts that an ipykernel has run: where their code says that it is, and what the server calls them.

ipykernel compiles a text as a file in a temporary folder, which is named by a hash of the text: equal texts
share it. So code is taken for that of the cell that was about to run as it was compiled. Knows no debugger.
"""

import asyncio
from os.path import dirname, sep
from types import FrameType
from typing import Any, Literal

from ..debuggee.threads import frames_of_others
from ..wire.messages import CellState, NameText, RanCell
from ..wire.structs import Struct
from .jupyter_compiler import LentShell
from .visited_cells import outwards


class KernelText(Struct):
    """One text that runs or ran."""

    file: str  # where its code says that it is
    source: str
    cell_id: str  # as its front end calls the cell; once it is named, as the server does; "": not known
    filename: str  # as the server calls it; until then `file`
    revision: int = 0  # 0: the server has not named it
    state: CellState | Literal["running"] = "done"
    without: int = 0  # see `RanCell`

    @property
    def is_named(self) -> bool:
        return self.revision > 0


class KernelTexts:
    """The texts by their files; between `begin` and `end` also what is compiled."""

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self.compiler = LentShell(shell)
        self._dropping: list[tuple[int, Any]] = []  # transforms that drop empty lines, and their places
        self._by_file: dict[str, KernelText] = {}
        self.names: set[str] = set()  # all that the server has given
        self.folder = dirname(self._file_of("")) + sep

    def begin(self) -> None:
        """Learn what ran, and have lines of code count from a text's first one.

        ipykernel's own debugger takes the same transform away for that; who comes second finds none.
        """
        transforms = self._shell.input_transformer_manager.cleanup_transforms
        drops_lines = [it for it in transforms if getattr(it, "__name__", "") == "leading_empty_lines"]
        for raw in self._shell.history_manager.input_hist_raw[1:]:
            self.note(raw, None, without=_empty_lines(raw) if drops_lines else 0)
        for it in drops_lines:
            self._dropping.append((transforms.index(it), it))
            transforms.remove(it)
        self.compiler.begin()

    def end(self) -> None:
        """Put back what was changed."""
        transforms = self._shell.input_transformer_manager.cleanup_transforms
        while self._dropping:
            transforms.insert(*self._dropping.pop())
        self.compiler.end()

    def note(self, source: str, cell_id: str | None, *, without: int = 0) -> KernelText:
        """Return a text that is about to run, or ran."""
        file = self._file_of(source)
        text = self._by_file[file] = KernelText(file, source, cell_id or "", file, without=without)
        return text

    def noted(self, source: str, cell_id: str | None) -> KernelText:
        """Return a text that runs already."""
        known = self._by_file.get(self._file_of(source))
        if known is None:
            return self.note(source, cell_id)
        known.cell_id = known.cell_id or cell_id or ""
        return known

    def name(self, command: NameText) -> KernelText | None:
        """Take what the server calls a text; return it."""
        text = self._by_file.get(command.file)
        if text is not None:
            text.cell_id, text.revision, text.filename = command.cell_id, command.revision, command.filename
            self.names.add(command.filename)
        return text

    def described(self) -> list[RanCell]:
        """Return every text, oldest first."""
        return [
            RanCell(it.cell_id, it.revision, it.filename, it.source, it.state, without=it.without)
            for it in list(self._by_file.values())
        ]

    def _file_of(self, source: str) -> str:
        return str(self._shell.compile.get_code_name(source, source, 0))


def _empty_lines(source: str) -> int:
    """Return how many lines IPython's `leading_empty_lines` drops."""
    lines = source.splitlines()
    return next((at for at, line in enumerate(lines) if line and not line.isspace()), 0)


class RunningText(Struct):
    """A text that runs already."""

    source: str
    cell_id: str | None
    coroutine: object = None  # that awaits something; None: it runs on the thread


def running_text(ident: int, loop: asyncio.AbstractEventLoop) -> RunningText | None:
    """Return the text that runs on a thread, or is awaited in its loop; None: none does.

    Source: the locals of `InteractiveShell.run_cell_async`, which all cells are run by.
    """
    found = None
    for frame in outwards(frames_of_others().get(ident)):
        if _runs_cell(frame):  # the outermost: a cell may run cells
            found = RunningText(frame.f_locals["raw_cell"], frame.f_locals.get("cell_id"))
    if found is not None:
        return found
    for task in asyncio.all_tasks(loop):
        coroutine = task.get_coro()
        awaiting: FrameType | None = getattr(coroutine, "cr_frame", None)
        if awaiting is not None and _runs_cell(awaiting):
            return RunningText(awaiting.f_locals["raw_cell"], awaiting.f_locals.get("cell_id"), coroutine)
    return None


def _runs_cell(frame: FrameType) -> bool:
    code = frame.f_code
    is_it = code.co_name == "run_cell_async" and code.co_filename.endswith("interactiveshell.py")
    return is_it and not frame.f_locals.get("silent")
