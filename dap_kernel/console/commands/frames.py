"""Commands that look at the stack, at threads and at sources."""

import re

from ...client.dap_client import Refused
from ...protocol.stack import StackFrame
from ..errors import CommandError
from ..listing import LineSpan, ListedText, around, function_at
from ..registry import command, count
from ..session import ConsoleSession
from ..source_lines import source_lines
from ..stop_view import bounds, show_frame, variable_line, variables_of, where

CHAPTER = "Looking around"
MOST = 50  # frames
LISTED = 11  # lines


@command("w/where/bt", "show the stack, the frame looked at marked", CHAPTER)
async def stack(session: ConsoleSession, argument: str) -> None:
    """The newest frame is printed last, where the prompt is; its index is 0. At most `MOST` are shown."""
    if not session.frames:
        raise CommandError("there is no frame to look at")
    for index in reversed(range(min(len(session.frames), MOST))):
        frame = session.frames[index]
        mark = "->" if index == session.selected else "  "
        style = "here" if mark == "->" else "dim" if frame.presentation_hint == "subtle" else None
        session.screen.say(f"{mark} [{index}] {where(session, frame)}", style)
    if session.total_frames > MOST:
        session.screen.say(f"   … {session.total_frames - MOST} older ones", "dim")


@command("u/up [COUNT]", "look at the frame that called this one", CHAPTER, takes="words", repeats=True)
async def up(session: ConsoleSession, argument: str) -> None:
    await _select(session, session.selected + count(argument), "this is the oldest frame")


@command("d/down [COUNT]", "look at the frame that this one called", CHAPTER, takes="words", repeats=True)
async def down(session: ConsoleSession, argument: str) -> None:
    await _select(session, session.selected - count(argument), "this is the newest frame")


async def _select(session: ConsoleSession, wanted: int, end: str) -> None:
    nearest = max(0, min(wanted, len(session.frames) - 1))
    if nearest == session.selected:
        raise CommandError(end if session.frames else "there is no frame to look at")
    session.look_at_frame(nearest)
    await show_frame(session)


@command(
    "l/list [FIRST[, LAST] | .]",
    "show source: further down, from a line, or round this one",
    CHAPTER,
    takes="words",
    repeats=True,
)
async def list_(session: ConsoleSession, argument: str) -> None:
    """Without an argument it shows what follows what was shown last, within the function or the cell."""
    frame, text = await _text(session)
    within = bounds(session, frame, text)
    span = _asked(argument, session.listed, frame.line, within)
    if span.first > within.last or span.last < within.first:
        raise CommandError("there is no more source")
    span = LineSpan(max(span.first, within.first), min(span.last, within.last))
    session.note_listed(span.last)
    session.screen.say("\n".join(source_lines(session, frame, text, span)))


def _asked(argument: str, listed: int | None, line: int, within: LineSpan) -> LineSpan:
    if not argument and listed is not None:
        return LineSpan(listed + 1, listed + LISTED)
    if argument in ("", "."):
        return around(line, LISTED // 2, within)
    found = re.fullmatch(r"(\d{1,9})(?:\s*,\s*(\d{1,9}))?", argument)
    if found is None:
        raise CommandError("usage: l [FIRST[, LAST] | .]")
    first, last = int(found[1]), int(found[2] or 0)
    if not last:
        return LineSpan(first, first + LISTED - 1)
    return LineSpan(first, last if last >= first else first + last)  # as in pdb: then it is a count


@command("ll/longlist", "show the function, or the cell", CHAPTER)
async def long_list(session: ConsoleSession, argument: str) -> None:
    frame, text = await _text(session)
    span, _ = _function(session, frame, text) or (_cell(session, frame, text), [])
    session.note_listed(span.last)
    session.screen.say("\n".join(source_lines(session, frame, text, span)))


@command("a/args", "show the arguments of the function", CHAPTER)
async def arguments(session: ConsoleSession, argument: str) -> None:
    """The parameters are found in the text of the function; their values are those of now."""
    frame, text = await _text(session)
    found = _function(session, frame, text)
    try:
        values = {it.name: it for it in await variables_of(session, frame)}
    except Refused as refusal:
        raise CommandError(str(refusal)) from None
    shown = [values[it] for it in found[1] if it in values] if found else []
    for it in shown:
        session.screen.say(variable_line(session, it))
    if not shown:
        session.screen.say("there are no arguments here")


@command("threads", "list the threads", CHAPTER)
async def threads(session: ConsoleSession, argument: str) -> None:
    """The thread that commands are about is marked. The ids are the server's."""
    try:
        found = (await session.threads()).threads
    except Refused as refusal:
        raise CommandError(str(refusal)) from None
    for it in found:
        stop = session.stops.get(it.id)
        mark = "->" if it.id == session.thread_id and stop else "  "
        session.screen.show_text(f"{mark} {it.id} {it.name} ({stop.reason if stop else 'running'})")


@command("thread NUMBER", "look at another stopped thread", CHAPTER, takes="words")
async def thread(session: ConsoleSession, argument: str) -> None:
    wanted = count(argument, session.thread_id)
    if wanted not in session.stops:
        raise CommandError(f"thread {wanted} is not stopped")
    session.look_at_thread(wanted)


async def _text(session: ConsoleSession) -> tuple[StackFrame, ListedText]:
    frame = session.frame
    text = await session.texts.get(frame.source)
    if text is None:
        raise CommandError("this frame has no source")
    return frame, text


def _cell(session: ConsoleSession, frame: StackFrame, text: ListedText) -> LineSpan:
    cell = session.cell_at(frame)
    return LineSpan(cell.line, min(cell.end_line, len(text))) if cell is not None else LineSpan(1, len(text))


def _function(
    session: ConsoleSession, frame: StackFrame, text: ListedText
) -> tuple[LineSpan, list[str]] | None:
    """Return the function that a frame is in; a frame at a cell's level is in none."""
    cell = session.cell_at(frame)
    if (cell is not None and frame.name == cell.name) or frame.name == "<module>":
        return None
    return function_at(text, _cell(session, frame, text), frame.line)
