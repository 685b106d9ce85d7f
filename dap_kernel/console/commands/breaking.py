"""Commands on breakpoints, and on the exceptions to stop at."""

import os

from ...protocol.breakpoints import SetExceptionBreakpointsArguments
from ...protocol.messages import Body
from ...protocol.notebook import NotebookCellsResponse
from ..breakpoint_places import BadPlace, BreakpointPlace, checked_condition, parse_place
from ..breakpoints import UserBreakpoint
from ..errors import CommandError
from ..registry import command, count
from ..session import ConsoleSession
from ..terminal_text import one_line, plain

CHAPTER = "Breakpoints"
WHERE = "[LINE | CELL.LINE | FILE:LINE | FUNCTION][:CONDITION]"


@command(f"b/break {WHERE}", "stop there, if CONDITION; or list the breakpoints", CHAPTER, takes="words")
async def break_(session: ConsoleSession, argument: str) -> None:
    if not argument:
        _list(session)
    else:
        await add(session, _parsed(argument))


@command(f"tbreak {WHERE}", "stop there once", CHAPTER, takes="words")
async def break_once(session: ConsoleSession, argument: str) -> None:
    await add(session, _parsed(argument), is_temporary=True)


async def add(session: ConsoleSession, place: BreakpointPlace, *, is_temporary: bool = False) -> None:
    """Set a breakpoint and say where it has come to. Raises CommandError."""
    path, line = await _resolved(session, place)
    point = session.breakpoints.new(path, line, place.function or "", place.condition)
    point.is_temporary = is_temporary
    try:
        await session.breakpoints.send([point])
    except CommandError:
        session.breakpoints.remove([point])
        raise
    _tell(session, point)


def _tell(session: ConsoleSession, point: UserBreakpoint) -> None:
    if point.problem is not None:
        session.screen.show_text(f"breakpoint {point.number} at {point.where}: {point.problem}", "error")
        return
    moved = f" (line {point.line} has no code)" if point.path and point.shown_line != point.line else ""
    session.screen.show_text(f"breakpoint {point.number} at {point.where}{moved}", "note")


async def _resolved(session: ConsoleSession, place: BreakpointPlace) -> tuple[str | None, int]:
    if place.function is not None:
        return None, 0
    line = place.line or 1
    if place.path is not None:
        path = os.path.abspath(os.path.expanduser(place.path))
        if not os.path.isfile(path):
            raise CommandError(f"there is no file {place.path}")
        return path, line
    if place.cell is not None:
        return session.program, await _line_of_cell(session, place.cell, line)
    source = session.frame.source if session.frames and session.stops else None
    if source is not None and source.path is not None and not source.source_reference:
        return source.path, line
    if session.program is None:
        raise CommandError("give FILE:LINE or FUNCTION")
    return session.program, line


async def _line_of_cell(session: ConsoleSession, number: int, line: int) -> int:
    session.take_cells(await session.ask("notebookCells", Body(), NotebookCellsResponse))
    for it in session.cells:
        if it.kind == "code" and it.number == number:
            if it.line + line - 1 > it.end_line:
                raise CommandError(f"cell {number} has {it.end_line - it.line + 1} lines")
            return it.line + line - 1
    raise CommandError(f"there is no cell {number}")


def _list(session: ConsoleSession) -> None:
    points = session.breakpoints.points
    if not points:
        session.screen.say("there are no breakpoints")
    for it in points.values():
        notes = [
            f"if {one_line(it.condition, 60)}" if it.condition else "",
            f"after {it.ignored} hits" if it.ignored else "",
            "temporary" if it.is_temporary else "",
            "" if it.is_enabled else "disabled",
            f"hit {it.hits} time{'s' if it.hits > 1 else ''}" if it.hits else "",
            plain(it.problem or ""),
        ]
        shown = ", ".join(note for note in notes if note)
        session.screen.show_text(f"{it.number:>3}  {it.where}{f'  ({shown})' if shown else ''}")


@command("cl/clear [NUMBER ... | FILE:LINE]", "remove breakpoints, or all", CHAPTER, takes="words")
async def clear(session: ConsoleSession, argument: str) -> None:
    """Without an argument all breakpoints go. Raises CommandError where the argument names none."""
    if ":" in argument:
        place = _parsed(argument)
        path, line = await _resolved(session, place)
        points = session.breakpoints.on_line(path, line)
        if not points:
            raise CommandError(f"there is no breakpoint at {argument}")
    else:
        points = _numbered(session, argument) if argument else list(session.breakpoints.points.values())
    session.breakpoints.remove(points)
    await session.breakpoints.send(points)
    session.screen.show_text(
        f"removed: {', '.join(it.where for it in points)}" if points else "there are none"
    )


@command("enable [NUMBER ...]", "have breakpoints stop again, or all", CHAPTER, takes="words")
async def enable(session: ConsoleSession, argument: str) -> None:
    await _switch(session, argument, True)


@command("disable [NUMBER ...]", "have breakpoints not stop, or all", CHAPTER, takes="words")
async def disable(session: ConsoleSession, argument: str) -> None:
    await _switch(session, argument, False)


async def _switch(session: ConsoleSession, argument: str, is_enabled: bool) -> None:
    points = _numbered(session, argument) if argument else list(session.breakpoints.points.values())
    for it in points:
        it.is_enabled = is_enabled
        it.told = it.told if is_enabled else None
    await session.breakpoints.send(points)
    for it in points:
        session.screen.show_text(f"breakpoint {it.number} is {'enabled' if is_enabled else 'disabled'}")


@command("condition NUMBER [CONDITION]", "stop only if CONDITION, or always", CHAPTER, takes="words")
async def condition(session: ConsoleSession, argument: str) -> None:
    """An empty condition is none. Raises CommandError for one that does not compile."""
    number, _, text = argument.partition(" ")
    (point,) = _numbered(session, number or "?")
    try:
        point.condition = checked_condition(text)
    except BadPlace as error:
        raise CommandError(str(error)) from None
    await session.breakpoints.send([point])
    session.screen.show_text(
        f"breakpoint {point.number} stops {f'if {point.condition}' if point.condition else 'always'}"
    )


@command("ignore NUMBER [COUNT]", "let the next COUNT hits pass", CHAPTER, takes="words")
async def ignore(session: ConsoleSession, argument: str) -> None:
    number, _, times = argument.partition(" ")
    (point,) = _numbered(session, number or "?")
    point.ignored = 0 if times.strip() == "0" else count(times.strip())
    await session.breakpoints.send([point])
    session.screen.show_text(f"breakpoint {point.number} stops after {point.ignored} more hits")


@command(
    "catch [FILTER ...]",
    "stop on exceptions: raised, uncaught, userUnhandled; or on none",
    CHAPTER,
    takes="words",
)
async def catch(session: ConsoleSession, argument: str) -> None:
    filters = argument.replace(",", " ").split()
    await session.ask("setExceptionBreakpoints", SetExceptionBreakpointsArguments(filters), Body)
    session.screen.show_text(f"stops on exceptions: {', '.join(filters) or 'none'}")


def _parsed(text: str) -> BreakpointPlace:
    try:
        return parse_place(text)
    except BadPlace as error:
        raise CommandError(str(error)) from None


def _numbered(session: ConsoleSession, argument: str) -> list[UserBreakpoint]:
    points = session.breakpoints.points
    numbers = argument.replace(",", " ").split()
    for it in numbers:
        if not it.isdecimal() or int(it) not in points:
            raise CommandError(f"there is no breakpoint {it}")
    return [points[int(it)] for it in numbers]
