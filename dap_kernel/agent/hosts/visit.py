"""A debugger's visit to a process that runs by itself: from the wire's first command to its end.

There are two threads of ours meanwhile, the agent's and the writer. Knows no kind of host.
"""

from collections.abc import Callable, Collection
from typing import Protocol

from ..common.options import ClientOptions
from ..debuggee.threads import UserThreads
from ..debuggee.user_code import UserCode
from ..dispatch.agent import Agent
from ..dispatch.host import Host
from ..dispatch.timers import DueCalls
from ..link.channel import Channel
from ..link.sender import Sender
from ..wire.codec import decode_command
from ..wire.messages import Note, Start

_TICK_S = 0.25  # how often what is watched is put right, and threads that have ended are told


class VisitedHost(Host, Protocol):
    """A host that is there before the debugger, and after it. On the agent thread."""

    def user_code(self) -> UserCode:
        """Return what tells the user's code from the rest."""
        ...

    def begin(self, agent: Agent) -> None:
        """The agent is there: lend it what it is to be told."""

    def end(self) -> None:
        """Nobody debugs any more: all that was changed for it is put back."""


MakeHost = Callable[[Sender, UserThreads, Start], VisitedHost]


class NoteOutput:
    """What log points say, as notes to the client: the process's own streams are not ours."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def flush(self) -> None:
        """See `StopOutput`: what the program has printed is where it prints."""

    def emit_log(self, text: str, filename: str, line: int) -> None:
        """See `StopOutput`."""
        self._sender.emit(Note(text))


def begin_visit(
    wire_fd: int, make_host: MakeHost, on_left: Callable[[], None], listeners: Collection[int]
) -> None:
    """Have the server at the other end of a stream socket debug this process, until it closes the connection.

    `wire_fd` is closed and replaced. Returns at once, on any thread: the agent's thread does the rest.
    `on_left` is called when all is put back, before the connection's end is closed here. `listeners`: the
    idents of threads that wait for debuggers, which are not the program's.
    """
    channel, threads, calls = Channel(wire_fd, is_vital=False), UserThreads(), DueCalls()
    threads.own.update(listeners)
    channel.start(_Visit(Sender(channel), threads, calls, make_host, on_left), threads.own, calls.do_due)


class _Visit:
    """A listener of the channel: makes the agent with the first command, and ends it with the connection."""

    def __init__(
        self,
        sender: Sender,
        threads: UserThreads,
        calls: DueCalls,
        make_host: MakeHost,
        on_left: Callable[[], None],
    ) -> None:
        self._sender = sender
        self._threads = threads
        self._calls = calls
        self._make_host = make_host
        self._on_left = on_left
        self._host: VisitedHost | None = None
        self._agent: Agent | None = None

    def on_frame(self, body: bytes) -> None:
        """Take one frame."""
        if self._agent is not None:
            self._agent.on_frame(body)
            return
        id, command = decode_command(body)
        if isinstance(command, Start):
            host = self._host = self._make_host(self._sender, self._threads, command)
            options, user_code = ClientOptions(command), host.user_code()
            self._agent = Agent(
                host, command, options, self._sender, self._threads, user_code, self._calls.after
            )
            self._agent.begin()
            host.begin(self._agent)
            self._tick(self._agent)
            self._sender.reply(id)

    def _tick(self, agent: Agent) -> None:
        self._calls.after(_TICK_S, lambda: self._tick(agent))  # first: one look that fails is not the last
        agent.tick()

    def on_lost(self) -> None:
        """The connection has ended."""
        try:
            if self._agent is not None:
                self._agent.end()
            if self._host is not None:
                self._host.end()
        finally:
            self._on_left()

    def on_found(self) -> None:
        """There is never another one."""
