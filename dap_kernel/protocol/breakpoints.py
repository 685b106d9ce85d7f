"""Breakpoints on lines, functions and exceptions. Those on data and instructions are not offered.

Source: DAP specification, "SetBreakpoints" and its neighbours, "Breakpoint".
"""

from typing import ClassVar, Literal

from .messages import Body, EventBody
from .sources import Source

ExceptionBreakMode = Literal["never", "always", "unhandled", "userUnhandled"]


class Breakpoint(Body):
    verified: bool
    id: int | None = None
    message: str | None = None
    source: Source | None = None
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None
    reason: Literal["pending", "failed"] | None = None


class SourceBreakpoint(Body):
    line: int
    column: int | None = None
    condition: str | None = None
    hit_condition: str | None = None
    log_message: str | None = None
    mode: str | None = None


class SetBreakpointsArguments(Body):
    """`lines` is the older form of `breakpoints`."""

    source: Source
    breakpoints: list[SourceBreakpoint] | None = None
    lines: list[int] = []
    source_modified: bool = False


class SetBreakpointsResponse(Body):
    breakpoints: list[Breakpoint]


class FunctionBreakpoint(Body):
    name: str
    condition: str | None = None
    hit_condition: str | None = None


class SetFunctionBreakpointsArguments(Body):
    breakpoints: list[FunctionBreakpoint]


class SetFunctionBreakpointsResponse(Body):
    breakpoints: list[Breakpoint]


class ExceptionFilterOptions(Body):
    filter_id: str
    condition: str | None = None
    mode: str | None = None


class ExceptionPathSegment(Body):
    names: list[str]
    negate: bool = False


class ExceptionOptions(Body):
    break_mode: ExceptionBreakMode
    path: list[ExceptionPathSegment] = []


class SetExceptionBreakpointsArguments(Body):
    filters: list[str] = []  # required, and yet left out by clients that send only options
    filter_options: list[ExceptionFilterOptions] = []
    exception_options: list[ExceptionOptions] = []


class SetExceptionBreakpointsResponse(Body):
    """`breakpoints`: first those of `filters`, then of `filterOptions`, then of `exceptionOptions`."""

    breakpoints: list[Breakpoint] | None = None


class BreakpointLocationsArguments(Body):
    source: Source
    line: int
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None


class BreakpointLocation(Body):
    line: int
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None


class BreakpointLocationsResponse(Body):
    breakpoints: list[BreakpointLocation]


class BreakpointEvent(EventBody):
    event: ClassVar[str] = "breakpoint"
    reason: Literal["changed", "new", "removed"]
    breakpoint: Breakpoint
