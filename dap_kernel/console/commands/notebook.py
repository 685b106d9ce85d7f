"""The commands that the server's console has too, typed without their colon."""

from ...client.dap_client import Refused
from ..errors import CommandError
from ..registry import command
from ..session import ConsoleSession

CHAPTER = "The notebook"
RESUMES = ("run", "retry", "quit", "interrupt", "restart", "until")  # where nothing is said
RESUMES_S = 3.0  # for the word that the resume has come


async def in_console(session: ConsoleSession, line: str) -> None:
    """Have the server's console do `line`. Raises CommandError."""
    stop = session.stop if session.stops else None
    try:
        response = await session.evaluate(line)
    except Refused as refusal:
        raise CommandError(str(refusal)) from None
    if response.result.strip():
        session.screen.show_text(response.result.rstrip("\n"))
    elif stop is not None and line.removeprefix(":").split()[:1] in [[it] for it in RESUMES]:
        await session.leave_stop(stop, RESUMES_S)


@command("cells", "list the cells and what became of them", CHAPTER)
async def cells(session: ConsoleSession, argument: str) -> None:
    await in_console(session, ":cells")


@command(
    "run [WHICH]", "run what is stale, or: all, next, names, numbers, above LINE, ...", CHAPTER, takes="words"
)
async def run(session: ConsoleSession, argument: str) -> None:
    await in_console(session, f":run {argument}".rstrip())


@command("retry", "run again what failed or was not reached", CHAPTER)
async def retry(session: ConsoleSession, argument: str) -> None:
    await in_console(session, ":retry")


@command(":quit", "end the cell that runs, and only that", CHAPTER)
async def quit_cell(session: ConsoleSession, argument: str) -> None:
    await in_console(session, ":quit")


@command("interrupt", "raise KeyboardInterrupt in the cell that is stopped", CHAPTER)
async def interrupt(session: ConsoleSession, argument: str) -> None:
    await in_console(session, ":interrupt")


@command(
    "restart [now]",
    "start afresh; every breakpoint stays; now: although variables are lost",
    CHAPTER,
    takes="words",
)
async def restart(session: ConsoleSession, argument: str) -> None:
    await in_console(session, f":restart {argument}".rstrip())


@command("set OPTION VALUE", "change an option: justMyCode, whenDone, onRestart, ...", CHAPTER, takes="words")
async def set_option(session: ConsoleSession, argument: str) -> None:
    await in_console(session, f":set {argument}".rstrip())
