"""A run's progress, for clients that report it: `train, line 45 · 3 of 12 cells`, cancellable.

Source: DAP specification, "ProgressStart Event" and its neighbours.
"""

import asyncio
import itertools

from ...kernels.output.escape_filter import clean
from ...protocol.output import ProgressEndEvent, ProgressStartEvent, ProgressUpdateEvent
from ..kernel.session_kernel import SessionKernel
from ..output.cell_output import CellOutput
from ..port.client_port import ClientPort
from ..run.run_state import RunState
from ..texts.documents import Documents
from .live_line import LiveLine

SHOWN_AFTER_S = 0.5  # a shorter run is not worth a look
UPDATED_EVERY_S = 0.5
MOST_CHARS = 120  # of a line that is being written over


class Progress:
    """At most one run's progress at a time."""

    def __init__(
        self,
        port: ClientPort,
        kernel: SessionKernel,
        run_state: RunState,
        documents: Documents,
        live_line: LiveLine,
        output: CellOutput,
    ) -> None:
        self._port = port
        self._kernel = kernel
        self._run = run_state
        self._documents = documents
        self._live_line = live_line
        self._output = output
        self._ids = itertools.count(1)
        self._timer: asyncio.TimerHandle | None = None
        self._id: str | None = None
        self._told_at = 0.0
        self._told = ""
        self._is_stopped = False
        self._is_wanted = False  # a run is under way

    def kernel_stops(self, is_stopped: bool) -> None:
        """Take whether anything is stopped: its progress ends, and begins anew after."""
        if is_stopped and not self._is_stopped:
            self.run_ends()
        elif self._is_stopped and not is_stopped and self._run.is_busy:
            self.run_begins()
        self._is_stopped = is_stopped

    def run_begins(self) -> None:
        """Tell of the run under way, if it takes its time."""
        can_be_cancelled = self._kernel.traits.no_breaking_off is None
        if self._port.client.supports_progress_reporting and can_be_cancelled:
            self._is_wanted = True
            self._timer = asyncio.get_running_loop().call_later(SHOWN_AFTER_S, self._start)

    def update(self) -> None:
        """Tell where the run is: now, or soon when it was told just now."""
        if self._id is None and self._is_wanted and self._timer is None:
            self._start()
        if self._id is None or self._timer is not None or (message := self._message()) == self._told:
            return
        loop = asyncio.get_running_loop()
        early_s = self._told_at + UPDATED_EVERY_S - loop.time()
        if early_s > 0:
            self._timer = loop.call_later(early_s, self._update_late)
            return
        self._told_at, self._told = loop.time(), message
        self._port.emit(ProgressUpdateEvent(self._id, message, self._percentage()))

    def _update_late(self) -> None:
        self._timer = None
        self.update()

    def run_ends(self) -> None:
        """Tell that what was told goes on no more."""
        self._is_wanted = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._id is not None:
            self._port.emit(ProgressEndEvent(self._id))
            self._id = None

    def is_of(self, id: str) -> bool:
        """Whether `id` is that of the run under way."""
        return self._id == id

    def _start(self) -> None:
        self._timer = None
        if self._is_shown_by_client():
            return
        self._id = f"run-{next(self._ids)}"
        self._told, self._told_at = self._message(), asyncio.get_running_loop().time()
        main = self._documents.main
        title = main.path.rpartition("/")[2] if main is not None else "run"
        self._port.emit(
            ProgressStartEvent(
                self._id, title, cancellable=True, message=self._told, percentage=self._percentage()
            )
        )

    def _is_shown_by_client(self) -> bool:
        """Whether the client shows it itself: the live line, and the program's bars in cells that it has."""
        if not self._live_line.is_shown_by_client:
            return False
        main = self._documents.main
        return not self._output.held or (main is not None and main.has_cell_uris)

    def _message(self) -> str:
        """Return where the run is, the cell and its line first; then what the program itself shows of it."""
        run = self._run
        name = run.current.name if run.current is not None else "between cells"
        where = ", ".join(filter(None, [name, self._live_line.in_words()]))
        count = f"{min(run.done + 1, run.total)} of {run.total} cells" if run.total > 1 else ""
        held = [clean(it)[:MOST_CHARS] for it in self._output.held]
        return " · ".join(filter(None, [where, count, *held]))

    def _percentage(self) -> float:
        run = self._run
        return round(100 * run.done / max(run.total, 1), 1)
