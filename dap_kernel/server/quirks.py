"""What single clients need beside what the protocol asks for."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Quirks:
    hears_of_running: bool = False
    """Is told that a thread runs when it has started: it goes to no stop while such a thread is chosen."""
    keeps_stacks: bool = False
    """Is not asked to fetch stacks again: its cursor would go to the stop, away from what is typed."""


_NONE = Quirks()
_OF = {
    "hx": Quirks(hears_of_running=True),  # Helix
    "vscode": Quirks(keeps_stacks=True),
}


def quirks_of(client_id: str | None) -> Quirks:
    """Return what the client needs that calls itself `client_id` in `initialize`."""
    return _OF.get(client_id or "", _NONE)
