"""What is shown at a stop: where, why, the source round it, the variables; the cells where it is idle.

Asks the session; changes nothing.
"""

from ..client.dap_client import Refused
from ..protocol.execution import StoppedEvent
from ..protocol.notebook import NOT_RUN_YET, NotebookCell
from ..protocol.stack import (
    ExceptionInfoArguments,
    ExceptionInfoResponse,
    ScopesArguments,
    ScopesResponse,
    StackFrame,
)
from ..protocol.variables import EvaluateResponse, Variable, VariablesArguments, VariablesResponse
from .frame_texts import shown_path
from .listing import LineSpan, ListedText, around
from .session import ConsoleSession
from .source_lines import source_lines
from .terminal_text import one_line, plain

CONTEXT = 3  # lines on each side
MOST_LOCALS = 10
MOST_NAMED = 8  # stale cells by name
RETURNED = "(return) "


async def show_stop(session: ConsoleSession) -> None:
    """Show the stop that is looked at."""
    stop = session.stop
    await session.look()
    if stop.reason == "idle":
        _show_idle(session, stop)
    else:
        frame = session.frame if session.frames else None
        session.screen.say(_header(session, stop, frame))
        if stop.reason == "exception":
            await _show_exception(session, stop)
        if frame is not None:
            await show_source(session, frame)
            await _show_locals(session, frame)
    await _show_displays(session)
    others = [it for it in session.stops if it != session.thread_id]
    if others:
        session.screen.say(f"stopped too: {_threads(others)} (`threads` lists them)", "dim")
    await session.breakpoints.drop_spent()


async def show_frame(session: ConsoleSession) -> None:
    """Show the frame that was gone to."""
    frame = session.frame
    session.screen.say(f"[{session.selected}] {where(session, frame)}", "bold")
    await show_source(session, frame)


def _header(session: ConsoleSession, stop: StoppedEvent, frame: StackFrame | None) -> str:
    points = session.breakpoints.by_ids(stop.hit_breakpoint_ids)
    reason = plain(stop.description or stop.reason)
    if points:
        reason = f"breakpoint {', '.join(str(it.number) for it in points)}"
        if any(it.is_temporary for it in points):
            reason += " (temporary)"
    if stop.reason == "breakpoint" and stop.text:  # a condition that raised, say
        reason += f": {one_line(stop.text, session.screen.width)}"
    paint = session.screen.paint
    place = f" · {where(session, frame)}" if frame is not None else ""
    style = "error" if stop.reason == "exception" else "here"
    return f"{paint('*', style)} {paint(reason, style)}{paint(place, 'bold')}"


def where(session: ConsoleSession, frame: StackFrame) -> str:
    """Return cell, function, file and line of a frame."""
    cell = session.cell_at(frame)
    name = one_line(frame.name, 100)
    path = frame.source.path or frame.source.name if frame.source is not None else None
    place = f"{shown_path(plain(path))}:{frame.line}" if path else "no source"
    if cell is None:
        return f"{place} in {name}"
    inside = "" if frame.name == cell.name else f" in {name}"
    label = cell_label(cell)
    if session.breakpoints.is_program(path or "") and (path or "").endswith(".ipynb"):
        label += f", line {frame.line - cell.line + 1}"
    return f"{label}{inside} · {place}"


def cell_label(cell: NotebookCell) -> str:
    name = one_line(cell.name, 60)
    own = f"cell {cell.number}"
    return name if cell.number is None or name == own else f"{own} {name}"


def bounds(session: ConsoleSession, frame: StackFrame, text: ListedText) -> LineSpan:
    """Return the lines that belong to a frame: its cell's, where a file holds other things than code."""
    cell = session.cell_at(frame)
    if cell is not None and text.is_json:
        return LineSpan(cell.line, cell.end_line)
    return LineSpan(1, len(text))


async def show_source(session: ConsoleSession, frame: StackFrame) -> None:
    """Show the lines about a frame's, as far as its cell goes."""
    text = await session.texts.get(frame.source)
    if text is None or not 1 <= frame.line <= len(text):
        session.screen.say("    (no source)", "dim")
        return
    span = around(frame.line, CONTEXT, bounds(session, frame, text))
    session.screen.say("\n".join(source_lines(session, frame, text, span)))


async def _show_exception(session: ConsoleSession, stop: StoppedEvent) -> None:
    try:
        info = await session.client.request(
            "exceptionInfo", ExceptionInfoArguments(session.thread_id), ExceptionInfoResponse
        )
    except Refused:
        if stop.text:
            session.screen.show_text(f"    {one_line(stop.text, session.screen.width)}", "error")
        return
    name = info.details.type_name if info.details is not None else None
    message = info.description or (info.details.message if info.details is not None else None) or ""
    shown = f"{name or info.exception_id}: {message}" if message else name or info.exception_id
    session.screen.show_text(f"    {one_line(shown, 2 * session.screen.width)}", "error")


async def variables_of(session: ConsoleSession, frame: StackFrame) -> list[Variable]:
    """Return the first scope's variables that are values, and are not grouped away. Raises Refused."""
    scopes = await session.client.request("scopes", ScopesArguments(frame.id), ScopesResponse)
    for scope in scopes.scopes[:1]:
        found = await session.client.request(
            "variables", VariablesArguments(scope.variables_reference), VariablesResponse
        )
        return [it for it in found.variables if not _is_group(it)]
    return []


def _is_group(shown: Variable) -> bool:
    return (
        shown.presentation_hint is not None
        and shown.presentation_hint.kind == "virtual"
        and not shown.name.startswith("(")
    )


async def _show_locals(session: ConsoleSession, frame: StackFrame) -> None:
    try:
        found = await variables_of(session, frame)
    except Refused:
        return
    for it in found[:MOST_LOCALS]:
        session.screen.say(variable_line(session, it))
    if len(found) > MOST_LOCALS:
        session.screen.say(f"    … {len(found) - MOST_LOCALS} more: vars", "dim")


def variable_line(session: ConsoleSession, shown: Variable, style: str = "note") -> str:
    """Return `name = value` in a line."""
    name = one_line(shown.name, 40)
    value = one_line(shown.value, session.screen.width - len(name) - 7)
    style = "good" if shown.name.startswith(RETURNED) else style
    return f"    {session.screen.paint(name, style)} = {value}"


async def _show_displays(session: ConsoleSession) -> None:
    for expression, before in list(session.displays.items()):
        shown = shown_result(await watched(session, expression), session.screen.width)
        session.displays[expression] = shown
        if shown != before:
            old = f"  (was {before})" if before is not None else ""
            session.screen.say(f"    {one_line(expression, 60)}: {shown}{old}")


async def watched(session: ConsoleSession, expression: str) -> EvaluateResponse:
    """Return what `display` shows, a refusal's text in place of a value."""
    try:
        return await session.evaluate(expression, "watch")
    except Refused as refusal:
        return EvaluateResponse(f"** {refusal} **", 0)


def shown_result(response: EvaluateResponse, width: int) -> str:
    return one_line(response.result, width)


def _show_idle(session: ConsoleSession, stop: StoppedEvent) -> None:
    say, tell = session.screen.say, session.screen.show_text
    tell(f"* {one_line(stop.description or 'Idle', 2 * session.screen.width)}", "here")
    if not session.has_cells:
        return
    code = [it for it in session.cells if it.kind == "code" and it.problem is None]
    stale = [it for it in code if it.state not in ("done", "running", "queued")]
    for it in session.cells:
        if it.kind == "code" and it.problem is not None:
            tell(f"    {cell_label(it)} does not run: {one_line(it.problem, session.screen.width)}", "error")
    if stale:
        names = [
            f"{cell_label(it)} ({NOT_RUN_YET if it.state == 'new' else it.state})"
            for it in stale[:MOST_NAMED]
        ]
        more = f" and {len(stale) - MOST_NAMED} more" if len(stale) > MOST_NAMED else ""
        tell(f"    to run: {', '.join(names)}{more}")
    runs = "c runs these, " if stale else ""
    say(f"    {runs}n runs the next cell, s stops in it, q ends the session", "dim")


def _threads(ids: list[int]) -> str:
    return f"thread{'s' if len(ids) > 1 else ''} {', '.join(str(it) for it in ids)}"
