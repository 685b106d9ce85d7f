"""What a stopped thread shows: frames, scopes, its exception.

Source: DAP specification, "StackTrace", "Scopes", "ExceptionInfo".
"""

from typing import Literal

from .breakpoints import ExceptionBreakMode
from .messages import Body
from .sources import Source


class StackFrameFormat(Body):
    hex: bool = False
    parameters: bool = False
    parameter_types: bool = False
    parameter_names: bool = False
    parameter_values: bool = False
    line: bool = False
    module: bool = False
    include_all: bool = False


class StackTraceArguments(Body):
    thread_id: int
    start_frame: int = 0
    levels: int = 0  # 0: all
    format: StackFrameFormat | None = None


class StackFrame(Body):
    id: int
    name: str
    line: int
    column: int
    source: Source | None = None
    end_line: int | None = None
    end_column: int | None = None
    can_restart: bool | None = None  # absent: as the capability says
    module_id: int | str | None = None
    presentation_hint: Literal["normal", "label", "subtle"] = "normal"


class StackTraceResponse(Body):
    stack_frames: list[StackFrame]
    total_frames: int | None = None


class ScopesArguments(Body):
    frame_id: int


class Scope(Body):
    name: str
    variables_reference: int
    expensive: bool
    presentation_hint: str | None = None  # "arguments", "locals", "returnValue", "globals"
    named_variables: int | None = None
    indexed_variables: int | None = None
    source: Source | None = None
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None


class ScopesResponse(Body):
    scopes: list[Scope]


class ExceptionInfoArguments(Body):
    thread_id: int


class ExceptionDetails(Body):
    message: str | None = None
    type_name: str | None = None
    full_type_name: str | None = None
    evaluate_name: str | None = None
    stack_trace: str | None = None
    inner_exception: list["ExceptionDetails"] = []


class ExceptionInfoResponse(Body):
    exception_id: str
    break_mode: ExceptionBreakMode
    description: str | None = None
    details: ExceptionDetails | None = None
