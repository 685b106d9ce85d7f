"""A debugger's visit to a process that runs by itself: from the wire's first command to its end.

There are two threads of ours meanwhile, the agent's and the writer. A forked child is as if nobody had been
there. The function that Python calls in such children cannot be taken back: it is registered once for each
time that the agent is loaded, does nothing while nobody visits, and holds nothing of ours after. Knows no
kind of host.
"""

import os
from _thread import allocate_lock
from collections.abc import Callable, Collection
from contextlib import suppress
from itertools import count
from typing import Protocol

from ..common.errors import one_line
from ..common.locks import free_locks
from ..common.options import ClientOptions
from ..debuggee.threads import UserThreads
from ..debuggee.user_code import UserCode
from ..dispatch.agent import Agent
from ..dispatch.host import Host
from ..dispatch.timers import DueCalls
from ..link.channel import Channel
from ..link.sender import Sender
from ..wire.codec import decode_command
from ..wire.messages import LogPrinted, Start

_place = allocate_lock()  # taken by who visits: two debuggers may come at once, on two threads
_visits: list["_Visit"] = []  # at most one
_in_child: list[Callable[[], None]] = []  # what a forked child calls
_at_fork: list[Callable[[], object]] = []  # once it is registered
_AT_ONCE = 256  # messages of log points that nobody waits for
_DRAINED_S = 1.0  # for which a thread waits for the server to read them
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


class WireOutput:
    """What log points say, over the wire: the process's own streams are not ours.

    Now and then a thread waits for what is on its way: a log point in a hot loop is not to fill the process's
    memory where the server is slower.
    """

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._numbers = count(1)

    def flush(self) -> None:
        """See `StopOutput`: what the program has printed is where it prints."""

    def emit_log(self, text: str, filename: str, line: int) -> None:
        """See `StopOutput`."""
        self._sender.emit(LogPrinted(text, filename, line))
        if next(self._numbers) % _AT_ONCE == 0:
            self._sender.drain(_DRAINED_S)


def begin_visit(
    wire_fd: int,
    make_host: MakeHost,
    on_left: Callable[[], None],
    listeners: Collection[int],
    around: Callable[[Callable[[], None]], None] = lambda work: work(),
) -> None:
    """Have the server at the other end of a stream socket debug this process, until it closes the connection.

    `wire_fd` is closed and replaced. Returns at once, on any thread: the agent's thread does the rest.
    `on_left` is called when all is put back, before the connection's end is closed here. `listeners`: the
    idents of threads that wait for debuggers, which are not the program's. Raises RuntimeError, and leaves
    `wire_fd` as it is, while another server debugs the process.
    """
    if not _place.acquire(blocking=False):
        raise RuntimeError("this process is being debugged already: end that debug session first")
    try:
        channel, threads, calls = Channel(wire_fd, is_vital=False), UserThreads(), DueCalls()
    except BaseException:
        _place.release()
        raise
    threads.own.update(listeners)
    visit = _Visit(channel, threads, calls, make_host, on_left)
    _visits.append(visit)
    _in_child[:] = [_leave_child]
    if not _at_fork:
        _at_fork.append(_caller(_in_child))
        os.register_at_fork(after_in_child=_at_fork[0])
    channel.start(visit, threads.own, calls.do_due, around)


def _caller(functions: list[Callable[[], None]]) -> Callable[[], object]:
    """Return a function that calls what is in a list by then, and holds nothing of ours beside that."""
    found: Callable[[], object] = eval("lambda: [it() for it in functions]", {"functions": functions})
    return found


def _leave_child() -> None:
    """In a forked child: nobody debugs it."""
    while _visits:
        _visits.pop().leave_child()
    if _place.locked():  # also by a visit that another thread was about to begin
        _place.release()


class _Visit:
    """A listener of the channel: makes the agent with the first command, and ends it with the connection."""

    def __init__(
        self,
        channel: Channel,
        threads: UserThreads,
        calls: DueCalls,
        make_host: MakeHost,
        on_left: Callable[[], None],
    ) -> None:
        self._channel = channel
        self._sender = Sender(channel)
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
        try:
            id, command = decode_command(body)
        except (ValueError, TypeError, KeyError) as error:
            self._sender.send_note(
                f"the debugger in the process could not read what it was told: {one_line(error)}"
            )
            return
        if not isinstance(command, Start):
            self._sender.reply(id, error="the debugger in the process has not begun")
            return
        try:
            self._begin(command)
        except Exception as error:
            self._end()
            self._sender.reply(id, error=f"the debugger in the process cannot begin: {one_line(error)}")
        else:
            self._sender.reply(id)

    def leave_child(self) -> None:
        """In a forked child, of whose threads only the calling one is left: be silent, and put all back."""
        steps = [free_locks, self._channel.close, self._end, self._on_left]
        if self._agent is not None:
            steps.insert(2, self._agent.go_off)
        for step in steps:
            with suppress(Exception):  # Of one; the others are to be done all the same.
                step()

    def _begin(self, start: Start) -> None:
        host = self._host = self._make_host(self._sender, self._threads, start)
        options, user_code = ClientOptions(start), host.user_code()
        agent = Agent(host, start, options, self._sender, self._threads, user_code, self._calls.after)
        self._agent = agent
        agent.begin()
        host.begin(agent)
        self._tick(agent)

    def _end(self) -> None:
        agent, host = self._agent, self._host
        self._agent = self._host = None
        try:
            if agent is not None:
                agent.end()
        finally:
            if host is not None:
                host.end()

    def _tick(self, agent: Agent) -> None:
        if self._agent is not agent:
            return
        self._calls.after(_TICK_S, lambda: self._tick(agent))  # first: one look that fails is not the last
        agent.tick()

    def on_lost(self) -> None:
        """The connection has ended."""
        try:
            self._end()
        finally:
            _in_child.clear()  # first: after the place is free, they are those of who comes next
            if self in _visits:
                _visits.remove(self)
                _place.release()
            self._on_left()

    def on_found(self) -> None:
        """There is never another one."""
