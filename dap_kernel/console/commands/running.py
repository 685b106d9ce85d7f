"""Commands after which the program runs: continue, steps, jumps. They know nothing of what is shown then."""

from ...protocol.execution import (
    ContinueArguments,
    GotoArguments,
    GotoTargetsArguments,
    GotoTargetsResponse,
    NextArguments,
    StepInArguments,
    StepOutArguments,
)
from ..errors import CommandError
from ..registry import command, count
from ..session import ConsoleSession
from .notebook import in_console

CHAPTER = "Running"


@command(
    "n/next", "run the line, and stop at the next one; when idle, run the next cell", CHAPTER, repeats=True
)
async def step_over(session: ConsoleSession, argument: str) -> None:
    _takes_nothing("n", argument)
    await session.resume("next", NextArguments(_thread(session)))


@command("s/step", "stop in the function that is called; when idle, in the next cell", CHAPTER, repeats=True)
async def step_in(session: ConsoleSession, argument: str) -> None:
    _takes_nothing("s", argument)
    await session.resume("stepIn", StepInArguments(_thread(session)))


@command("r/return/finish", "run to the end of the function, and stop at its caller", CHAPTER, repeats=True)
async def step_out(session: ConsoleSession, argument: str) -> None:
    _takes_nothing("r", argument)
    await session.resume("stepOut", StepOutArguments(_thread(session)))


@command("c/cont/continue", "run on; when idle, run what is stale", CHAPTER)
async def continue_(session: ConsoleSession, argument: str) -> None:
    _takes_nothing("c", argument)
    await session.resume("continue", ContinueArguments(_thread(session)))


@command("unt/until [LINE]", "run to LINE, or to a line further down", CHAPTER, takes="words", repeats=True)
async def until(session: ConsoleSession, argument: str) -> None:
    line = count(argument, session.frame.line + 1)
    await in_console(session, f":until {line}")


@command("j/jump LINE", "go on from LINE, skipping what is between", CHAPTER, takes="words")
async def jump(session: ConsoleSession, argument: str) -> None:
    """DAP's "gotoTargets" and "goto". Raises CommandError where the line cannot be jumped to."""
    if not argument:
        raise CommandError("usage: j LINE")
    source = session.frame.source
    if source is None:
        raise CommandError("this frame has no source")
    wanted = GotoTargetsArguments(source, count(argument))
    found = await session.ask("gotoTargets", wanted, GotoTargetsResponse)
    if not found.targets:
        raise CommandError(
            f"line {argument} cannot be jumped to: choose one with code, in the function that is stopped"
        )
    await session.resume("goto", GotoArguments(_thread(session), found.targets[0].id))


def _thread(session: ConsoleSession) -> int:
    return session.stop.thread_id or session.thread_id


def _takes_nothing(name: str, argument: str) -> None:
    if argument:
        raise CommandError(f"{name} takes no argument; `!{name} {argument}` is Python")
