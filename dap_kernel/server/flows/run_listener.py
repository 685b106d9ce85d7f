"""What the client and the session's other parts are told of a run, and what comes after it."""

from ...agent.wire import messages as wire
from ...notebook.cells import Cell
from ..run.hints import outdated, unrun
from ..session import Session
from ..texts.revisions import Revision
from .ending import run_ended, say_missing
from .idling import leave_idle
from .text_changes import tell_breakpoints


class RunEvents:
    """See `run.runner.RunListener`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def run_asked(self) -> None:
        leave_idle(self._session)

    def run_begins(self) -> None:
        self._session.kernel_state_events.tell_state()
        self._session.progress.run_begins()

    def run_ends(self) -> None:
        self._hint()
        self._session.progress.run_ends()
        run_ended(self._session)

    def run_given_up(self) -> None:
        self._session.progress.run_ends()

    def cell_changed(self, cell: Cell) -> None:
        self._session.cell_events.tell_cell(cell)

    def cell_compiles(self, cell: Cell) -> None:
        self._session.breakpoints.cell_compiles(cell.id)
        tell_breakpoints(self._session)

    def cell_begins(self, cell: Cell, ran: Revision) -> None:
        session = self._session
        session.idle_frame.cell_begins(cell)
        session.cell_events.tell_cell(cell)
        session.output.cell_begins(cell, ran, tells_cell=session.port.wants_notebook_events)
        session.progress.update()

    def cell_ends(self) -> None:
        self._session.output.cell_ends()
        self._session.live_line.clear()

    def cell_failed(self, cell: Cell, result: wire.CellResult) -> None:
        session = self._session
        if result.missing_module is not None:
            say_missing(session, cell, result.missing_module)
        if result.failed_line:
            session.idle_frame.cell_failed_at(result.failed_file, result.failed_line)
        if session.runner.plan is None and result.missing_name:
            hint = unrun(session.runner.notebook, session.run_state.records, result.missing_name)
            if hint is not None:
                self.says(hint)

    def debugs(self, is_debugged: bool) -> None:
        if not self._session.options.no_debug:  # else nothing is debugged, whatever runs
            self._session.kernel.send_command(wire.SetNoDebug(not is_debugged))

    def says(self, text: str, category: str = "console") -> None:
        self._session.output.say(text, category)

    def _hint(self) -> None:
        """Say which cells have read what this run has defined anew."""
        runner, run = self._session.runner, self._session.run_state
        if runner.plan is not None or run.failure is not None:
            return
        changed = [id for id, was_stale in run.were_stale.items() if was_stale]
        if hint := outdated(runner.notebook, run.records, changed, run.were_stale):
            self.says(hint)
