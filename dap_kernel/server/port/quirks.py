"""What single clients need beside what the protocol asks for."""

from contextlib import suppress

import msgspec

from ...protocol.capabilities import InitializeRequestArguments
from ...protocol.messages import Request


class Quirks(msgspec.Struct, frozen=True):
    hears_of_running: bool = False
    """Is told that a thread runs when it has started: it goes to no stop while such a thread is chosen."""
    keeps_stacks: bool = False
    """Is not asked to fetch stacks again: its cursor would go to the stop, away from what is typed."""
    shows_one_line: bool = False
    """Shows the last output alone: the end of a group, which has no text, would wipe it."""
    loses_in_groups: bool = False
    """Draws a group of outputs once: what is printed into it later is never shown."""
    has_tables: bool = False
    """Has a menu of ours for the variables that are tables, and is told which are."""
    draws_progress: bool = False
    """With our events: draws what a cell writes over, also where it shows the notebook as a file."""
    asks_in_watches: bool = False
    """Has a console and no watches, and yet says `watch` of what is typed there."""


_NONE = Quirks()
_OF = {
    "hx": Quirks(hears_of_running=True, shows_one_line=True),  # Helix
    "qdap": Quirks(asks_in_watches=True),  # Kate
    "vscode": Quirks(draws_progress=True, keeps_stacks=True, loses_in_groups=True, has_tables=True),
}


def quirks_of(client: InitializeRequestArguments) -> Quirks:
    """Return what a client needs, by its `clientID`; by its `adapterID` if it has none."""
    return _OF.get(client.client_id or client.adapter_id, _NONE)


def as_meant(request: Request, quirks: Quirks) -> Request:
    """Return what a client means by a request of its own."""
    if not quirks.asks_in_watches or request.command != "evaluate":
        return request
    with suppress(msgspec.MsgspecError):  # whoever answers it says so
        arguments = msgspec.json.decode(request.arguments, type=dict[str, object])
        if arguments.get("context") == "watch":
            arguments["context"] = "repl"
            return Request(request.seq, request.command, msgspec.Raw(msgspec.json.encode(arguments)))
    return request
