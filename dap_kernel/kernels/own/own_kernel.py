"""One kernel: its process, its wire and its output, as one thing that starts, answers and ends.

Knows neither DAP nor notebooks. All of it belongs to the event loop's thread, on the main thread.
"""

import asyncio
import logging
import socket
import time
from contextlib import suppress
from typing import TypeVar

from ...agent.wire import messages as wire
from ...agent.wire.structs import replace
from ..errors import ANOTHER_PYTHON, CommandFailed, InterpreterError, KernelDied, RuntimeFolderError
from ..kernel_traits import OWN, KernelTraits
from ..link.commands import Commands
from ..link.link import KernelReply, Link, Lost, Message
from ..listener import KernelListener
from ..output.escape_filter import without_movements
from ..output.reader import OutputReader
from ..printed import Piece, ending_of
from ..runtime.announcements import OrphanedKernel, orphans, runtime_folder
from ..runtime.process import Leader
from .attach import connect
from .boot import why_unfit
from .held_messages import HeldMessages
from .spawn import HowToStart, spawn

log = logging.getLogger(__name__)

ATTACH_S = 5.0
LAST_WORDS_S = 0.2  # for the wire's end after the process's
LOST_S = 2.0  # for the process's end after the wire's
GRACE_S = 2.0  # from SIGTERM to SIGKILL
HANDING_ON_S = 1.0  # for a slow consumer to take what was printed, once `end()` was called
MAX_EARLY = 2**20  # characters kept of what is printed before Hello
MAX_TOLD = 4000  # characters of output in an error's text

T = TypeVar("T")


class OwnKernel:
    """A live kernel (`contract.Kernel`), made by `start` or `attach`; `end()` or `detach()` it.

    One that ends by itself takes its group with it, unless it was told to exit: then, as after
    `python file.py`, what it has started in the background goes on.
    """

    def __init__(
        self, leader: Leader, fds: tuple[int, int], listener: KernelListener, first_id: int = 1
    ) -> None:
        self.traits: KernelTraits = OWN
        self.pid = leader.pid
        self.hello = wire.Hello(leader.pid, "", "", "")
        self._leader = leader
        self._link = Link(self._on_message)
        self._output = OutputReader(*fds, self._give)
        self._listener = listener
        self._commands = Commands(self._link, first_id)
        self._held = HeldMessages(self._link, self._output.drained, self._hand_on)
        self._exit: asyncio.Task[None] | None = None
        self._is_greeted, self._is_lost, self._has_ended = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._giving = asyncio.Lock()
        self._early: list[Piece] = []
        self._is_up = False
        self._is_told_to_exit = False
        self._gone: str | None = None  # why there is no kernel any more

    @classmethod
    async def start(cls, how: HowToStart, listener: KernelListener) -> "OwnKernel":
        """Spawn a kernel; return once it said Hello. Raises KernelDied, with what it printed."""
        it = spawn(how)
        kernel = cls(Leader(it.child.pid, it.child), (it.out_fd, it.err_fd), listener)
        await kernel._come_up(it.wire, how.start, how.timeout_s)
        return kernel

    @classmethod
    async def attach(cls, orphan: OrphanedKernel, listener: KernelListener) -> "OwnKernel":
        """Take over an orphan; return once it said Hello. Raises KernelDied."""
        it = await asyncio.to_thread(connect, orphan)
        # Replies to the commands of servers before us are not ours: no command of theirs has such an id.
        kernel = cls(Leader(orphan.pid), (it.out_fd, it.err_fd), listener, time.time_ns() // 1000)
        await kernel._come_up(it.wire, None, ATTACH_S)
        return kernel

    async def call(self, command: wire.Command, result: type[T], within_s: float | None = None) -> T:
        """Send a command and return its reply's result; `type(None)` when there is none.

        `within_s` is how long that may take; None: what `limit_s` says. Raises CommandFailed when the agent
        declines, NoAnswer when it is silent, KernelDied when there is no kernel any more. Cancelled, or too
        late, it breaks off the evaluation that an inspection command began.
        """
        if self._gone is not None:
            raise KernelDied(self._gone)
        self._is_told_to_exit = self._is_told_to_exit or isinstance(command, wire.Exit)
        return await self._commands.call(command, result, within_s)

    async def result_of(self, id: int) -> wire.CellResult:
        """Return the result of the RunCell of an earlier server. Raises CommandFailed, KernelDied.

        What was printed before it has been given to `kernel_printed`.
        """
        if self._gone is not None:
            raise KernelDied(self._gone)
        result = await self._commands.result_of(id)
        await self.drained()  # it may have come before it was claimed
        return result

    def send_command(self, command: wire.Command) -> None:
        """Send a command whose reply nobody waits for; dropped when there is no kernel any more."""
        self._commands.send_command(command)

    async def drained(self) -> None:
        """Return when all that was written so far has been handed to the listener, which is done with it."""
        await self._output.drained()

    async def end(self, grace_s: float = GRACE_S, exit_s: float = 0.0) -> bool:
        """End the kernel and its group; nothing of it is left after. `kernel_ended` has been called by then.

        `exit_s`: how long an idle kernel has to exit as a script does, before there are signals; False: that
        was too short. SIGTERM goes out before the wire ends: with its server gone a stopped cell would go on.
        """
        self._is_told_to_exit = False
        has_exited = exit_s == 0 or await self._exits(exit_s)
        steps = self._leader.end_group(grace_s)
        for pause_s in steps:
            self._link.close()
            await asyncio.sleep(pause_s)
        self._link.close()
        if self._exit is None:
            self._on_end()
        if self._exit is not None:
            await asyncio.wait({self._exit}, timeout=HANDING_ON_S)
            self._exit.cancel()
        self._be_over()
        return has_exited

    async def _exits(self, limit_s: float) -> bool:
        """Ask the kernel to exit, if it is alive; return whether it has in time."""
        if self._gone is not None:
            return True
        for id in self._commands.under_way():
            self.send_command(wire.Cancel(id))
        self.send_command(wire.Exit(0))
        for breaks_off in (False, True):
            if breaks_off:
                self.send_command(wire.Quit(wire.MAIN_THREAD))  # the wait for threads
            with suppress(TimeoutError):
                async with asyncio.timeout(limit_s / 2):
                    await self._has_ended.wait()
                    return True
        return False

    async def detach(self, *, found_within_s: float = 0.0) -> None:
        """Close the wire and let the kernel live; wait until it announces itself, or `found_within_s`."""
        self._leave()
        with suppress(TimeoutError):
            async with asyncio.timeout(found_within_s):
                while found_within_s > 0 and not _is_announced(self.pid):
                    await asyncio.sleep(found_within_s / 100)

    def _leave(self) -> None:
        self._gone = self._gone or "this session has left the kernel"
        self._is_up = False
        self._link.close()
        self._output.close()
        self._commands.fail(self._gone)

    async def _come_up(self, wire_socket: socket.socket, start: wire.Start | None, timeout_s: float) -> None:
        try:
            self._output.start()
            await self._link.open(wire_socket)
            self._leader.watch(self._on_end)
            async with asyncio.timeout(timeout_s):
                if start is not None:
                    await self.call(start, type(None))
                await self._is_greeted.wait()
            if self._gone is not None:
                raise KernelDied(self._gone)
            self._is_up = True
            await self._give([])
        except BaseException as error:
            await self._give_up(error, is_ours=start is not None, timeout_s=timeout_s)
            raise

    async def _give_up(self, error: BaseException, is_ours: bool, timeout_s: float) -> None:
        """End what did not come up, and say why."""
        if is_ours:
            await self.end(grace_s=0)
        else:
            self._leave()
        returncode = self._leader.returncode() if is_ours else None
        printed = without_movements("".join(it.text for it in self._early)[-MAX_TOLD:]).strip()
        if (unfit := why_unfit(returncode, printed)) is not None:
            raise InterpreterError(unfit) from None
        what = str(error)
        if isinstance(error, TimeoutError):
            error, what = KernelDied(), f"the kernel did not start within {timeout_s:g} s"
        elif is_ours and isinstance(error, KernelDied):
            what = f"{error} before it was ready" + ("" if printed else f": {ANOTHER_PYTHON}")
        if isinstance(error, KernelDied | CommandFailed):
            text = what if not printed else f"{what}; it printed:\n{printed}"
            raise KernelDied(text) from None

    def _on_message(self, message: Message | Lost) -> None:
        """Hand a message on, or hold it behind those that wait for output."""
        match message:
            case Lost():
                self._is_lost.set()
                if self._gone is None:
                    asyncio.get_running_loop().call_later(LOST_S, self._on_silence)
            case KernelReply() if not self._commands.waits_for_output(message):
                self._commands.settle(message)
            case wire.Hello():
                self.hello = replace(message, pid=self.pid)  # the kernel's word does not count: we know it
                self._is_greeted.set()
            case _:
                self._held.deliver_or_hold(message)

    def _hand_on(self, message: Message) -> None:
        if isinstance(message, KernelReply):
            self._commands.settle(message)
        elif not isinstance(message, wire.Reply) and self._gone is None:
            try:
                self._listener.kernel_notified(message)
            except Exception:
                log.exception("%s was not dealt with", type(message).__name__)

    async def _give(self, pieces: list[Piece]) -> None:
        """Hand output on; what comes before Hello is kept until then."""
        async with self._giving:
            self._early += pieces
            if not self._is_up:
                while sum(len(it.text) for it in self._early) > MAX_EARLY:
                    del self._early[0]
                return
            pieces, self._early = self._early, []
            if pieces and (busy := self._listener.kernel_printed(pieces)) is not None:
                await busy

    def _on_silence(self) -> None:
        """The wire has ended long ago: what lives yet cannot be reached."""
        if self._gone is None and self._exit is None:
            log.warning("kernel %d lost its wire and is ended", self.pid)
            self._ending = asyncio.get_running_loop().create_task(self.end())

    def _on_end(self) -> None:
        self._has_ended.set()
        if self._gone is None and self._exit is None:
            self._exit = asyncio.get_running_loop().create_task(self._last_words())
        elif self._gone is not None:
            self._leader.reap()

    async def _last_words(self) -> None:
        """Hand on what a dead kernel still had to say."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS_S):
                await self._is_lost.wait()
        await self._output.finish()
        await self._held.emptied()
        self._be_over()
        if self._is_told_to_exit:
            self._leader.reap()
        for pause_s in self._leader.end_group(GRACE_S):
            await asyncio.sleep(pause_s)

    def _be_over(self) -> None:
        if self._gone is not None:
            return
        ending = ending_of(self._leader.returncode())
        self._gone = f"the kernel {ending.text}"
        self._leader.unwatch()
        self._output.close()
        self._link.close()
        self._held.drop()
        if self._is_up:
            try:
                self._listener.kernel_ended(ending)
            except Exception:
                log.exception("the kernel's end was not dealt with")
        self._is_greeted.set()
        self._commands.fail(self._gone)


def _is_announced(pid: int) -> bool:
    """Whether a kernel waits where others find it, or cannot: then there is nothing to wait for."""
    try:
        return any(it.pid == pid for it in orphans(runtime_folder()))
    except RuntimeFolderError:
        return True
