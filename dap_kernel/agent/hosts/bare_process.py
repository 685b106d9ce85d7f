"""A Python process that runs by itself as the debugger's host: it lends its frames, and two threads for us.

No stream is replaced, no signal taken, nothing registered for the end or for forks: all that is changed is
put back once the connection ends, and the process goes on as if nobody had been there. So the main thread is
reached as others are, at its next line; what log points say goes over the wire; a forked child stops nowhere.
"""

import os
import sys
from collections.abc import Callable, Collection
from types import FrameType

from ..common.options import ClientOptions
from ..debuggee.threads import UserThreads
from ..debuggee.user_code import UserCode
from ..dispatch.agent import Agent
from ..dispatch.host import Refusal
from ..dispatch.timers import DueCalls
from ..link.channel import Channel
from ..link.sender import Sender
from ..wire.codec import decode_command
from ..wire.messages import Control, KernelState, Note, Start

_TICK_S = 0.25  # how often what is watched is put right, and threads that have ended are told


def attach(wire_fd: int, on_left: Callable[[], None] = lambda: None, listeners: Collection[int] = ()) -> None:
    """Have the server at the other end of a stream socket debug this process, until it closes the connection.

    `wire_fd` is closed and replaced. Returns at once, on any thread: the agent's thread does the rest.
    `on_left` is called when all is put back, before the connection's end is closed here. `listeners`: the
    idents of threads that wait for debuggers, which are not the program's.
    """
    channel, threads, calls = Channel(wire_fd, is_vital=False), UserThreads(), DueCalls()
    threads.own.update(listeners)
    channel.start(_Attached(Sender(channel), threads, calls, on_left), threads.own, calls.do_due)


def script() -> str:
    """Return the file that the program is run from, "" where there is none."""
    file = getattr(sys.modules.get("__main__"), "__file__", None)
    return os.path.realpath(file) if isinstance(file, str) and os.path.isfile(file) else ""


class NoteOutput:
    """What log points say, as notes to the client: the process's own streams are not ours."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def flush(self) -> None:
        """See `StopOutput`: what the program has printed is where it prints."""

    def emit_log(self, text: str, filename: str, line: int) -> None:
        """See `StopOutput`."""
        self._sender.emit(Note(text))


class BareProcess:
    """See `Host`."""

    takes_signals = False

    def __init__(self, sender: Sender, start: Start) -> None:
        self._start = start
        self.namespace = vars(sys.modules["__main__"])
        self.hidden: set[str] = set()
        self.output = NoteOutput(sender)
        self.asking: set[int] = set()

    def take_control(self, id: int, command: Control) -> None:
        """See `Host`."""
        raise Refusal("this process runs by itself: it takes no cells")

    def take_input(self, text: str | None) -> None:
        """See `Host`: the process reads its own console."""

    def describe(self) -> KernelState:
        """See `Host`: there are no cells to tell of."""
        return KernelState(self._start, [sys.executable], "", [], [], "", notebook=self._start.notebook)

    def draw_plots(self) -> int:
        """See `Host`."""
        return 0

    def redirect(self, frame: FrameType | None, exception: BaseException) -> bool:
        """See `Host`."""
        return False


class _Attached:
    """A listener of the channel: makes the agent with the first command, and ends it with the connection."""

    def __init__(
        self, sender: Sender, threads: UserThreads, calls: DueCalls, on_left: Callable[[], None]
    ) -> None:
        self._on_left = on_left
        self._sender = sender
        self._threads = threads
        self._calls = calls
        self._agent: Agent | None = None

    def on_frame(self, body: bytes) -> None:
        """Take one frame."""
        if self._agent is not None:
            self._agent.on_frame(body)
            return
        id, command = decode_command(body)
        if isinstance(command, Start):
            command.notebook = command.notebook or script()
            host, options = BareProcess(self._sender, command), ClientOptions(command)
            user_code = UserCode(command.notebook)
            self._agent = Agent(
                host, command, options, self._sender, self._threads, user_code, self._calls.after
            )
            self._agent.begin()
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
        finally:
            self._on_left()

    def on_found(self) -> None:
        """There is never another one."""
