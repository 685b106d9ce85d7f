"""What the client shows beside the stop: output, progress, and word that its views are out of date.

Source: DAP specification, "Output Event", "ProgressStart Event" and its neighbours, "Invalidated Event".
"""

from typing import Any, ClassVar, Literal

from .messages import EventBody
from .sources import Source


class OutputEvent(EventBody):
    event: ClassVar[str] = "output"
    output: str
    category: str  # "console", "important", "stdout", "stderr", "telemetry"; dape drops what has none
    group: Literal["start", "startCollapsed", "end"] | None = None
    variables_reference: int | None = None
    source: Source | None = None
    line: int | None = None
    column: int | None = None
    data: Any = None
    location_reference: int | None = None


class ProgressStartEvent(EventBody):
    event: ClassVar[str] = "progressStart"
    progress_id: str
    title: str
    request_id: int | None = None
    cancellable: bool = False
    message: str | None = None
    percentage: float | None = None  # 0 to 100


class ProgressUpdateEvent(EventBody):
    event: ClassVar[str] = "progressUpdate"
    progress_id: str
    message: str | None = None
    percentage: float | None = None  # 0 to 100


class ProgressEndEvent(EventBody):
    event: ClassVar[str] = "progressEnd"
    progress_id: str
    message: str | None = None


class InvalidatedEvent(EventBody):
    event: ClassVar[str] = "invalidated"
    areas: list[Literal["all", "stacks", "threads", "variables"]] = []  # none: all
    thread_id: int | None = None
    stack_frame_id: int | None = None
