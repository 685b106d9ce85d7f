"""Our own requests and events, for clients that know notebooks. Others never meet them.

They are no part of DAP: `initialize` answers `supportsNotebookRequests`. Lines are the source's, 1-based.
"""

from typing import Any, ClassVar, Literal

from .breakpoints import Breakpoint
from .messages import Body, EventBody
from .sources import Source

FormatName = Literal["marimo", "percent", "jupyter", "script"]
CellState = Literal["new", "running", "done", "failed", "stopped", "interrupted", "stale", "queued"]
NOT_RUN_YET = "not run yet"  # what users read for "new"
KernelStateName = Literal["notStarted", "starting", "idle", "busy", "stopped", "dead"]


class NotebookCell(Body):
    id: str
    name: str
    kind: Literal["code", "markdown", "raw", "foreign"]
    line: int
    end_line: int
    state: CellState = "new"
    digest: str | None = None  # of its kind and text: equal where two clients have the same
    number: int | None = None  # code cells count from 1
    problem: str | None = None  # why it does not run
    duration_s: float | None = None  # of its last run, without the time for which it was stopped
    error: str | None = None  # of its last run, in one line
    error_line: int | None = None  # the innermost line, in the source of `line`, that the error came by
    traceback: str | None = None  # of the error; only in the event that tells of it


class NotebookCellsArguments(Body):
    path: str | None = None  # None: the notebook that was launched


class NotebookCellsResponse(Body):
    cells: list[NotebookCell]
    kernel: KernelStateName
    format: FormatName | None = None
    has_cells: bool = True  # there are some to choose, to list and to show; a script is one text
    text: Source | None = None  # the notebook as one text: its file, or a script by reference


class NotebookRunArguments(Body):
    """`run`: "all", "stale", `{"cells": [...]}`, `{"above": line}`, `{"below": line}` or `{"at": line}`."""

    run: Any = "stale"
    path: str | None = None
    no_debug: bool = False  # nothing stops meanwhile, but for a pause
    stop_on_entry: bool = False  # the first of the cells stops at its first line


class NotebookRunResponse(Body):
    cells: list[str]  # ids, in the order they will run


class SyncedCell(Body):
    uri: str
    text: str
    kind: Literal["code", "markdown", "raw"] = "code"
    id: str | None = None
    tags: list[str] | None = None  # none of any cell: those of the file


class NotebookSyncArguments(Body):
    """The notebook as the editor shows it, by `cells` or by `text`; neither: as it is on the disk."""

    path: str
    cells: list[SyncedCell] | None = None
    text: str | None = None
    format: FormatName | None = None


class NotebookSyncResponse(Body):  # of `notebookMove`, too
    cells: list[NotebookCell]
    format: FormatName | None = None


class NotebookMoveArguments(Body):
    path: str  # where the notebook is from now on


class NotebookInterruptArguments(Body):
    pass


class NotebookLoop(Body):
    """A loop in a cell, by its first line."""

    source: Source
    line: int


class NotebookLineEvent(EventBody):
    """The line that runs now; without `line` none does any more."""

    event: ClassVar[str] = "notebookLine"
    cell_id: str
    source: Source | None = None
    line: int | None = None
    via: str | None = None  # the innermost function under the cell's frame
    loop: NotebookLoop | None = None  # the outermost that it is in: what has run for `elapsed_s`
    elapsed_s: float = 0.0  # how long the line, or with `loop` that, has run already


class NotebookCellEvent(EventBody):
    event: ClassVar[str] = "notebookCell"
    cell: NotebookCell


class NotebookKernelEvent(EventBody):
    event: ClassVar[str] = "notebookKernel"
    state: KernelStateName
    reason: str | None = None
    python: str | None = None
    system_process_id: int | None = None


class NotebookDisplayEvent(EventBody):
    """A plot or rich value; `data` is a MIME bundle, its binary values base64, with always a text."""

    event: ClassVar[str] = "notebookDisplay"
    data: dict[str, Any]
    cell_id: str | None = None
    source: Source | None = None
    line: int | None = None
    metadata: dict[str, Any] | None = None  # by MIME type
    display_id: str | None = None
    update: bool = False  # it takes the place of what had that `display_id`
    clear: bool = False  # what the cell has shown so far goes away; `data` is empty
    is_result: bool = False  # it is the cell's value


class NotebookVariablesChangedEvent(EventBody):
    """The notebook's variables may be others than before; `notebookVariables` tells them."""

    event: ClassVar[str] = "notebookVariablesChanged"


class NotebookProgressEvent(EventBody):
    """What the cell that runs is writing over, as it is now; "": nothing any more."""

    event: ClassVar[str] = "notebookProgress"
    cell_id: str
    category: Literal["stdout", "stderr"]
    held: str


class NotebookBreakpointsEvent(EventBody):
    """Every line breakpoint of the session, as it is now. For companions alone."""

    event: ClassVar[str] = "notebookBreakpoints"
    breakpoints: list[Breakpoint]


class NotebookChangedEvent(EventBody):
    """The notebook's text is another; `notebookCells` tells its cells. For companions alone."""

    event: ClassVar[str] = "notebookChanged"
    is_free: bool = False  # who gave the text has taken it back: a companion may give its own
