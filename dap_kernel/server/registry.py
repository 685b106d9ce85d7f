"""Which requests are answered: their typed arguments, conditions and capabilities, declared together.

Knows no request. The chapters in `requests/` fill the one registry.
"""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec

from ..protocol.capabilities import Capabilities
from ..protocol.messages import Body

NOTHING = Capabilities()


class Then(msgspec.Struct, frozen=True):
    """A response, and what to do once it is sent: resume, say, so that no stop overtakes it."""

    body: Body | None
    do: Callable[[], None]


class Answer(msgspec.Struct, frozen=True):
    """What a request comes to: a body, or an error; and what to do once that is sent."""

    body: Body | None = None
    error: str | None = None
    do: Callable[[], None] | None = None


Run = Callable[[Any, Any], Awaitable[Body | Then | None]]
AnyRun = TypeVar("AnyRun", bound=Run)


class Handler(msgspec.Struct, frozen=True):
    """One request: what it takes, when it may run, what having it lets a client do."""

    run: Run
    arguments: type
    stopped: bool
    offers: Capabilities


class Registry:
    """The requests this server answers."""

    def __init__(self) -> None:
        self.handlers: dict[str, Handler] = {}  # by command, as DAP names it

    def request(
        self, command: str, *, stopped: bool = False, offers: Capabilities = NOTHING
    ) -> Callable[[AnyRun], AnyRun]:
        """Register the decorated coroutine function as the handler of `command`.

        The annotation of its `args` parameter says how to decode the arguments.
        With `stopped`, the request fails with "notStopped" while no thread is stopped.
        """

        def register(run: AnyRun) -> AnyRun:
            if command in self.handlers:
                raise ValueError(f"{command!r} has a handler already")
            arguments = inspect.signature(run).parameters["args"].annotation
            self.handlers[command] = Handler(run, arguments, stopped, offers)
            return run

        return register

    def capabilities(self) -> Capabilities:
        """What the registered handlers, together, offer."""
        offered: dict[str, object] = {}
        for handler in self.handlers.values():
            offered |= msgspec.to_builtins(handler.offers)  # defaults are omitted
        return msgspec.convert(offered, Capabilities)


registry = Registry()
