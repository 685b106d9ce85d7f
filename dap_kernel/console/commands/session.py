"""Commands on the session itself."""

from ..errors import CommandError
from ..registry import COMMANDS, command
from ..session import ConsoleSession

CHAPTER = "The session"
CHAPTERS = ("Running", "Breakpoints", "Looking around", "Looking at values", "The notebook", CHAPTER)
TAIL = """\
Anything else is Python, evaluated in the frame looked at; a statement may go over several lines. `!` before a
line says that it is Python. A line that starts with a colon goes to the server: `:help` lists what it knows.
An empty line repeats n, s, r, unt, u, d and l. Ctrl-C stops what runs; once more: KeyboardInterrupt; a third
time: the end. Ctrl-C at the prompt drops the line, Ctrl-D ends the session."""


@command("h/help/? [COMMAND]", "explain a command, or list them", CHAPTER, takes="words")
async def help_(session: ConsoleSession, argument: str) -> None:
    """Each usage is listed once, in its chapter, in the order in which the commands were defined."""
    if argument:
        found = COMMANDS.get(argument)
        if found is None:
            raise CommandError(f"there is no command {argument!r}; `!help({argument})` asks Python")
        session.screen.say(f"{found.usage}: {found.about}")
        return
    known = list({it.usage: it for it in COMMANDS.values()}.values())
    width = max(len(it.usage.split()[0]) for it in known) + 8
    for chapter in CHAPTERS:
        session.screen.say(chapter, "bold")
        for it in known:
            if it.chapter == chapter:
                gap = "" if len(it.usage) < width else f"\n  {' ' * width}"
                session.screen.say(f"  {it.usage:<{width}}{gap}{it.about}")
    session.screen.say(TAIL)


@command("q/quit/exit", "end the session, and the program with it", CHAPTER)
async def quit_(session: ConsoleSession, argument: str) -> None:
    session.ask_to_leave()
