"""Threads: how they stop, step and go on.

Source: DAP specification, "Continue", "Next", "StepIn", "StepOut", "Pause", "Goto", "Threads".
"""

from typing import ClassVar, Literal

from .messages import Body, EventBody
from .sources import Source

SteppingGranularity = Literal["statement", "line", "instruction"]


class ContinueArguments(Body):
    thread_id: int
    single_thread: bool = False


class ContinueResponse(Body):
    all_threads_continued: bool = True


class NextArguments(Body):
    thread_id: int
    single_thread: bool = False
    granularity: SteppingGranularity = "statement"


class StepInArguments(Body):
    thread_id: int
    single_thread: bool = False
    target_id: int | None = None
    granularity: SteppingGranularity = "statement"


class StepOutArguments(Body):
    thread_id: int
    single_thread: bool = False
    granularity: SteppingGranularity = "statement"


class StepInTargetsArguments(Body):
    frame_id: int


class StepInTarget(Body):
    id: int
    label: str
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None


class StepInTargetsResponse(Body):
    targets: list[StepInTarget]


class GotoTargetsArguments(Body):
    source: Source
    line: int
    column: int | None = None


class GotoTarget(Body):
    id: int
    label: str
    line: int
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None


class GotoTargetsResponse(Body):
    targets: list[GotoTarget]


class GotoArguments(Body):
    thread_id: int
    target_id: int


class PauseArguments(Body):
    thread_id: int


class ThreadsArguments(Body):
    """`threads` takes none."""


class Thread(Body):
    id: int
    name: str


class ThreadsResponse(Body):
    threads: list[Thread]


class TerminateThreadsArguments(Body):
    thread_ids: list[int] = []


class ThreadEvent(EventBody):
    event: ClassVar[str] = "thread"
    reason: Literal["started", "exited"]
    thread_id: int


class StoppedEvent(EventBody):
    event: ClassVar[str] = "stopped"
    reason: str
    thread_id: int | None = None
    description: str | None = None
    preserve_focus_hint: bool = False
    text: str | None = None
    all_threads_stopped: bool | None = None  # sent even where it is False
    hit_breakpoint_ids: list[int] = []


class ContinuedEvent(EventBody):
    event: ClassVar[str] = "continued"
    thread_id: int
    all_threads_continued: bool  # always sent: absent, it is False to older clients
