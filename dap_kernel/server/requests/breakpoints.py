"""Breakpoints.

Source: DAP specification, "SetBreakpoints", "SetFunctionBreakpoints", "SetExceptionBreakpoints",
"BreakpointLocations".
"""

from msgspec.structs import replace

from ...protocol.breakpoints import (
    BreakpointLocation,
    BreakpointLocationsArguments,
    BreakpointLocationsResponse,
    SetBreakpointsArguments,
    SetBreakpointsResponse,
    SetExceptionBreakpointsArguments,
    SetExceptionBreakpointsResponse,
    SetFunctionBreakpointsArguments,
    SetFunctionBreakpointsResponse,
    SourceBreakpoint,
)
from ...protocol.capabilities import Capabilities, ExceptionBreakpointsFilter
from ..convert import exception_filters
from ..flows.text_changes import notice_edits_ready, tell_breakpoints, tell_other_breakpoints
from ..registry import registry
from ..session import Session
from ..texts.sources import CodeLine, NamedSource
from ..texts.stoppable_lines import breakpoint_locations

CONDITION = "names of exceptions, separated by commas: ValueError, OSError"
MOST_LINES = 10_000  # of one `breakpointLocations`
FILTERS = [
    ExceptionBreakpointsFilter(
        "raised",
        "Raised exceptions",
        "Stop wherever an exception is raised in user code.",
        supports_condition=True,
        condition_description=CONDITION,
    ),
    ExceptionBreakpointsFilter(
        "uncaught",
        "Uncaught exceptions (a cell fails)",
        "Stop when an exception has ended a cell or a script, where it was raised.",
        default=True,
        supports_condition=True,
        condition_description=CONDITION,
    ),
    ExceptionBreakpointsFilter(
        "userUnhandled",
        "User-unhandled exceptions",
        "Stop when an exception leaves user code for a library.",
        supports_condition=True,
        condition_description=CONDITION,
    ),
]


@registry.request(
    "setBreakpoints",
    offers=Capabilities(
        supports_conditional_breakpoints=True,
        supports_hit_conditional_breakpoints=True,
        supports_log_points=True,
    ),
)
async def set_breakpoints(session: Session, args: SetBreakpointsArguments) -> SetBreakpointsResponse:
    """Replace all breakpoints of one source; answer them in the order asked."""
    await notice_edits_ready(session)
    asked = args.breakpoints
    if asked is None:
        asked = [SourceBreakpoint(line) for line in args.lines]
    answered = session.breakpoints.replace(args.source, asked)
    tell_breakpoints(session)
    session.port.audience.breakpoints_changed()
    return SetBreakpointsResponse(answered)


@registry.request("setFunctionBreakpoints", offers=Capabilities(supports_function_breakpoints=True))
async def set_function_breakpoints(
    session: Session, args: SetFunctionBreakpointsArguments
) -> SetFunctionBreakpointsResponse:
    answered = session.breakpoints.replace_functions(args.breakpoints)
    tell_other_breakpoints(session)
    return SetFunctionBreakpointsResponse(answered)


@registry.request(
    "setExceptionBreakpoints",
    offers=Capabilities(
        exception_breakpoint_filters=FILTERS,
        supports_exception_filter_options=True,
        supports_exception_options=True,
    ),
)
async def set_exception_breakpoints(
    session: Session, args: SetExceptionBreakpointsArguments
) -> SetExceptionBreakpointsResponse:
    answered = session.breakpoints.replace_filters(exception_filters(args))
    tell_other_breakpoints(session)
    return SetExceptionBreakpointsResponse(answered)


@registry.request("breakpointLocations", offers=Capabilities(supports_breakpoint_locations_request=True))
async def breakpoint_locations_(
    session: Session, args: BreakpointLocationsArguments
) -> BreakpointLocationsResponse:
    """At most `MOST_LINES` lines are looked at; each place is answered once, in the order of the text."""
    await notice_edits_ready(session)
    said = session.sources.read(args.source)
    last = min(args.end_line or args.line, args.line + MOST_LINES)
    found: dict[tuple[int, int], BreakpointLocation] = {}
    for line in range(args.line, last + 1):
        for it in _locations(session, said, line):
            if it.line == line and (line > args.line or (it.column or 1) >= (args.column or 1)):
                found[it.line, it.column or 1] = it
    return BreakpointLocationsResponse(list(found.values()))


def _locations(session: Session, said: NamedSource, line: int) -> list[BreakpointLocation]:
    place = session.sources.place(said, line)
    if not isinstance(place, CodeLine):
        return []
    places = breakpoint_locations(place.cell.source, place.line, place.line)
    locations = [(session.sources.located(said, replace(place, line=it)), column) for it, column in places]
    return [
        BreakpointLocation(it.line, column=None if it.shift is None else column + it.shift)
        for it, column in locations
    ]
