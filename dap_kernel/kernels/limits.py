"""How long the server waits for a kernel's answer, and how much of a kernel's text it takes.

A kernel is not trusted: code in it may hold the interpreter's lock, stop the agent's threads, or write to the
wire itself. Source of the times: a client takes a debugger for dead after some seconds.
"""

from typing import TypeVar

from ..agent.wire import messages as wire
from ..agent.wire.structs import AnyStruct

ANSWER_S = 5.0  # for what no user code answers, or only for as long as the agent lets it
TABLE_S = 15.0  # the agent gives a table less
QUICK_S = 1.0  # for what the agent's own thread answers at once: the client hears of it within 1.5 s

MOST_TOLD = 2**16  # characters of a text of a notification, or of why a command failed
MOST_ANSWERED = 2**22  # likewise of a reply: a file's source, say
CUT = "... ({} characters)"

T = TypeVar("T")


def limit_s(command: wire.Command) -> float | None:
    """Return how long to wait for the reply to a command, in seconds; None: as long as the user likes.

    That is for code of the user's own: cells, and what was typed; it can be cancelled, interrupted or quit.
    """
    match command:
        case wire.Start() | wire.RunCell() | wire.Exit() | wire.DrawPlots():
            return None
        case wire.Evaluate(context="watch" | "hover"):
            return ANSWER_S
        case wire.Evaluate() | wire.SetVariable() | wire.SetExpression():
            return None
        case wire.Table():
            return TABLE_S
        case wire.Threads() | wire.Pause():
            return QUICK_S
        case _:
            return ANSWER_S


def cut(value: T, most: int) -> T:
    """Return `value`, of types of the wire, with none of its texts and lists longer than about `most`."""
    if isinstance(value, str):
        return value if len(value) <= most else value[:most] + CUT.format(len(value))  # type: ignore[return-value]
    if isinstance(value, list):
        return [cut(it, most) for it in value[:most]]  # type: ignore[return-value]
    if isinstance(value, dict):
        return {cut(name, most): cut(it, most) for name, it in value.items()}  # type: ignore[return-value]
    if isinstance(value, AnyStruct):
        for name, it in vars(value).items():
            setattr(value, name, cut(it, most))
    return value
