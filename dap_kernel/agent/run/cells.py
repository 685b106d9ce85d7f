"""Running one cell from its text to its result, on the main thread.

Knows neither the wire's commands' order nor the event loop: `main_thread.py` calls it.
"""

import sys
from collections.abc import Callable, Coroutine
from time import perf_counter
from types import CodeType
from typing import Any

from ..common.errors import one_line
from ..common.object_access import is_instance
from ..common.private_names import plain
from ..common.signal_handlers import traceback_of
from ..debuggee.code_names import learn, spell
from ..debuggee.user_code import is_import_system
from ..dispatch.agent import Agent
from ..evaluate.compiling import VALUE, is_coroutine
from ..output.displays import Displays
from ..output.figures import Figures
from ..output.streams import Streams
from ..wire.messages import CellResult, RanCell, RunCell, StopAtEntry
from ..wire.structs import Struct, field, replace
from .kernel_host import KernelHost
from .line_sampler import Sampler
from .outcomes import exit_message, innermost, is_quit, result_of, shortened, traceback_text, without_leading
from .shells.shell import Program, Shell
from .source_cache import SourceCache


class CompiledCell(Struct):
    """One cell that was compiled, and is now to run."""

    cell: RunCell
    code: CodeType | Program
    value_line: int  # 0: its last value is not shown
    began: float
    stopped_s: float  # of the main thread, before it began
    goes_on: StopAtEntry | None = None  # see `CellResult`
    is_open: bool = False  # begun, and not ended
    told: list[tuple[BaseException, str]] = field(default_factory=list)  # what a program has shown

    @property
    def awaits(self) -> bool:
        """Whether it is to run inside the event loop."""
        return is_coroutine(self.code) if isinstance(self.code, CodeType) else self.code.awaits


class CellRunner:
    """Runs cells in the notebook's namespace."""

    def __init__(
        self,
        agent: Agent,
        host: KernelHost,
        shell: Shell,
        sampler: Sampler,
        displays: Displays,
        figures: Figures,
    ) -> None:
        self._agent = agent
        self._host = host
        self._streams = host.output
        host.hidden.update(host.namespace)  # What is there before the first cell is the kernel's own.
        self._shell = shell
        self._sampler = sampler
        self._displays = displays
        self._figures = figures
        self._is_program = agent.start.is_program
        self._sources = SourceCache()
        self._ran = host.ran

    def prepare(self, cell: RunCell) -> CompiledCell | CellResult:
        """Compile a cell, or return its result when that cannot be."""
        began, stopped_s = perf_counter(), self._agent.parking.stopped_s
        self._streams.repair()
        filename = self._spelled(cell)
        if not self._is_program:
            self._sources.add(filename, cell.source, cell.first_line)
        self._note(cell, None)
        try:
            compiled = self._shell.compile(cell, filename)
            if isinstance(compiled, tuple) and filename != cell.filename:
                learn(compiled[0], cell.filename)
        except BaseException as exception:
            if is_instance(exception, SyntaxError) and exception.filename == filename:
                exception.filename = cell.filename
            return self._finish(
                CompiledCell(cell, compile("", cell.filename, "exec"), 0, began, stopped_s), exception
            )
        if not isinstance(compiled, tuple):
            return CompiledCell(cell, compiled, 0, began, stopped_s)
        self._agent.compiled(compiled[0])
        return CompiledCell(cell, *compiled, began, stopped_s)

    def run(self, run: CompiledCell) -> CellResult:
        """Run a cell to its end."""
        exception: BaseException | None = None
        try:
            self._begin(run)
            try:
                if isinstance(run.code, CodeType):
                    exec(run.code, self._host.namespace)
                    self._show_value(run)
                else:
                    exception = run.code.run(
                        _RunListener(self._agent, self._streams, self._sampler, run, self._texts)
                    )
            finally:
                self._show_figures(run)
        except BaseException as error:
            exception = error
        try:
            return self._finish(run, exception)
        finally:
            exception = None  # Its traceback holds this frame, and so all frames of the user's.

    async def run_awaiting(
        self, run: CompiledCell, why_cancelled: Callable[[], BaseException | None]
    ) -> CellResult:
        """Run a cell that awaits; `why_cancelled` gives what its task was cancelled for."""
        exception: BaseException | None = None
        try:
            self._begin(run)
            try:
                listener = _RunListener(self._agent, self._streams, self._sampler, run, self._texts)
                if isinstance(run.code, CodeType):
                    coroutine = eval(run.code, self._host.namespace)
                    listener.awaits(coroutine)
                    await coroutine
                    self._show_value(run)
                else:
                    exception = await run.code.run_awaiting(listener)
            finally:
                self._show_figures(run)
        except BaseException as error:
            exception = error
        why = None if exception is None else why_cancelled()
        if exception is not None and why is not None:
            exception = why.with_traceback(traceback_of(exception))
        why = None
        try:
            return self._finish(run, exception)
        finally:
            exception = None

    def _spelled(self, cell: RunCell) -> str:
        """Return where a cell's code is to say that it is."""
        if not cell.first_line:
            return cell.filename
        last = cell.first_line + cell.source.count("\n")
        return spell(self._agent.start.notebook, cell.filename, cell.first_line, last)

    def _begin(self, run: CompiledCell) -> None:
        run.is_open = True
        self._shell.begins(run.cell)
        self._sampler.cell_begins()
        self._agent.cell_begins(run.cell.stop_at_entry)

    def _end(self, run: CompiledCell) -> None:
        run.goes_on = self._agent.cell_ends()
        self._sampler.cell_ends()
        run.is_open = False
        self._host.namespace.pop(VALUE, None)
        self._streams.flush((run.cell.filename, _last_line(run)))

    def _show_figures(self, run: CompiledCell) -> None:
        """Show what the cell has drawn, also one that failed, and end it."""
        try:
            self._figures.cell_ends()
        finally:
            self._end(run)

    def _show_value(self, run: CompiledCell) -> None:
        if run.value_line:
            self._show(self._host.namespace.pop(VALUE, None), run)

    def _show(self, value: object, run: CompiledCell) -> None:
        bundle = None if value is None else self._shell.shown(value)
        if bundle is not None:
            self._displays.publish(bundle, (run.cell.filename, run.value_line), is_result=True)

    def _finish(self, run: CompiledCell, exception: BaseException | None) -> CellResult:
        if run.is_open:  # an interrupt came between the code's end and ours
            self._end(run)
        result = self._shown_plain(result_of(exception, self._is_program))
        result.failed_file, result.failed_line = innermost(exception, self._ran)
        result.own_line = innermost(exception, (run.cell.filename,))[1]
        try:
            if exception is not None:
                self._report(run, exception, result)
            self._shell.ends(run.cell, exception)
        except BaseException as error:  # user code runs in there: the repr of an output, the end of a stop
            if not is_quit(error):
                self._streams.emit_error(f"{one_line(error)}\n")
        self._note(run.cell, result)
        stopped_s = self._agent.parking.stopped_s - run.stopped_s
        duration_s = max(perf_counter() - run.began - stopped_s, 0.0)
        return replace(result, goes_on=run.goes_on, duration_s=duration_s)

    def _report(self, run: CompiledCell, exception: BaseException, result: CellResult) -> None:
        """Say on stderr what the user is to know of an exception, and look at it post mortem."""
        streams = self._streams
        without_leading(exception, self._agent.user_code.is_kernel)
        if self._is_program and not issubclass(type(exception), SystemExit):
            _leave_as_last(exception)
        if is_instance(exception, SystemExit):
            streams.emit_error(exit_message(exception))
        elif result.state == "stopped":
            self._show(self._shell.output_of(exception), run)
        elif self._is_program and sys.excepthook is not sys.__excepthook__:
            sys.excepthook(type(exception), exception, traceback_of(exception))
            streams.flush()
        else:
            told = next((text for it, text in run.told if it is exception), None)
            text, shown = self._texts(exception) if told is None else (told, "")
            if result.state == "failed":
                result.traceback = shortened(text)
            if told is None:
                (streams.emit_traceback if result.state == "failed" else streams.emit_error)(shown)
        if result.state == "failed":
            if not self._is_program:
                _leave_as_last(exception)
            if not run.cell.may_fail:
                self._agent.watcher.uncaught(exception)

    def _texts(self, exception: BaseException) -> tuple[str, str]:
        """Return the traceback as the server keeps it, and as the user reads it."""
        self._sources.restore()
        text = shown = plain(traceback_text(exception, self._is_hidden))
        if self._streams.has_terminal:
            shown = plain(traceback_text(exception, self._is_hidden, is_for_server=False))
        return text, shown

    def _shown_plain(self, result: CellResult) -> CellResult:
        error, name = result.error, result.missing_name
        return replace(result, error=error and plain(error), missing_name=name and plain(name))

    def _is_hidden(self, filename: str) -> bool:
        """Whether frames of a file are left out of tracebacks: the kernel's own, and the import system's."""
        return is_import_system(filename) or self._agent.user_code.is_kernel(filename)

    def _note(self, cell: RunCell, result: CellResult | None) -> None:
        state = "running" if result is None else result.state
        self._ran[cell.filename] = RanCell(
            cell.cell_id, cell.revision, cell.filename, cell.source, state, cell.first_line
        )


class _RunListener:
    """Takes what a program tells while it runs to the parts that want to know."""

    def __init__(
        self,
        agent: Agent,
        streams: Streams,
        sampler: Sampler,
        run: CompiledCell,
        texts_of: Callable[[BaseException], tuple[str, str]],
    ) -> None:
        self._agent = agent
        self._streams = streams
        self._sampler = sampler
        self._run = run
        self._texts_of = texts_of

    def compiled(self, codes: list[CodeType], why: str | None = None) -> None:
        self._agent.compiled(*codes, why=why)

    def awaits(self, coroutine: Coroutine[Any, Any, object]) -> None:
        self._sampler.awaits(coroutine)
        self._agent.cell_awaits(coroutine)

    def failed(self, exception: BaseException, text: str | None, is_shown: bool) -> None:
        text, shown = (text, text) if text is not None else self._texts_of(exception)
        self._run.told.append((exception, text))
        if not is_shown:
            self._streams.emit_traceback(shown)


def _leave_as_last(exception: BaseException) -> None:
    """Leave an exception where `pdb.pm()` and functions of `atexit` look for the one that nobody caught."""
    sys.last_type, sys.last_value, sys.last_traceback = type(exception), exception, traceback_of(exception)
    if sys.version_info >= (3, 12):
        sys.last_exc = exception


def _last_line(run: CompiledCell) -> int:
    if not isinstance(run.code, CodeType):
        return run.cell.source.rstrip().count("\n") + max(run.cell.first_line, 1)
    return max((line or 0 for _, _, line in run.code.co_lines()), default=0)
