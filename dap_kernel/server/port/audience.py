"""Who hears a session's events beside its client: the companions that are there.

Knows neither how they are reached nor which events they want.
"""

from typing import Protocol

from ...protocol.messages import EventBody


class EventHearer(Protocol):
    """One of the audience."""

    def send_event(self, event: EventBody) -> None:
        """Tell of an event, if it is one that this hearer wants. May leave the audience meanwhile."""

    def breakpoints_changed(self) -> None:
        """Tell how the breakpoints are now: the client has set them, and so hears of no event."""


class Audience:
    """The hearers, in the order in which they came."""

    def __init__(self) -> None:
        self._hearers: list[EventHearer] = []

    def __len__(self) -> int:
        return len(self._hearers)

    def join(self, hearer: EventHearer) -> None:
        self._hearers.append(hearer)

    def leave(self, hearer: EventHearer) -> None:
        self._hearers.remove(hearer)

    def send_event(self, event: EventBody) -> None:
        """Tell every hearer of an event, be it one that the client is not sent."""
        for hearer in list(self._hearers):
            hearer.send_event(event)

    def breakpoints_changed(self) -> None:
        """Tell every hearer how the breakpoints are now."""
        for hearer in list(self._hearers):
            hearer.breakpoints_changed()
