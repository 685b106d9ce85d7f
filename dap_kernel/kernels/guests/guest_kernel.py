"""A kernel that somebody else has started, as a session has it: it answers, stops, and is left as it was.

Knows neither how the agent came into it nor what it runs. What it prints goes where it went. All of it
belongs to the event loop's thread.
"""

import asyncio
import logging
import socket
from contextlib import suppress
from typing import TypeVar

from ...agent.wire import messages as wire
from ...agent.wire.structs import replace
from ..errors import KernelDied
from ..kernel_traits import KernelTraits
from ..link.commands import Commands
from ..link.link import KernelReply, Link, Lost, Message
from ..listener import KernelListener
from ..printed import Ending, Piece
from ..runtime.process import Leader, is_alive

log = logging.getLogger(__name__)

GREETED_S = 10.0  # for the agent to say Hello, once it is at the door
LEFT_S = 2.0  # for it to put back what it has changed
LOST_S = 1.0  # for the process's end after the wire's, and the other way round
CUT_OFF = "runs on, and its debugger has been cut off from it"

T = TypeVar("T")


class GuestKernel:
    """A kernel of others (`contract.Kernel`), made by `meet`. To `end` it is to `detach` it."""

    def __init__(self, traits: KernelTraits, pid: int, listener: KernelListener) -> None:
        self.traits = traits
        self.hello = wire.Hello(pid, "", "", "")
        self._listener = listener
        self._link = Link(self._on_message)
        self._commands = Commands(self._link)
        self._process = Leader(pid) if pid else None
        self._is_greeted, self._is_lost, self._has_ended = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._is_up = False
        self._gone: str | None = None  # why there is no kernel any more
        self._taking: set[asyncio.Future[None]] = set()  # output that the listener is yet to take
        self._passing: asyncio.Task[None] | None = None

    @classmethod
    async def meet(
        cls,
        wire_socket: socket.socket,
        pid: int,
        start: wire.Start,
        traits: KernelTraits,
        listener: KernelListener,
    ) -> "GuestKernel":
        """Have the agent at the wire's other end begin; return once it said Hello. Raises KernelDied.

        `pid`: the process's, where it is one of this machine; else 0.
        """
        kernel = cls(traits, pid, listener)
        await kernel._come_up(wire_socket, start)
        return kernel

    async def call(self, command: wire.Command, result: type[T], within_s: float | None = None) -> T:
        """See `contract.Kernel`."""
        self._need()
        return await self._commands.call(command, result, within_s)

    async def result_of(self, run_id: int) -> wire.CellResult:
        """See `contract.Kernel`: of what runs there by itself nothing comes but its end."""
        self._need()
        return await self._commands.result_of(run_id)

    def send_command(self, command: wire.Command) -> None:
        """See `contract.Kernel`."""
        self._commands.send_command(command)

    async def end(self, *, exit_s: float = 0.0) -> bool:
        """See `contract.Kernel`: it is not ours to end."""
        await self.detach()
        return True

    async def detach(self, *, found_within_s: float = 0.0) -> None:
        """Leave it; return once all is put back there, or after `LEFT_S` where it is too busy to say so."""
        is_first, self._is_up = self._gone is None, False
        self._gone = self._gone or "this session has left the kernel"
        if is_first:
            self._link.finish()
            with suppress(TimeoutError):
                async with asyncio.timeout(LEFT_S):
                    await self._is_lost.wait()
        self._let_go()

    async def _come_up(self, wire_socket: socket.socket, start: wire.Start) -> None:
        try:
            await self._link.open(wire_socket)
            if self._process is not None:
                self._process.watch(self._on_end)
            async with asyncio.timeout(GREETED_S):
                await self.call(start, type(None))
                await self._is_greeted.wait()
            self._need()
            self._is_up = True
        except TimeoutError:
            self._let_go()
            raise KernelDied(f"{self.traits.noun} does not answer the debugger in it") from None
        except BaseException:
            self._let_go()
            raise

    def _need(self) -> None:
        if self._gone is not None:
            raise KernelDied(self._gone)

    def _on_message(self, message: Message | Lost) -> None:
        match message:
            case Lost():
                self._is_lost.set()
                self._passes_away()
            case KernelReply():
                self._commands.settle(message)
            case wire.Hello():
                self.hello = replace(message, pid=self.hello.pid or message.pid)
                self._is_greeted.set()
            case wire.EntryRefused(why):
                self._be_over(why)
            case wire.LogPrinted(text, filename, line):
                self._print(Piece(f"{text}\n", "log", filename, line))
            case _ if not isinstance(message, wire.Reply) and self._gone is None:
                try:
                    self._listener.kernel_notified(message)
                except Exception:
                    log.exception("%s was not dealt with", type(message).__name__)

    def _print(self, piece: Piece) -> None:
        """Hand output on; what comes after it waits in the wire while nobody can take it."""
        if self._is_up and (busy := self._listener.kernel_printed([piece])) is not None:
            taking = asyncio.ensure_future(busy)
            self._taking.add(taking)
            taking.add_done_callback(self._taken)
            self._link.hold()

    def _taken(self, done: "asyncio.Future[None]") -> None:
        self._taking.discard(done)
        if not self._taking:
            self._link.release()

    def _on_end(self) -> None:
        self._has_ended.set()
        self._passes_away()

    def _passes_away(self) -> None:
        if self._gone is None and self._passing is None:
            self._passing = asyncio.get_running_loop().create_task(self._pass_away())

    async def _pass_away(self) -> None:
        """Find out whether the process has ended, or only the wire, and say so."""
        ends = [self._is_lost.wait(), *([self._has_ended.wait()] if self._process is not None else [])]
        with suppress(TimeoutError):
            async with asyncio.timeout(LOST_S):
                await asyncio.gather(*ends)
        has_ended = self._process is None or self._has_ended.is_set() or not is_alive(self._process.pid)
        ending = Ending(None, None, "ended" if has_ended else CUT_OFF, self.traits.noun)
        self._be_over(ending.sentence, ending)

    def _be_over(self, why: str, ending: Ending | None = None) -> None:
        """Take it that nobody answers any more, and tell of the ending what had come up."""
        if self._gone is not None:
            return
        self._gone = why
        if self._is_up and ending is not None:
            try:
                self._listener.kernel_ended(ending)
            except Exception:
                log.exception("the kernel's end was not dealt with")
        self._is_greeted.set()
        self._let_go()

    def _let_go(self) -> None:
        self._gone = self._gone or "this session has left the kernel"
        if self._process is not None:
            self._process.unwatch()
        self._link.close()
        self._commands.fail(self._gone)
