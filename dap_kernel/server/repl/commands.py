"""The console's colon commands: what each does, and how its words are completed.

Each declines by DapError. Source: docs/console.md, "Colon commands, in every editor".
"""

from collections.abc import Awaitable, Callable

import msgspec

from ...agent.wire import messages as wire
from ...notebook.source.text import whole_number
from ...protocol.notebook import NOT_RUN_YET, KernelStateName
from ...protocol.tables import TEXT_ROWS
from ..arguments.debug_options import SETTABLE
from ..arguments.launch_arguments import RunSpec, checked_run
from ..errors import DapError
from ..flows.restarting import restart
from ..flows.resuming import resume
from ..flows.text_changes import notice_edits, tell_breakpoints
from ..kernel.session_kernel import need
from ..run.selection import NOTHING, NOTHING_NEXT, NOTHING_STALE
from ..session import Session
from .table_pager import page_lines

KERNEL_WORDS: dict[KernelStateName, str] = {
    "notStarted": "has not started yet",
    "starting": "is starting",
    "idle": "is idle",
    "busy": "is running a cell",
    "stopped": "is stopped",
    "dead": "has ended; run a cell, or :restart, to start another",
}
DISPLAY = "display(x) shows a value as a cell's last line is shown, a data frame, say; also at a stop"
ELSE = "anything else is Python, in the frame that is looked at; :: sends a colon"


class CommandAnswer(msgspec.Struct, frozen=True):
    """A command's answer, and what to do once it is sent."""

    text: str
    then: Callable[[], None] | None = None


Run = Callable[[Session, list[str], int | None], Awaitable[CommandAnswer]]  # words, and the id of a frame


def no_words(session: Session, before: list[str]) -> list[str]:
    return []


class Command(msgspec.Struct, frozen=True):
    usage: str
    about: str
    run: Run
    words: Callable[[Session, list[str]], list[str]] = no_words
    takes_text: bool = False  # what follows is one word: its spaces count


async def cells(session: Session, words: list[str], frame_id: int | None) -> CommandAnswer:
    """A line for each code cell and each that cannot be read: how it stands, its name, what went wrong."""
    lines = []
    for cell in session.runner.notebook.cells:
        if cell.is_code or cell.flaw is not None:
            it = session.cell_events.described(cell)
            error = it.error if it.state == "failed" else it.problem if it.state == "new" else None
            took = f" ({it.duration_s:.2f} s)" if it.duration_s is not None else ""
            what = f"{it.name}{took}{f': {error}' if error else ''}"
            lines.append(f"{it.number or '':>4}  {NOT_RUN_YET if it.state == 'new' else it.state:<11} {what}")
    return CommandAnswer("\n".join(lines) or "there are no cells")


async def run(session: Session, words: list[str], frame_id: int | None) -> CommandAnswer:
    return _run(session, _spec(words))


async def retry(session: Session, words: list[str], frame_id: int | None) -> CommandAnswer:
    """Run what has run and is not done: it failed, was interrupted or is stale. Raises DapError."""
    need(session.kernel.traits.no_cells)
    records = session.run_state.records.by_id
    ids = [id for id, it in records.items() if it.state not in ("done", "running")]
    if not ids:
        raise DapError("no cell has failed")
    return _run(session, {"cells": list(ids)})


def _spec(words: list[str]) -> RunSpec:
    match words:
        case []:
            return "stale"
        case ["all" | "stale" | "next"]:
            return words[0]
        case ["above" | "below" | "at" as word, number] if (line := whole_number(number)) is not None:
            return checked_run({word: line})
        case ["above" | "below" | "at" as word]:
            raise DapError(f"usage: :run {word} LINE")
    return {"cells": list(words)}


def _run(session: Session, spec: RunSpec) -> CommandAnswer:
    need(session.kernel.traits.no_cells)
    if any(not it.is_idle for it in session.threads.stops.values()):
        raise DapError("a cell is stopped: continue it, or end it by :quit, first")
    notice_edits(session)
    chosen = session.runner.choose(spec)
    if not chosen:
        return CommandAnswer({"stale": NOTHING_STALE, "next": NOTHING_NEXT}.get(str(spec), NOTHING))
    return CommandAnswer("", lambda: session.runner.start(chosen))


async def quit_cell(session: Session, words: list[str], frame_id: int | None) -> CommandAnswer:
    need(session.kernel.traits.no_breaking_off)
    if not session.run_state.is_busy:
        raise DapError("no cell runs")
    return CommandAnswer("", lambda: session.runner.break_off(wire.Quit(wire.MAIN_THREAD)))


async def interrupt(session: Session, words: list[str], frame_id: int | None) -> CommandAnswer:
    need(session.kernel.traits.no_breaking_off)
    if not session.run_state.is_busy:
        raise DapError("no cell runs")
    return CommandAnswer("", lambda: session.runner.break_off(wire.Interrupt()))


async def restart_kernel(session: Session, words: list[str], frame_id: int | None) -> CommandAnswer:
    if words not in ([], ["now"]):
        raise DapError("usage: :restart [now]")
    if not words and (ran := _would_lose(session)):
        raise DapError(f"{ran} run in this kernel, whose variables are lost by a restart: say :restart now")
    return CommandAnswer("", await restart(session, None))


def _would_lose(session: Session) -> str | None:
    """Return what has run of a notebook in a kernel that a restart would end: "2 cells have"."""
    main, run = session.documents.main, session.run_state
    keeps_kernel = session.options.args.on_restart != "kernel" or session.kernel.live is None
    if keeps_kernel or main is None or not main.notebook.traits.has_cells:
        return None
    count = sum(it.has_begun for it in run.records.by_id.values())
    if count:
        return "a cell has" if count == 1 else f"{count} cells have"
    return "code from the console has" if run.has_console_run else None


async def reload(session: Session, words: list[str], frame_id: int | None) -> CommandAnswer:
    reloaded = await session.imported.reload(words)
    said = f"reloaded {', '.join(reloaded)}" if reloaded else "no imported module has changed"
    return CommandAnswer(said, session.port.invalidate)


async def variables(session: Session, words: list[str], frame_id: int | None) -> CommandAnswer:
    found = await session.frames.top_variables()
    width = max((len(it.name) for it in found), default=0)
    lines = [f"{it.name:<{width}}  {it.type}: {it.value}" for it in found]
    return CommandAnswer("\n".join(lines) or "there are no variables")


async def table(session: Session, words: list[str], frame_id: int | None) -> CommandAnswer:
    return CommandAnswer(await page_lines(session, words, frame_id))


async def plots(session: Session, words: list[str], frame_id: int | None) -> CommandAnswer:
    frame = await session.frames.top_frame_id()
    is_there = session.kernel.live is not None
    count = await session.kernel.call(wire.DrawPlots(frame), int) if is_there else 0
    return CommandAnswer(f"{count} figure{'s' if count != 1 else ''}" if count else "no figure is open")


async def where(session: Session, words: list[str], frame_id: int | None) -> CommandAnswer:
    """Say what the kernel does, and the stack of each thread that is stopped."""
    stops = [it for it in session.threads.stops.values() if not it.is_idle]
    traits, state = session.kernel.traits, session.kernel_state_events.state
    runs_by_itself = state == "busy" and traits.runs_by_itself
    lines = [f"{traits.noun} {'runs' if runs_by_itself else KERNEL_WORDS[state]}"]
    if session.run_state.current is not None and not runs_by_itself:
        line = session.live_line.in_words()
        lines.append(f"{session.run_state.current.name} runs" + (f", {line}" if line and not stops else ""))
    for stop in stops:
        lines.append(f"thread {stop.thread} is stopped ({stop.reason}):")
        shown = await session.client_frames.stack(stop, None, just_my_code=session.options.args.just_my_code)
        lines += [f"  {it.name}, {it.source.name if it.source else '?'}:{it.line}" for it in shown]
    return CommandAnswer("\n".join(lines))


async def until(session: Session, words: list[str], frame_id: int | None) -> CommandAnswer:
    """Go on until a line of the source that is shown, as if a breakpoint stood there once.

    The thread goes on only after the answer. It is the first that is stopped in a cell.
    """
    line = whole_number(words[0]) if len(words) == 1 else None
    if line is None:
        raise DapError("usage: :until LINE")
    stops = [it for it in session.threads.stops.values() if not it.is_idle]
    if not stops:
        raise DapError("nothing is stopped in a cell: set a breakpoint and run it")
    stop = stops[0]
    location = session.sources.locate(stop.filename, stop.line)
    if location is None:
        raise DapError("this place has no source")
    problem = session.breakpoints.set_until(location.source, line)
    if problem is not None:
        raise DapError(problem)
    tell_breakpoints(session)
    return CommandAnswer("", lambda: resume(session, stop.thread))


async def set_option(session: Session, words: list[str], frame_id: int | None) -> CommandAnswer:
    """Change a launch argument, for the kernel that runs and for one after a restart."""
    if len(words) != 2 or words[0] not in SETTABLE:
        raise DapError(f"usage: :set OPTION VALUE, where OPTION is one of {', '.join(SETTABLE)}")
    name, value = words
    session.options.change(name, value)
    session.kernel.send_command(session.options.configure())
    if (how := session.kernel.how) is not None:  # for the kernel after a restart
        session.kernel.will_start(how.with_start(session.options.in_start(how.start)))
    return CommandAnswer(f"{name} is {value}", session.port.invalidate)


async def help_(session: Session, words: list[str], frame_id: int | None) -> CommandAnswer:
    width = max(len(it.usage) for it in COMMANDS.values())
    main = session.documents.main
    shows_values = main is not None and main.notebook.traits.shows_last_value
    lines = [f"{it.usage:<{width}}  {it.about}" for it in COMMANDS.values()]
    return CommandAnswer("\n".join([*lines, *([DISPLAY] if shows_values else []), ELSE]))


def _cell_words(session: Session, before: list[str]) -> list[str]:
    names = [it.name for it in session.runner.notebook.cells if it.is_code and " " not in it.name]
    return names if before else ["all", "stale", "next", "above", "below", "at", *names]


def _module_words(session: Session, before: list[str]) -> list[str]:
    return session.imported.names


def _option_words(session: Session, before: list[str]) -> list[str]:
    if not before:
        return list(SETTABLE)
    values = {
        "liveLine": ["events", "output", "off"],
        "whenDone": ["stay", "end"],
        "whenIdle": ["stopped", "running"],
        "onRestart": ["kernel", "stale", "all"],
    }
    return values.get(before[0], ["true", "false"])


COMMANDS: dict[str, Command] = {
    "cells": Command(":cells", "list the cells and what became of them", cells),
    "run": Command(":run [which]", "run what is stale, or: all, next, numbers or names", run, _cell_words),
    "retry": Command(":retry", "run again what failed or was not reached", retry),
    "quit": Command(":quit", "end the cell that runs, and only that", quit_cell),
    "interrupt": Command(":interrupt", "raise KeyboardInterrupt in the cell that runs", interrupt),
    "restart": Command(
        ":restart [now]",
        "start afresh, as the launch configuration says; now: although variables are lost",
        restart_kernel,
        lambda session, before: [] if before else ["now"],
    ),
    "reload": Command(
        ":reload [MODULE]", "import again what has changed, or that module", reload, _module_words
    ),
    "plots": Command(":plots", "draw matplotlib's open figures as they are now, also at a stop", plots),
    "vars": Command(":vars", "list the names of the stopped frame, or of the notebook", variables),
    "table": Command(
        ":table [NAME [START]]",
        f"show a table, {TEXT_ROWS} rows at a time; alone: the next ones",
        table,
        takes_text=True,
    ),
    "where": Command(":where", "show what runs and where it is stopped", where),
    "until": Command(":until LINE", "continue to that line of the source shown", until),
    "set": Command(":set OPTION VALUE", "change an option of this session", set_option, _option_words),
    "help": Command(":help", "list the commands", help_),
}
