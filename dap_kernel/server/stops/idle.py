"""Idle is a stop: when a run has ended the notebook's names are there to look at, in every client.

The frame is made up: the last line that ran, or before any ran the first with code. There `continue` runs
what is stale, `next` the next cell, `stepIn` stops at its first line. Nothing is parked for it.
"""

import time
from typing import TYPE_CHECKING

from ...agent.wire import messages as wire
from ...notebook.cells import SCRIPT_CELL, Cell
from ...protocol.execution import ContinuedEvent
from ..flows.stopping import tell_stop
from ..run.selection import NOTHING_NEXT, NOTHING_STALE
from ..texts.documents import Text
from ..texts.sources import Location
from ..texts.stoppable_lines import code_lines
from .threads import IDLE, Stop

if TYPE_CHECKING:
    from ..session import Session

LONG_RUN_S = 1.0  # after a longer one the editor is not to jump to the notebook


class Idle:
    """See the module."""

    def __init__(self, session: "Session") -> None:
        self._session = session
        self._cell: Cell | None = None
        self._failed_at: tuple[str, int] | None = None  # filename and line

    def cell_begins(self, cell: Cell) -> None:
        self._cell, self._failed_at = cell, None

    def failed_at(self, filename: str, line: int) -> None:
        """Note where an exception has left the cell that runs, if that is in the notebook."""
        if self._session.documents.revision(filename) is not None:
            self._failed_at = filename, line

    def begin(self, why: str | None = None, *, is_asked: bool = False, ran_s: float = 0.0) -> None:
        """Stop the main thread, unless the launch arguments want it to look as if it ran, and nobody asks.

        `ran_s`: how long what ran until now took.
        """
        session = self._session
        looks_running = session.args.when_idle == "running" or session.args.no_debug
        if (looks_running and not is_asked) or not session.lifecycle.is_live:
            return
        session.look()
        stop = Stop(wire.MAIN_THREAD, IDLE)
        session.threads.stops[stop.thread] = stop
        description = why or self._description()
        # Some clients still show the frame of a stop that ended just now.
        ran_s = min(ran_s, time.monotonic() - session.threads.released_at)
        tell_stop(session, stop, description=description, preserve_focus_hint=ran_s > LONG_RUN_S)

    def come_back(self) -> None:
        """Stop again where what was evaluated here has stopped in a breakpoint and gone on."""
        session = self._session
        is_gone = wire.MAIN_THREAD not in session.threads.stops
        if is_gone and session.kernel.live is not None and not session.run_state.is_busy:
            self.begin()

    def leave(self) -> None:
        """Say that the main thread goes on, if it is at an idle stop: the client did not resume it."""
        if self._session.threads.is_idle:
            self._session.threads.release(wire.MAIN_THREAD)
            self._session.emit(ContinuedEvent(wire.MAIN_THREAD, all_threads_continued=False))

    def resume(self, step: wire.Step | None) -> None:
        """Do what `continue` or a step means here; the stop has been released."""
        session = self._session
        session.look()
        entry: wire.StopAtEntry | None = "step" if step == "in" else None
        chosen = session.runner.choose("stale" if step in (None, "out") else "next")
        if chosen:
            session.runner.start(chosen, entry)
            return
        session.output.say(NOTHING_STALE if step in (None, "out") else NOTHING_NEXT)
        self.begin()

    def place(self) -> Location | None:
        """Return where the made-up frame is; None: there is no line with code."""
        session, main = self._session, self._session.documents.main
        if main is None:
            return None
        if self._failed_at is not None and session.run_state.failure is not None:
            return session.sources.locate(*self._failed_at)
        cell = main.cell(self._cell.id) if self._cell is not None else None
        if cell is not None:
            return self._beside_breakpoints(main, cell, (code_lines(cell.source) or [1])[::-1])
        for cell in main.notebook.cells:
            if cell.is_code and (lines := code_lines(cell.source)):
                return self._beside_breakpoints(main, cell, lines)
        return Location(session.sources.of_path(main.path), 1, None)

    def _beside_breakpoints(self, text: Text, cell: Cell, lines: list[int]) -> Location:
        """Return the first of `lines`, else of the cell, that has no breakpoint: idle is no hit of one."""
        others = [it for it in range(1, len(cell.lines) + 1) if it not in lines]
        places = (self._session.sources.of_cell(text, cell, it) for it in (*lines, *others))
        held = self._session.breakpoints.places()
        free = next((it for it in places if (it.source.path, it.line) not in held), None)
        return free or self._session.sources.of_cell(text, cell, lines[0])

    def name(self) -> str:
        """Return what the frame is called: the cell that ran last, else the state."""
        return self._cell.name if self._cell is not None and self._cell.id != SCRIPT_CELL else IDLE

    def _description(self) -> str:
        run = self._session.run_state
        if run.failure is not None:
            return f"Idle: {run.failure}"
        if not run.total:
            return "Idle" if run.records.of else "Idle: nothing has run yet"
        return f"Idle: {run.done} cell{'s' if run.done != 1 else ''} ran"
