"""The kernel of a session: there will be one, there is one, or there was one.

Knows how it is started, called and ended; what it runs and says is others' business.
"""

import asyncio
import logging
from collections.abc import Awaitable
from typing import Any, Protocol, TypeVar

from ...agent.wire import messages as wire
from ...agent.wire.structs import replace
from ...kernels.contract import Kernel, KernelToReach, KernelToStart
from ...kernels.errors import CommandFailed, InterpreterError, KernelDied, NoAnswer
from ...kernels.kernel_traits import OWN, KernelTraits
from ...kernels.listener import KernelListener
from ...kernels.printed import Ending, Piece
from ..errors import DapError, NotStopped

log = logging.getLogger(__name__)

SPAN = 2**24  # handles that each kernel of a session may give out: what is void stays void after a restart
SPANS = 60  # kernels until they are given out again, below those of `threads.FIRST_IDLE_FRAME`

T = TypeVar("T")


def need(why_not: str | None) -> None:
    """Raise DapError with the sentence that a kernel's traits have for what it does not do; None: it does."""
    if why_not is not None:
        raise DapError(why_not)


class KernelDead(DapError):
    """There is no kernel, or it ended before it answered."""


class KernelSilent(DapError):
    """The kernel lives, and has not answered in time: what the server knows must do."""


class SessionKernelListener(KernelListener, Protocol):
    """Who hears of the session's kernel, and nothing of one that was given up, but for what it prints."""

    def kernel_started(self, kernel: Kernel) -> None:
        """It is up, and has got no command yet."""

    def kernel_failed(self, why: str) -> None:
        """It did not come up."""


class SessionKernel:
    """At most one kernel at a time; `call` starts it where there is none."""

    def __init__(self) -> None:
        self.how: KernelToStart | None = None  # of the next; None: before launch, and for an attach
        self.is_dead = False  # the last one ended by itself, or did not come up
        self.why_dead = ""  # in that case
        self.is_unfit = False  # its Python is one that runs no notebooks
        self.ending: Ending | None = None  # of the last one that ended
        self._reports_to: SessionKernelListener | None = None
        self._traits = OWN
        self._kernel: Kernel | None = None
        self._dead: Kernel | None = None  # it ended by itself; its children may be ending yet
        self._starting: asyncio.Task[Kernel] | None = None
        self._beginning: asyncio.Task[None] | None = None  # by `start`
        self._ending = asyncio.Lock()
        self._generation = 0  # counts the kernels: messages of an earlier one are dropped

    def report_to(self, listener: SessionKernelListener) -> None:
        """Report to `listener`, from before the first kernel on: it knows the session, which knows this."""
        self._reports_to = listener

    @property
    def listener(self) -> SessionKernelListener:
        """Who hears of the kernel."""
        assert self._reports_to is not None
        return self._reports_to

    @property
    def live(self) -> Kernel | None:
        return self._kernel

    @property
    def traits(self) -> KernelTraits:
        """In what the kernel, or the last one, differs from others."""
        return self._traits

    @property
    def is_starting(self) -> bool:
        return self._starting is not None

    def will_start(self, how: KernelToStart) -> None:
        """Take what the next kernel is started with; the one that lives stays."""
        self.how = how

    async def get(self) -> Kernel:
        """Return the live kernel; start it if there is none. Raises KernelDead."""
        if self._kernel is not None:
            return self._kernel
        if self._starting is None:
            if self.how is None:
                raise KernelDead("there is no kernel: run a cell, or restart, to start one")
            self._starting = asyncio.get_running_loop().create_task(self._start(self.how, self._generation))
            self._starting.add_done_callback(_retrieve)
        starting = self._starting
        await asyncio.wait([starting])
        if starting.cancelled():
            raise KernelDead("the kernel was ended before it had started")
        return starting.result()

    def start(self) -> None:
        """Begin to start the kernel; a failure is told to the listener."""
        self._beginning = asyncio.get_running_loop().create_task(self._begin())
        self._beginning.add_done_callback(_retrieve)

    async def fits(self, within_s: float) -> None:
        """Wait until the kernel that `start` has begun is up, or is not, or for `within_s`.

        Raises DapError when its Python will not do.
        """
        if self._beginning is not None:
            await asyncio.wait([self._beginning], timeout=within_s)
        if self.is_unfit:
            raise DapError(self.why_dead)

    async def attach(self, waiting: KernelToReach) -> Kernel:
        """Take over a kernel that runs. Raises DapError."""
        try:
            kernel = await waiting.reach(_OneKernel(self, self._generation))
        except KernelDied as error:
            raise DapError(str(error)) from None
        self._kernel, self._traits = kernel, kernel.traits
        return kernel

    async def call(self, command: wire.Command, result: type[T], within_s: float | None = None) -> T:
        """Send a command and return its result. Raises DapError when the agent declines, KernelDead.

        Raises KernelSilent when there is no reply `within_s` seconds; None: those of `limits.limit_s`.
        """
        kernel = await self.get()
        return await _answer(kernel.call(command, result, within_s))

    async def result_of(self, run_id: int) -> wire.CellResult:
        """Return the result of the cell that ran already at the attach. Raises DapError, KernelDead."""
        kernel = await self.get()
        return await _answer(kernel.result_of(run_id))

    def send_command(self, command: wire.Command) -> None:
        """Send a command whose result nobody waits for, if there is a kernel."""
        if self._kernel is not None:
            self._kernel.send_command(command)

    async def end(self, exit_s: float = 0.0) -> bool:
        """End the kernel, also one that starts just now. Nothing of it is left after.

        `exit_s` and the result are those of `contract.Kernel.end`.
        """
        have_exited = True
        self._generation += 1
        starting, self._starting = self._starting, None
        kernels = [it for it in (self._kernel, self._dead) if it is not None]
        self._kernel = self._dead = None
        self.is_dead = False
        async with self._ending:  # whoever comes second waits for the first
            if starting is not None:
                starting.cancel()
                await asyncio.wait([starting])
            for kernel in kernels:
                have_exited = await kernel.end(exit_s=exit_s) and have_exited
        return have_exited

    async def detach(self, found_within_s: float = 0.0) -> None:
        """Let the kernel live without us. One that starts just now is ended: there is nothing in it.

        Returns when whoever comes next can find it, or after `found_within_s` seconds.
        """
        kernel, self._kernel = self._kernel, None
        if kernel is not None:
            await kernel.detach(found_within_s=found_within_s)
        await self.end()

    def _notified(self, generation: int, notification: wire.Notification) -> None:
        if generation == self._generation:
            self.listener.kernel_notified(notification)

    def _ended(self, generation: int, ending: Ending) -> None:
        self.ending = ending
        if generation == self._generation:
            self._dead, self._kernel = self._kernel, None
            self.is_dead, self.why_dead = True, ending.sentence
            self.listener.kernel_ended(ending)

    async def _begin(self) -> None:
        await self.get()

    async def _start(self, how: KernelToStart, generation: int) -> Kernel:
        async with self._ending:  # nothing is left of the one before
            pass
        self.is_unfit = False
        how = how.with_start(replace(how.start, first_handle=1 + generation % SPANS * SPAN))
        try:
            kernel = await how.start_kernel(_OneKernel(self, generation))
        except KernelDied as error:
            self._starting = None
            self.is_dead, self.why_dead = True, str(error)
            self.is_unfit = isinstance(error, InterpreterError)
            self.listener.kernel_failed(str(error))
            raise KernelDead(str(error)) from None
        except BaseException:
            if self._starting is asyncio.current_task():  # else somebody else starts one by now
                self._starting = None
            raise
        self._starting = None
        self._kernel = kernel
        self.is_dead = False
        self.listener.kernel_started(kernel)
        return kernel


class _OneKernel:
    """Hears one of a session's kernels, and passes on what is of interest: see `SessionKernelListener`."""

    def __init__(self, kernels: SessionKernel, generation: int) -> None:
        self._kernels = kernels
        self._generation = generation

    def kernel_notified(self, notification: wire.Notification) -> None:
        self._kernels._notified(self._generation, notification)

    def kernel_printed(self, pieces: list[Piece]) -> Awaitable[None] | None:
        return self._kernels.listener.kernel_printed(pieces)

    def kernel_ended(self, ending: Ending) -> None:
        self._kernels._ended(self._generation, ending)


async def _answer(reply: Awaitable[T]) -> T:
    try:
        return await reply
    except NoAnswer as silence:
        raise KernelSilent(str(silence)) from None
    except CommandFailed as refusal:
        gone = NotStopped()
        raise (gone if str(refusal) == str(gone) else DapError(str(refusal))) from None
    except KernelDied as error:
        raise KernelDead(str(error)) from None


def _retrieve(done: "asyncio.Task[Any]") -> None:
    """Take note of a failure that the listener was told of: asyncio is not to complain that nobody did."""
    if not done.cancelled():
        done.exception()
