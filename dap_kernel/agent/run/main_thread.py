"""The main thread of a kernel: it runs cells, and at rest does what else it is asked.

At first it waits in its inbox; once the format or a cell needs an event loop, it lives in one that
goes on between cells. Knows nothing of how a cell is run.
"""

import sys
from collections.abc import Callable
from contextvars import copy_context
from os import getpid as _getpid
from typing import TYPE_CHECKING, Any, get_args

from ..debuggee.inbox import Item
from ..dispatch.agent import Agent
from ..wire.messages import CellBegan, CellEnded, CellResult, Exit, Inspection, RunCell
from .cells import CellRunner, CompiledCell
from .kernel_host import KernelHost
from .main_module import NoFolder
from .outcomes import result_of

if TYPE_CHECKING:
    import asyncio

_INSPECTION = get_args(Inspection)
_CANCEL_S = 1.0  # how long tasks have for their end when the kernel exits


class MainThread:
    """The control lane. All but `wake` runs on the main thread."""

    def __init__(self, agent: Agent, host: KernelHost, cells: CellRunner) -> None:
        self._agent = agent
        self._host = host
        self._inbox = agent.threads.main.inbox
        self._cells = cells
        self._pid = _getpid()
        self._code: int | None = None  # to exit with
        self._loop: asyncio.AbstractEventLoop | None = None
        self._woken: asyncio.Event | None = None  # of the loop
        self._service: asyncio.Task[None] | None = None
        self._awaited: asyncio.Task[CellResult] | None = None
        self._why_cancelled: BaseException | None = None
        self._taken: list[Item] = []  # at most one: what is being done
        self._begun: tuple[int, RunCell] | None = None  # the cell that is not answered yet, and its id
        self._ended: CellResult | None = None  # how it ended
        self._held: CompiledCell | None = None  # a cell that awaits, met before there was a loop
        self._context = copy_context()

    def serve(self) -> int:
        """Do what the inbox says until told to exit; return the exit code."""
        if self._agent.start.has_loop:
            self._open_loop()
        error: BaseException | None = None
        while self._code is None:
            try:
                self._serve_after(error)
            except BaseException as later:  # a signal handler's, while another was dealt with
                error = later
        self._close_loop()
        return self._code

    def _serve_after(self, error: BaseException | None) -> None:
        """Serve, and go on after what is raised: an interrupt that came too late, a background task's end."""
        while self._code is None:
            try:
                if error is not None:
                    self._break_off(error)
                error = None
                self._serve()
            except BaseException as later:
                error = later

    def _serve(self) -> None:
        if self._loop is None and self._held is None:
            if self._begun is None:
                self._do(self._inbox.wait_for_next(self._taken))
            else:
                self._answer()
            return
        loop = self._loop
        if loop is None or loop.is_closed():  # user code may do that
            loop = self._open_loop()
        if self._service is not None:  # What was raised through the loop may have cost it its next step.
            self._service._log_destroy_pending = False  # type: ignore[attr-defined]
        self._service = loop.create_task(self._serve_inside(), context=self._context)
        loop.run_until_complete(self._service)

    async def _serve_inside(self) -> None:
        """Serve until told to exit, or until there is another task for that."""
        import asyncio

        own = asyncio.current_task()
        while self._code is None and self._service is own:
            if self._held is not None:
                self._begin_awaiting()
            elif self._awaited is not None:
                await asyncio.wait({self._awaited})
                if self._service is own:
                    self._end_awaiting()
            elif self._begun is not None:
                self._answer()
            else:
                await self._next()

    async def _next(self) -> None:
        woken = self._woken
        assert woken is not None, "there is a loop"
        woken.clear()  # before the look: what comes after it sets this again
        item = self._inbox.take_now(self._taken)
        if item is None:
            await woken.wait()
        else:
            self._do(item)

    def _do(self, item: Item) -> None:
        id, command = item
        match command:
            case RunCell():
                self._run(id, command)
            case Exit():
                self._host.output.flush()
                self._agent.reply(id)
                self._code = command.code
            case _ if isinstance(command, _INSPECTION):
                self._agent.inspect_idle(id, command)
        self._taken.clear()

    def _run(self, id: int, cell: RunCell) -> None:
        self._ended = None
        # From here on it is answered, and not run again, whatever a signal handler raises.
        self._begun = id, cell
        self._taken.clear()
        self._agent.idle_ends(CellBegan(cell.cell_id, cell.revision, cell.filename))
        run = self._cells.prepare(cell)
        if isinstance(run, CellResult):
            self._ended = run
        elif run.awaits:
            self._held = run
            return
        else:
            self._ended = self._result_of(lambda: self._cells.run(run))
        self._answer()

    def _result_of(self, run: Callable[[], CellResult]) -> CellResult:
        """Run a cell; what is raised in our own code round it, by a signal handler, say, ends it, too."""
        try:
            return run()
        except BaseException as error:
            return self._failed(error)

    def _failed(self, error: BaseException) -> CellResult:
        return result_of(error, self._agent.start.is_program)

    def _begin_awaiting(self) -> None:
        assert self._loop is not None and self._held is not None
        run, self._held = self._held, None  # first: no cell is run twice, whatever a signal handler raises
        self._why_cancelled = None
        self._awaited = self._loop.create_task(self._run_awaiting(run), context=self._context)

    def _end_awaiting(self) -> None:
        awaited, self._awaited, self._why_cancelled = self._awaited, None, None
        if awaited is not None and self._ended is None:
            self._ended = self._result_of(awaited.result)

    async def _run_awaiting(self, run: CompiledCell) -> CellResult:
        result = await self._cells.run_awaiting(run, lambda: self._why_cancelled)
        self._leave_if_forked(result)
        return result

    def _answer(self) -> None:
        """Say how the cell that has begun has ended; twice is as good as once."""
        result = self._ended or self._failed(KeyboardInterrupt())
        if self._begun is not None:
            id, cell = self._begun
            self._leave_if_forked(result)
            self._agent.interrupts.cell_answered(id)
            self._agent.idle_begins(CellEnded(cell.cell_id, cell.filename, result))
            if (last := self._host.last_run) is not None and last.id == id:
                last.is_heard = self._agent.has_server
                last.result = result  # before the reply: a server that attaches meanwhile gets one of the two
            self._agent.reply(id, result)
        self._taken.clear()
        self._begun = None

    def _leave_if_forked(self, result: CellResult) -> None:
        """End a forked child that came to the end of the cell: it has no more to do.

        By an exception, which goes through the loop at once: the loop's descriptors are the parent's too.
        """
        if _getpid() != self._pid:
            self._code = _exit_code(result)
            self._be_in_task_again(self._awaited or self._service)
            raise SystemExit(self._code)

    # The event loop.

    def _be_in_task_again(self, task: "asyncio.Task[Any] | None") -> None:
        """Let a forked child leave `task`: Python 3.14 tells it that no loop runs, and would not let it out.

        Source: `PyOS_AfterFork_Child`, and `leave_task` of `_asyncio`, which raises a RuntimeError instead.
        """
        if sys.version_info < (3, 14) or self._loop is None or task is None:
            return
        import asyncio

        asyncio._set_running_loop(self._loop)
        if asyncio.current_task(self._loop) is None:
            asyncio._enter_task(self._loop, task)

    def _open_loop(self) -> "asyncio.AbstractEventLoop":
        with NoFolder(self._agent.start.path0):
            import asyncio

            self._loop = loop = asyncio.new_event_loop()
            asyncio.set_event_loop(loop)
            self._woken = woken = asyncio.Event()
        self._inbox.wake_by(self._waker(loop, woken))
        return loop

    def _waker(self, loop: "asyncio.AbstractEventLoop", woken: "asyncio.Event") -> Callable[[], None]:
        def wake() -> None:
            try:
                loop.call_soon_threadsafe(woken.set)
            except RuntimeError:
                return  # It was closed, and so does not wait.

        return wake

    def takes_interrupt(self, frame: object, exception: BaseException) -> bool:
        """End a cell that awaits something, and no code of whose runs now; whether there is one."""
        if self._awaited is None or self._loop is None or self._is_in_task():
            return False
        self._break_off(exception)
        return True

    def _is_in_task(self) -> bool:
        import asyncio

        return asyncio.current_task(self._loop) is not None

    def _break_off(self, error: BaseException) -> None:
        """End the cell that awaits, for `error`, or the one that has begun and has not come to its answer."""
        if self._awaited is None and self._held is None and self._begun is not None and self._ended is None:
            self._ended = self._failed(error)
        if self._awaited is not None and self._loop is not None and not self._loop.is_closed():
            self._why_cancelled = error
            self._loop.call_soon_threadsafe(self._awaited.cancel)

    def _close_loop(self) -> None:
        if self._loop is None or self._loop.is_closed():
            return
        if _getpid() != self._pid:  # its descriptors are the parent's too: leave it as it is
            vars(self._loop)["_closed"] = True
            return
        import asyncio

        self._inbox.wake_by(None)
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        if tasks:
            self._loop.run_until_complete(asyncio.wait(tasks, timeout=_CANCEL_S))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()


def _exit_code(result: CellResult) -> int:
    """Return what a process exits with whose code has ended so. Only results of scripts always say that."""
    if result.exit_code is not None:
        return result.exit_code
    return {"failed": 1, "interrupted": 130}.get(result.state, 0)
