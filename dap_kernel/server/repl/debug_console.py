"""The console beside Python: colon commands, found by their names and completed.

A line that starts with a colon is a command, also while `input()` waits; `::` sends a colon. Knows no
command: those are in `commands.py`.
Source: docs/console.md, "Colon commands, in every editor".
"""

from ...protocol.variables import CompletionItem, EvaluateResponse
from ..errors import DapError
from ..registry import Then
from ..session import Session
from .commands import COMMANDS


async def do_command(session: Session, line: str, frame_id: int | None) -> Then | EvaluateResponse:
    """Do a colon command, typed while the client looks at a frame. Raises DapError."""
    name, _, rest = line.strip().removeprefix(":").strip().partition(" ")
    if not name:
        raise DapError("a command's name follows the colon; :help lists them")
    command = COMMANDS.get(name)
    if command is None:
        near = [it for it in COMMANDS if name and it.startswith(name)]
        if len(near) != 1:
            raise DapError(_unknown(name))
        command = COMMANDS[near[0]]
    words = [rest.strip()] if command.takes_text and rest.strip() else rest.split()
    answer = await command.run(session, words, frame_id)
    response = EvaluateResponse(answer.text, 0)
    return response if answer.then is None else Then(response, answer.then)


def complete_command(session: Session, text: str, first_column: int) -> list[CompletionItem]:
    """Return completions of a colon command; `text` is the line up to the cursor."""
    name, space, rest = text.lstrip().removeprefix(":").partition(" ")
    indent = len(text) - len(text.lstrip())
    if not space:
        found = [f":{it}" for it in COMMANDS if it.startswith(name)]
        return [
            CompletionItem(it, type="keyword", start=first_column + indent, length=len(name) + 1)
            for it in found
        ]
    words = rest.split(" ")
    command = COMMANDS.get(name)
    options = command.words(session, words[:-1]) if command is not None else []
    start = len(text) - len(words[-1])
    return [
        CompletionItem(it, type="value", start=first_column + start, length=len(words[-1]))
        for it in options
        if it.startswith(words[-1])
    ]


def _unknown(name: str) -> str:
    from difflib import get_close_matches  # late: it is slow to import

    near = get_close_matches(name.lower(), COMMANDS, n=1)
    meant = f"did you mean :{near[0]}? " if near else ""
    return f"there is no command :{name}; {meant}:help lists them"


def is_command(text: str) -> bool:
    stripped = text.lstrip()
    return stripped.startswith(":") and not stripped.startswith("::")
