"""What became of each cell in this kernel, and so which cells are stale. Pure."""

from dataclasses import dataclass, field
from typing import Literal

from ..notebook.cells import Cell

State = Literal["done", "failed", "stopped", "interrupted", "running", "not reached"]

WHY = {
    "failed": "failed",
    "stopped": "quit",
    "interrupted": "interrupted",
    "running": "did not end",
    "not reached": "not reached",
}


@dataclass(frozen=True)
class Record:
    state: State
    source: str  # the text that ran
    error: str | None = None
    duration_s: float | None = None


@dataclass
class Records:
    """By cell id: a cell that has none never ran."""

    of: dict[str, Record] = field(default_factory=dict)

    def why_stale(self, cell: Cell) -> str | None:
        """Return why a cell has to run again, in a word or two; None: what ran to its end is its text."""
        record = self.of.get(cell.id)
        if record is None:
            return "new"
        if record.source != cell.source:
            return "edited"
        return WHY.get(record.state)
