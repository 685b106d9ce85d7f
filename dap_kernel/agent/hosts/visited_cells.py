"""What hosts have in common that run cells by themselves: texts get names, idle is looked into, cells end.

Knows no kind of host.
"""

import asyncio
import sys
from _thread import allocate_lock
from collections.abc import Callable, Container, Iterator
from os.path import dirname, realpath, sep
from types import FrameType
from typing import Any, get_args

from ..common.object_access import is_instance
from ..debuggee.inbox import Inbox
from ..debuggee.threads import frames_of_others
from ..debuggee.user_code import UserCode
from ..dispatch.agent import Agent
from ..link.sender import Sender
from ..run.outcomes import innermost, result_of, shortened, traceback_text
from ..wire.messages import CellResult, Inspection, TextComes

_INSPECTION = get_args(Inspection)
_NAMED_WITHIN_S = 1.0  # a text that the server gives no name runs without one, and without breakpoints


class Naming:
    """Has the server name texts, and say where their breakpoints are, before they run."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._waiting: dict[str, Any] = {}  # by file: the locks of threads that wait for its name

    def wait(self, file: str, source: str, cell_id: str | None) -> None:
        """Wait for the name of a text that is about to run on the calling thread."""
        if not self._sender.has_server:
            return
        named = allocate_lock()
        named.acquire()
        self._waiting[file] = named
        self._sender.emit(TextComes(file, source, cell_id))
        named.acquire(True, _NAMED_WITHIN_S)

    def let_run(self, file: str) -> None:
        """The text in `file` has its name."""
        waiting = self._waiting.pop(file, None)
        if waiting is not None:
            waiting.release()

    def end(self) -> None:
        """Nobody names anything any more."""
        for file in list(self._waiting):
            self.let_run(file)


class CellsCode(UserCode):
    """Cells are in files of a folder that is on no disk."""

    def __init__(self, notebook: str, cells: str, hosts: list[str]) -> None:
        super().__init__(notebook, hosts)
        self._cells = cells

    def is_notebook(self, filename: str) -> bool:
        return filename.startswith(self._cells) or super().is_notebook(filename)


def result_of_cell(
    agent: Agent, error: BaseException | None, filename: str, names: Container[str], duration_s: float
) -> CellResult:
    """Return the result of a cell that has run; `names` are those of all texts that ran."""
    result = result_of(error, False)
    result.failed_file, result.failed_line = innermost(error, names)
    result.own_line = innermost(error, (filename,))[1]
    result.duration_s = max(duration_s, 0.0)
    if result.state == "failed" and is_instance(error, BaseException):
        result.traceback = shortened(traceback_text(error, agent.user_code.is_kernel))
    return result


def serve_idle(agent: Agent | None, inbox: Inbox) -> None:
    """Do the inspections that have come while nothing runs, on the thread that runs cells."""
    taken: list[Any] = []
    while agent is not None and agent.idle is not None:
        item = inbox.take_now(taken)
        if item is None:
            return
        id, command = item
        if isinstance(command, _INSPECTION):
            agent.inspect_idle(id, command)
        taken.clear()


def borrow_urgent(agent: Agent, ident: int, call: Callable[[Callable[[], None]], None]) -> None:
    """Borrow SIGURG on the main thread, which has this ident, by what can call there."""

    def take() -> None:
        agent.interrupts.borrow_urgent()
        if agent.watcher.is_breaking_in(ident):  # a pause that came before, and waits for a line
            agent.interrupts.pause()

    call(take)


def current_coroutine() -> object:
    """Return the coroutine that the calling thread runs: a cell that awaits is waited for in there."""
    try:
        task = asyncio.current_task()
    except RuntimeError:
        return None
    return None if task is None else task.get_coro()


def base_files(ident: int, packages: tuple[str, ...], launchers: tuple[str, ...]) -> list[str]:
    """Return how the files are called of what runs cells: these packages, and who has started `launchers`.

    `ident` is the main thread's.
    """
    found = _folders(packages)
    launching = tuple(_folders(launchers))
    started_by: list[str] = []
    for frame in reversed(list(outwards(frames_of_others().get(ident)))):
        if frame.f_code.co_filename.startswith(launching):
            break
        started_by.append(frame.f_code.co_filename)
    return [*found, *(realpath(it) + sep for it in found), *(it for it in started_by if it != "<string>")]


def outwards(frame: FrameType | None) -> Iterator[FrameType]:
    """Yield a frame and its callers."""
    while frame is not None:
        yield frame
        frame = frame.f_back


def _folders(packages: tuple[str, ...]) -> list[str]:
    files = (getattr(sys.modules.get(it), "__file__", None) for it in packages)
    return [dirname(it) + sep for it in files if it]
