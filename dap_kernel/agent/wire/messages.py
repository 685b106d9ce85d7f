"""The private protocol between server and kernel agent: all that either says. How it travels: `codec.py`.

It knows neither DAP nor Python frames: an id, a handle and a filename are just values here. Each command is
answered by one `Reply` with its id. Lines and columns are 1-based and count in the text that was compiled
under the filename.

Only what serves as a key is frozen.
"""

from typing import Literal

from .structs import FrozenStruct, Struct, field

MAIN_THREAD = 1  # the id of the thread that runs cells
IDLE_FRAME = 0  # the frame id of the idle notebook: its names, at no line

Step = Literal["over", "in", "out"]
StopAtEntry = Literal["entry", "step", "pause"]
FormatName = Literal["marimo", "percent", "jupyter", "script"]
Shell = Literal["script", "plain", "ipython", "marimo"]  # what a cell's text means
CellState = Literal["done", "failed", "stopped", "interrupted"]
FrameKind = Literal["cell", "user", "library", "kernel"]
BreakMode = Literal["always", "unhandled", "userUnhandled"]

# What commands and notifications are made of.


class LineBreakpoint(FrozenStruct):
    id: int
    line: int
    condition: str | None = None
    hit_condition: str | None = None  # "5", ">= 3", "% 10"
    log_message: str | None = None  # with {expression}; doubled braces are braces
    is_unchecked: bool = False  # the server cannot parse the text: say where it is once that is known


class FunctionBreakpoint(FrozenStruct):
    id: int
    name: str  # "train", "Model.fit" or "package.module.train"
    condition: str | None = None
    hit_condition: str | None = None


class ExceptionFilter(Struct):
    filter: Literal["raised", "uncaught", "userUnhandled"]
    condition: str | None = None  # exception names, separated by commas; None: every one


class Span(FrozenStruct):
    """A stretch of source: where a call stands in its line."""

    line: int
    column: int
    end_line: int
    end_column: int


class Target(Struct):
    """A call that a step in can go to."""

    id: int
    label: str
    span: Span


class Thread(Struct):
    id: int
    name: str


class Module(Struct):
    name: str
    path: str | None
    version: str | None
    is_user_code: bool
    changed_ns: int = 0  # of its file when it was imported; 0: not known
    size_bytes: int = 0


class Frame(Struct):
    id: int  # a handle: void once its thread resumes
    name: str  # qualified name of the function; "<module>" at the level of a cell or script
    filename: str
    line: int
    column: int
    end_line: int | None
    end_column: int | None
    kind: FrameKind
    module: str | None = None


class Stack(Struct):
    frames: list[Frame]  # top first
    total: int


class Scope(Struct):
    name: str
    reference: int
    expensive: bool = False
    named: int | None = None
    hint: str | None = None  # "locals", "globals", "returnValue"


class Variable(Struct):
    """A value as it is shown. `reference` 0: it has no children."""

    name: str
    value: str
    type: str
    reference: int = 0
    named: int | None = None
    indexed: int | None = None
    evaluate_name: str | None = None
    kind: str | None = None  # DAP's presentationHint.kind
    attributes: list[str] = field(default_factory=list)  # DAP's presentationHint.attributes
    is_table: bool = False  # told only where `Variables` asks for it


class NotebookVariable(Struct):
    """A name of the notebook, and what is told of its value in a list of them."""

    variable: Variable
    shape: str | None = None
    length: int | None = None
    is_table: bool = False


class NotebookNames(Struct):
    variables: list[NotebookVariable]
    more: int = 0


class TableSort(FrozenStruct):
    position: int  # of the column, from 0
    descending: bool = False


class TableFilter(FrozenStruct):
    position: int  # of the column, from 0
    operator: Literal["contains", "=", "!=", "<", "<=", ">", ">=", "missing", "present"]
    value: str = ""


class TableColumn(Struct):
    name: str
    type: str
    kind: Literal["number", "text", "boolean", "time", "other"]
    missing: int | None = None
    distinct: int | None = None
    min: str | None = None
    max: str | None = None


class TablePage(Struct):
    """Some rows and columns of a table, as texts."""

    kind: Literal["frame", "series", "array", "records", "columns", "list"]
    type: str
    total_rows: int
    rows: int  # that the filters leave
    total_columns: int
    columns: list[TableColumn]
    index: list[str]
    cells: list[list[str]]
    missing: list[list[int]] = field(default_factory=list)  # by row: the cells whose values are missing
    index_name: str | None = None
    evaluate_name: str | None = None
    is_cut: bool = False  # there was no time for all statistics, or for all cells
    table: int = 0  # handle by which the value is kept for other pages: few are, and until the stop is over


class Completion(Struct):
    text: str
    kind: str | None  # DAP's CompletionItemType
    start: int  # 0-based, in the last line given
    length: int
    detail: str | None = None


class ExceptionDetails(Struct):
    """An exception as `exceptionInfo` tells it; `inner` are cause or context, and a group's members."""

    message: str
    type_name: str
    full_type_name: str
    evaluate_name: str | None
    stack_trace: str
    inner: list["ExceptionDetails"] = field(default_factory=list)


class ExceptionReport(Struct):
    details: ExceptionDetails
    break_mode: BreakMode


class CellResult(Struct):
    state: CellState
    error: str | None = None  # one line: "ValueError: no such column"
    exit_code: int | None = None  # of sys.exit()
    was_quit: bool = False  # "stopped" by the client; else by sys.exit() or mo.stop()
    goes_on: StopAtEntry | None = None  # why the next cell is to stop at its first line: this one ended first
    duration_s: float = 0.0
    missing_module: str | None = None  # of a ModuleNotFoundError
    missing_name: str | None = None  # of a NameError
    failed_file: str = ""  # the innermost place in the notebook that an exception came by
    failed_line: int = 0
    own_line: int = 0  # the innermost of them in the cell itself
    traceback: str = ""  # of a failed cell, bounded


class RanCell(Struct):
    """One revision of a cell that this kernel has compiled."""

    cell_id: str
    revision: int
    filename: str
    source: str
    state: CellState | Literal["running"]
    first_line: int = 0
    without: int = 0  # lines at the top of `source`, empty ones, that its code does not count


# Commands: server to agent. Each is answered by one Reply with the same `id`.
# Out-of-band: taken at once by the agent thread, also while a cell runs.


class Start(Struct):
    """The first command of all. Reply: Hello is sent as notification, then the reply (null)."""

    notebook: str  # absolute path
    format: FormatName  # for who lists kernels that wait
    argv: list[str]
    path0: str | None  # becomes sys.path[0]; None leaves sys.path alone
    module: str | None = None  # run as `python -m`
    shell: Shell = "plain"
    is_program: bool = False  # its one cell fails and exits as a file does under `python`
    has_loop: bool = False  # cells run inside one event loop from the start
    has_file: bool = True  # the notebook is the `__file__` of its code
    just_my_code: bool = True
    show_return_value: bool = True
    live_line: bool = True
    orphan_timeout_s: float = 0.0
    runtime_folder: str | None = None  # where an orphan listens
    plots: bool = False  # matplotlib's figures are drawn by us, unless the user chose a backend
    has_cells: bool = False  # the client shows in a cell what is written over in it
    no_debug: bool = False  # nothing stops, not even `breakpoint()`
    backend: Literal["monitoring", "settrace"] | None = None  # None: the best there is
    first_handle: int = 1  # no frame and no value gets a lower one: those were an earlier kernel's


class LastRun(Struct):
    """The cell that was asked for last. Its Reply goes to the server that is there then, or to nobody."""

    id: int  # of its RunCell
    filename: str
    result: CellResult | None = None  # None: it runs, or is about to
    is_heard: bool = False  # there was a server to take the Reply


class KernelState(Struct):
    """What an orphaned kernel tells the server that attaches."""

    start: Start
    python: list[str]  # the interpreter and its own options, to start another one like it
    cwd: str  # where it was started
    cells: list[RanCell]
    stopped: list[int]
    output: str  # the ring: the last of what it printed while nobody listened, without tracebacks
    last_run: LastRun | None = None  # None: no cell was asked for yet
    tracebacks: str = ""  # of the ring
    notebook: str = ""  # where it is now; code has the name that `start` tells


class Configure(Struct):
    """Change options of a live session."""

    just_my_code: bool
    show_return_value: bool
    live_line: bool
    orphan_timeout_s: float = 0.0


class MoveNotebook(Struct):
    """The notebook is at `path` now, where a waiting kernel is found. Code keeps its names. Reply: null."""

    path: str


class SetNoDebug(Struct):
    """From now on nothing stops but for a pause (`no_debug`), or all does again. Reply: null."""

    no_debug: bool


class Describe(Struct):
    """Reply: KernelState."""


class NameText(Struct):
    """Code that says it is in `file` is that of a revision from now on, and what waited for that runs.

    For a kernel that we did not start, which has told of the text by TextComes or KernelState. Reply: null.
    """

    file: str
    cell_id: str
    revision: int
    filename: str
    stop_at_entry: StopAtEntry | None = None  # of what waits: stop at its first line, for this reason


class SetBreakpoints(Struct):
    """Replace all breakpoints of one file; a version older than the last seen is ignored. Reply: null."""

    filename: str  # virtual, or the canonical path of a script or module
    version: int
    breakpoints: list[LineBreakpoint]


class SetFunctionBreakpoints(Struct):
    version: int
    breakpoints: list[FunctionBreakpoint]


class SetExceptionBreakpoints(Struct):
    version: int
    filters: list[ExceptionFilter]


class Threads(Struct):
    """Reply: list[Thread], those that run user code, the main one first."""


class Pause(Struct):
    thread: int


class Interrupt(Struct):
    """KeyboardInterrupt in the running cell; nothing when idle."""


class Quit(Struct):
    """End what `thread` runs, and only that: the kernel lives. A stopped thread resumes for it.

    Of a main thread that exits, it ends the wait for other threads.
    """

    thread: int


class Resume(Struct):
    """Let stopped threads run; `thread` takes the step, if any.

    `others` go on with it. Who stops at this moment stays so until the server knows of it.
    """

    thread: int
    step: Step | None = None
    others: list[int] = field(default_factory=list)
    target: Span | None = None  # of a step in


class StackTrace(Struct):
    """Reply: Stack."""

    thread: int
    start: int = 0
    levels: int = 0  # 0: all


class StepInTargets(Struct):
    """Reply: list[Target]."""

    frame: int


class Modules(Struct):
    """Reply: list[Module]."""


class SourceText(Struct):
    """Reply: the text of a frame's file that is no file on disk, or null."""

    filename: str


class Cancel(Struct):
    """Break off the evaluation that command `command` began."""

    command: int


class Input(Struct):
    """A line for `input()`; None is end of file."""

    text: str | None


# Inspection: answered by the stopped thread that owns the frame or reference (IDLE_FRAME: the main one).


class Scopes(Struct):
    """Reply: list[Scope], locals first."""

    frame: int


class Variables(Struct):
    """Reply: list[Variable]; `count` 0 is all, within bounds."""

    reference: int
    filter: Literal["indexed", "named"] | None = None
    start: int = 0
    count: int = 0
    hex: bool = False
    tables: bool = False  # tell which are tables


class Evaluate(Struct):
    """Reply: Variable, its name the expression; its value "" for a statement."""

    frame: int
    expression: str
    context: str = "repl"  # DAP's: repl, watch, hover, clipboard, variables
    hex: bool = False


class NotebookVariables(Struct):
    """Reply: NotebookNames; `all`: modules, functions and classes, too."""

    frame: int
    all: bool = False


class Table(Struct):
    """Reply: TablePage, of an expression's value, of a child, or of what was kept.

    An expression is evaluated each time. Its value is kept in the place of that with the handle `table`.
    """

    frame: int
    expression: str | None = None
    is_path: bool = False  # it has names, attributes and items alone: let go as soon as these may be others
    reference: int = 0  # of what has the child `name`; 0: no child is meant
    name: str = ""
    table: int = 0  # of a TablePage
    start: int = 0
    count: int = 100
    first_column: int = 0
    column_count: int = 100
    sort: list[TableSort] = field(default_factory=list)
    filters: list[TableFilter] = field(default_factory=list)
    statistics: bool = False
    raw: bool = False


class SetVariable(Struct):
    """Reply: Variable."""

    reference: int
    name: str
    value: str  # an expression, evaluated in the frame that the reference belongs to
    hex: bool = False


class SetExpression(Struct):
    """Reply: Variable."""

    frame: int
    expression: str
    value: str
    hex: bool = False


class Completions(Struct):
    """Reply: list[Completion]."""

    frame: int
    text: str  # up to the cursor


class DrawPlots(Struct):
    """Show matplotlib's open figures as they are now. Reply: int, how many."""

    frame: int


class ExceptionInfo(Struct):
    """Reply: ExceptionReport."""

    thread: int


class Goto(Struct):
    """Move the top frame of a stopped thread to `line`; a Stopped with reason "goto" follows the reply."""

    thread: int
    line: int


# Control: queues behind the running cell, on the main thread.


class RunCell(Struct):
    """Compile `source` as `filename` and run it. Reply, when it has ended: CellResult."""

    cell_id: str
    revision: int
    filename: str
    source: str
    name: str
    stop_at_entry: StopAtEntry | None = None  # stop at its first line, for this reason
    first_line: int = 0  # of the notebook's file, where its code counts from that; 0: from the cell
    may_fail: bool = False  # nothing stops for an exception that ends it


class Exit(Struct):
    """End the interpreter as a script would: threads joined, `atexit` run. Reply: null, before that."""

    code: int = 0


OutOfBand = (
    Start
    | Configure
    | MoveNotebook
    | SetNoDebug
    | Describe
    | NameText
    | SetBreakpoints
    | SetFunctionBreakpoints
    | SetExceptionBreakpoints
    | Threads
    | Pause
    | Interrupt
    | Quit
    | Resume
    | StackTrace
    | StepInTargets
    | Modules
    | SourceText
    | Cancel
    | Input
)
Inspection = (
    Scopes
    | Variables
    | NotebookVariables
    | Table
    | Evaluate
    | SetVariable
    | SetExpression
    | Completions
    | DrawPlots
    | ExceptionInfo
    | Goto
)
Control = RunCell | Exit
Command = OutOfBand | Inspection | Control

# Notifications: agent to server. Nobody answers them.


class Hello(Struct):
    pid: int
    version: str  # of Python: "3.12.1"
    executable: str
    backend: str


class EntryRefused(Struct):
    """The agent does not come in: nothing follows. Told by the text that would have loaded it."""

    why: str  # a sentence


class Stopped(Struct):
    thread: int
    thread_name: str
    reason: str  # DAP's: breakpoint, step, exception, pause, entry, goto, "function breakpoint"
    filename: str
    line: int
    description: str | None = None
    text: str | None = None
    hit_breakpoint_ids: list[int] = field(default_factory=list)
    is_post_mortem: bool = False  # what the thread ran has ended by an exception that nobody caught
    threads: list[Thread] = field(default_factory=list)  # as `Threads` answers; none: it is not known


class Resumed(Struct):
    thread: int


class ThreadExited(Struct):
    thread: int


class TextComes(Struct):
    """A kernel that we did not start is about to run a text: it waits for NameText, if not for long."""

    file: str  # where its code says that it is
    source: str
    cell_id: str | None = None  # as whoever runs it calls the cell


class CellBegan(Struct):
    """A cell is taken up, whoever has asked for it; also one that cannot be compiled."""

    cell_id: str
    revision: int
    filename: str


class CellEnded(Struct):
    """That cell is over: all it has printed is written. Perhaps told twice, when a signal comes meanwhile."""

    cell_id: str
    filename: str
    result: CellResult


class ActiveLine(Struct):
    """The line of a cell that runs now; `filename` None: none does any more."""

    filename: str | None
    line: int
    via: str | None  # the innermost function under the cell's frame
    outer: list[tuple[str, int]] = field(default_factory=list)  # the notebook's frames above, nearest first


class BreakpointChanged(Struct):
    id: int
    filename: str
    verified: bool
    line: int
    message: str | None = None


class InputWanted(Struct):
    prompt: str
    is_hidden: bool  # getpass: neither echo nor log what is typed


class InputDone(Struct):
    pass


class Note(Struct):
    """Something the agent has to say to the user."""

    text: str
    category: Literal["console", "important", "stderr"] = "console"


class LogPrinted(Struct):
    """What a log point says, where the process's own output is not ours: else it is among that."""

    text: str  # without a line's end
    filename: str
    line: int


class Reply(Struct):
    id: int
    result: object = None
    error: str | None = None


Notification = (
    Hello
    | EntryRefused
    | Stopped
    | Resumed
    | ThreadExited
    | TextComes
    | CellBegan
    | CellEnded
    | ActiveLine
    | BreakpointChanged
    | InputWanted
    | InputDone
    | Note
    | LogPrinted
    | Reply
)


def is_private(name: str) -> bool:
    """Whether marimo keeps `name` to its cell. Both sides go by it: who reads whom, how it is stored."""
    return name == "__" or (name.startswith("_") and not name.startswith("__"))


class Display(Struct):
    """Something that is shown beside text; as JSON it travels among the output, see `marks.py`."""

    filename: str  # the line that shows it
    line: int
    display_id: str | None = None
    update: bool = False  # it takes the place of what has the same `display_id`
    clear: Literal["now", "wait"] | None = None  # what the cell has shown goes away; "wait": before the next
    is_result: bool = False  # it is the cell's value
    data: dict[str, object] = field(default_factory=dict)  # by MIME type; binary ones as base64
    metadata: dict[str, object] = field(default_factory=dict)


MAX_DISPLAY = 16 * 2**20  # characters of the data of one Display
