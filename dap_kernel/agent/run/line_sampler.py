"""The live line: where the running cell is, read from outside every 75 ms.

Nothing is traced for it. Also writes unfinished output lines while it is at it.
"""

from _thread import allocate_lock as _allocate_lock
from _thread import get_ident, start_new_thread
from collections.abc import Coroutine
from time import sleep as _sleep
from types import FrameType
from typing import Protocol

from ..debuggee.code_names import name_of
from ..debuggee.threads import UserThreads, frames_of_others
from ..debuggee.user_code import UserCode
from ..output.streams import Streams
from ..wire.filenames import FileLine
from ..wire.messages import ActiveLine

_PERIOD_S = 0.075
_MOST_FRAMES = 100  # looked at above that of the line
_MOST_OUTER = 10  # places told


class Sampled(Protocol):
    """What the sampler needs of the agent."""

    servers: int  # counts those that there were: another one is told where the cell is
    threads: UserThreads
    user_code: UserCode

    @property
    def live_line(self) -> bool:
        """Whether lines are told."""
        ...

    @property
    def is_stopped(self) -> bool:
        """Whether the thread that runs cells is: what stands still is no live line."""
        ...

    def emit(self, notification: ActiveLine, /) -> None:
        """Send a line."""

    def tick(self) -> None:
        """Look after what is to be looked after now and then; called between two looks at the line."""


class Sampler:
    """Tells where the thread is that runs cells: its own thread sleeps for good between cells."""

    def __init__(self, sampled: Sampled, streams: Streams) -> None:
        """Make it on the thread that runs cells."""
        self._sampled = sampled
        self._streams = streams
        self._ident = get_ident()
        self.at_work = _allocate_lock()  # held while the thread looks
        self._gate = _allocate_lock()  # open while a cell runs that the thread has not seen yet
        self._gate.acquire()
        self._cell: object = None  # stands for the run of one cell
        self._awaited: Coroutine[object, object, object] | None = None
        self._told: tuple[FileLine, str | None, list[FileLine], int] | None = None
        self._has_thread = False
        self._has_begun = _allocate_lock()

    def cell_begins(self) -> None:
        """Tell where the cell is, until it ends. On the thread that runs it; the first call starts ours."""
        if not self._has_thread:
            self._has_thread = True
            self._has_begun.acquire()
            start_new_thread(self._run, ())
            # Should the process crash while a thread is being born, faulthandler tells of no thread at all:
            # `_PyThreadState_IsFreed` takes a thread without an ident for a freed one (CPython 3.14, 3.15).
            self._has_begun.acquire()
        self._cell = object()
        if self._gate.locked():
            self._gate.release()

    def awaits(self, cell: Coroutine[object, object, object]) -> None:
        """The running cell is a coroutine, which may be suspended when it is looked at."""
        self._awaited = cell

    def cell_ends(self) -> None:
        self._cell = self._awaited = None
        self._clear()

    def go_off(self) -> None:
        """In a forked child the thread is gone, and so is whom it told."""
        self._has_thread = True
        self.at_work, self._gate = _allocate_lock(), _allocate_lock()
        self._told = None

    def release_cell(self) -> None:
        """Hold nothing of the user's."""
        self._cell = self._awaited = None

    def _run(self) -> None:
        self._sampled.threads.own.add(get_ident())
        self._has_begun.release()
        while True:
            self._gate.acquire()
            _sleep(_PERIOD_S)
            while (cell := self._cell) is not None:
                with self.at_work:
                    self._sampled.tick()
                    self._look(cell)
                _sleep(_PERIOD_S)

    def _look(self, cell: object) -> None:
        if self._sampled.is_stopped:
            self._clear()
            return
        top = frames_of_others().get(self._ident)
        at, via, outer = self._place(top)
        printing = self._streams.printing_frame(top)
        where = at if printing is None else (name_of(printing.f_code), printing.f_lineno or 0)
        self._streams.flush(where)
        servers = self._sampled.servers
        if not self._sampled.live_line or at is None or (at, via, outer, servers) == self._told:
            return
        self._told = (at, via, outer, servers)
        self._sampled.emit(ActiveLine(*at, via, outer))
        if self._cell is not cell:  # it ended meanwhile: the clear must come last
            self._clear()

    def _clear(self) -> None:
        if self._told is not None:
            self._told = None
            self._sampled.emit(ActiveLine(None, 0, None))

    def _place(self, top: FrameType | None) -> tuple[FileLine | None, str | None, list[FileLine]]:
        """Return where the nearest frame of a cell is, what runs under it, and where those above are."""
        via = None
        frame = top
        while frame is not None:
            if self._sampled.user_code.is_notebook(frame.f_code.co_filename):
                return (name_of(frame.f_code), frame.f_lineno or 0), via, self._outer(frame)
            if not self._sampled.user_code.is_kernel(frame.f_code.co_filename):
                via = via or frame.f_code.co_qualname
            frame = frame.f_back
        return self._suspended(self._awaited), None, []

    def _outer(self, frame: FrameType) -> list[FileLine]:
        found: list[FileLine] = []
        above = frame.f_back
        for _ in range(_MOST_FRAMES):
            if above is None or len(found) == _MOST_OUTER:
                break
            if self._sampled.user_code.is_notebook(above.f_code.co_filename):
                found.append((name_of(above.f_code), above.f_lineno or 0))
            above = above.f_back
        return found

    def _suspended(self, coroutine: object) -> FileLine | None:
        """Return where the cell waits: the outermost coroutine of the notebook is its own."""
        while (frame := getattr(coroutine, "cr_frame", None)) is not None:
            if self._sampled.user_code.is_notebook(frame.f_code.co_filename):
                return name_of(frame.f_code), frame.f_lineno or 0
            coroutine = getattr(coroutine, "cr_await", None)
        return None
