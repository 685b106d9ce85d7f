"""Cells by IPython's own `run_cell`, as in Jupyter, with our code objects and our displays.

IPython transforms a cell's text, keeps its history, calls its events and shows what failed; the code that it
runs carries the cell's virtual filename and lines. Imports IPython.
"""

# mypy: allow-untyped-calls
import ast
import bdb  # noqa: F401  # IPython imports it when the first cell runs: from the notebook's folder, perhaps
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType, FrameType, ModuleType
from typing import Any

from IPython.core.async_helpers import _asyncio_runner
from IPython.core.error import UsageError
from IPython.core.interactiveshell import ExecutionInfo, ExecutionResult, InteractiveShell

from ...common.errors import one_line
from ...common.signal_handlers import traceback_of
from ...evaluate.compiling import VALUE, is_coroutine, keep_value
from ...output.displays import Displays
from ...wire.messages import RunCell
from .ipython_display import CellDisplayHook, Publisher, connect, enable, takes
from .ipython_lines import CellCompiler, is_cell_magic
from .ipython_start import load_config, run_startup
from .shell import Program, ProgramListener

_HISTORY = ("_", "__", "___", "_i", "_ii", "_iii")
_TELLS = frozenset(["IPython.core.events", "IPython.core.formatters"])  # they show errors, and go on
_REPLACEABLE = frozenset(["showtraceback", "showsyntaxerror", "_showtraceback"])
_VALUE_FILE = f"<{__package__} value>"


class EmbeddedShell:
    """IPython's shell on `__main__`'s names."""

    def __init__(self, main: ModuleType, hidden: set[str], displays: Displays, *, is_script: bool) -> None:
        """`hidden` gets the names that IPython puts among the user's.

        `is_script`: what fails raises at once, since nobody runs cells.
        """
        self._hidden = hidden
        app = load_config(displays.complain)
        config = app.config
        config.HistoryManager.enabled = False  # no database: the notebook keeps the cells
        self._shell: Any = _Shell.instance(
            config=config, user_module=main, user_ns=vars(main), profile_dir=app.profile_dir, parent=app
        )
        self._shell.complain, self._shell.raises = displays.complain, is_script
        self._transformers = len(self._shell.input_transformers_cleanup)
        self._shell.builtin_trap.activate()
        connect(self._shell, displays)
        self._app = app

    def run_startup(self) -> None:
        """Run the user's startup files."""
        run_startup(self._app, self._shell)

    def compile(self, cell: RunCell, filename: str) -> Program:
        return _CellProgram(self._shell, cell, filename, self._awaits(cell.source))

    def begins(self, cell: RunCell) -> None:
        number = self._shell.execution_count
        self._hidden.update((f"_i{number}", f"_{number}", *_HISTORY))

    def shown(self, value: object) -> None:
        return None

    def output_of(self, exception: BaseException) -> object:
        return None

    def ends(self, cell: RunCell, exception: BaseException | None) -> None: ...

    def release_namespace(self) -> None:
        self._shell.builtin_trap.deactivate()  # `get_ipython` among the builtins outlives all modules

    def _awaits(self, source: str) -> bool:
        """Whether a cell is to run in the event loop: by its text, as IPython's transformers make it."""
        shell = self._shell
        if shell.trio_runner or shell.loop_runner is not _asyncio_runner:
            return False  # `%autoawait trio`: IPython runs a loop of its own
        is_usual = len(shell.input_transformers_cleanup) == self._transformers
        if is_usual and not shell.input_transformers_post and not ("await" in source or "async" in source):
            return False  # The look at its code would be the third time that it is compiled.
        try:
            text = shell.transform_cell(source)
        except Exception:  # it is told when the cell runs
            return False
        return bool(shell.should_run_async(source, transformed_cell=text, preprocessing_exc_tuple=None))


class _CellProgram:
    """One cell that IPython is to run."""

    def __init__(self, shell: "_Shell", cell: RunCell, filename: str, awaits: bool) -> None:
        self._shell = shell
        self._cell = cell
        self._filename = filename
        self.awaits = awaits

    def run(self, listener: ProgramListener) -> BaseException | None:
        shell, cell = self._shell, self._cell
        with shell.cell(cell, self._filename, listener) as run:
            try:
                result = shell.run_cell(cell.source, store_history=True, cell_id=cell.cell_id)
            except BaseException as error:
                return error
        return _error_of(result) or run.failure

    async def run_awaiting(self, listener: ProgramListener) -> BaseException | None:
        shell, cell = self._shell, self._cell
        with shell.cell(cell, self._filename, listener) as run:
            result = ExecutionResult(ExecutionInfo(cell.source, True, False, True, cell.cell_id))
            try:
                coroutine = shell.run_cell_async(
                    cell.source,
                    store_history=True,
                    transformed_cell=shell.transform_cell(cell.source),
                    cell_id=cell.cell_id,
                )
                listener.awaits(coroutine)
                result = await coroutine
            except BaseException as error:
                result.error_in_exec = error
            shell.events.trigger("post_execute")
            shell.events.trigger("post_run_cell", result)
        return _error_of(result) or run.failure


class _Run:
    """What becomes of one cell."""

    def __init__(self, cell: RunCell, listener: ProgramListener) -> None:
        self.cell = cell
        self.listener = listener
        self.outer: list[CodeType] = []  # codes of a cell that is a magic with a body
        self.has_body = False
        self.failure: BaseException | None = None  # what was shown as an error, though the code went on
        self._told: list[BaseException] = []

    def fails(self, exception: BaseException) -> None:
        self.failure = self.failure or exception

    def report_failure(
        self, exception: BaseException, text: str | None = None, *, is_shown: bool = False
    ) -> None:
        if not any(it is exception for it in self._told):
            self._told.append(exception)
            self.listener.failed(exception, text, is_shown)

    def compiled(self, code: CodeType) -> None:
        """Code of the cell is about to run; that of a magic with a body waits for the body's."""
        if is_cell_magic(self.cell.source):
            self.outer.append(code)
        else:
            self.listener.compiled([code])

    def found_body(self, code: CodeType) -> None:
        self.has_body = True
        self.listener.compiled([*self.outer, code])

    def end(self, shell: "_Shell") -> None:
        if self.outer and not self.has_body:
            magic = self.cell.source.split(None, 1)[0]
            self.listener.compiled(
                self.outer, f"{magic} does not run its body by IPython: nothing in it can stop"
            )
        failure = self.failure
        if failure is not None and (
            isinstance(failure, shell.custom_exceptions) or _REPLACEABLE & vars(shell).keys()
        ):
            self.report_failure(failure, is_shown=True)  # by the user's own handler


class _Shell(InteractiveShell):
    """Without what is a terminal's business."""

    compile: Any  # a CellCompiler
    displayhook: Any  # a CellDisplayHook
    compiler_class = CellCompiler
    displayhook_class = CellDisplayHook
    display_pub_class = Publisher
    current: _Run | None = None
    raises = False
    complain: Any = None  # says what went wrong with a value that is to be shown

    @contextmanager
    def cell(self, cell: RunCell, filename: str, listener: ProgramListener) -> Iterator[_Run]:
        """Have what is run be `cell`, until the end."""
        run = self.current = _Run(cell, listener)
        self.compile.cell_begins(cell, filename, run.found_body)
        try:
            yield run
        finally:
            self.current = self.displayhook.exec_result = None
            self.compile.cell_ends()
            run.end(self)

    def run_cell(self, *args: Any, **more: Any) -> Any:
        """Run a cell, or a text within one: what ends the cell is not kept in the result alone."""
        result = super().run_cell(*args, **more)
        error = _error_of(result)
        if error is not None and (self._is_end(error) or (self.raises and self.current is None)):
            raise error
        return result

    async def run_cell_async(self, *args: Any, **more: Any) -> Any:
        result = await super().run_cell_async(*args, **more)
        error = _error_of(result)
        if error is not None and self.current is not None:
            self.current.fails(error)
        return result

    def transform_cell(self, raw_cell: str) -> str:
        text: str = super().transform_cell(raw_cell)
        self.compile.transformed(raw_cell, text)
        return text

    async def run_ast_nodes(
        self,
        nodelist: list[ast.stmt],
        cell_name: str,
        interactivity: str = "last_expr",
        compiler: Any = compile,
        result: Any = None,
    ) -> Any:
        """Run the cell as one code object, where IPython makes one of each statement: goto needs that."""
        code, line = None, 0
        if self.current is not None and self.compile.is_cell(cell_name) and nodelist:
            code, line = self._whole(nodelist, cell_name, interactivity, compiler)
        if code is None or self.current is None:
            return await super().run_ast_nodes(nodelist, cell_name, interactivity, compiler, result)
        self.current.compiled(code)
        if await self.run_code(code, result, async_=is_coroutine(code)):
            return True
        return bool(line) and await self._show(self.current.cell.filename, line, result)

    def _whole(
        self, statements: list[ast.stmt], name: str, interactivity: str, compiler: Any
    ) -> tuple[CodeType | None, int]:
        """Return the code of all statements and the line of its value; None: IPython runs each on its own."""
        body = list(statements)
        if interactivity == "last_expr_or_assign":
            body += _assigned(body[-1])
        elif interactivity not in ("last_expr", "none"):
            return None, 0
        tree = ast.Module(body, [])
        line = keep_value(tree, "") if interactivity != "none" else 0
        try:
            with compiler.extra_flags(ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if self.autoawait else 0):
                return compiler(tree, name, "exec"), line
        except Exception:  # a statement that is none, `return` say: those before it run
            return None, 0

    async def _show(self, filename: str, line: int, result: Any) -> bool:
        """Show the last value as IPython does, once its statement is over."""
        shows = ast.Expr(ast.Name(VALUE, ast.Load()))  # what "single" mode does with its value
        tree = ast.fix_missing_locations(ast.Interactive([shows]))
        self.displayhook.place = filename, line
        try:
            return bool(await self.run_code(compile(tree, _VALUE_FILE, "single"), result))
        finally:
            self.displayhook.place = None

    def _find_with_lazy_load(self, type_: str, magic_name: str) -> Any:
        """Find a magic; have `%%prun` compile its body as the part of the cell that it is."""
        magic = super()._find_with_lazy_load(type_, magic_name)
        owner = getattr(magic, "__self__", None)
        profile = getattr(owner, "_run_with_profiler", None)
        if profile is not None and "_run_with_profiler" not in vars(owner):

            def profile_body(code: Any, *args: Any, **more: Any) -> Any:
                if self.current is not None and issubclass(type(code), str) and self.compile.knows(code):
                    code = self.compile(self.compile.ast_parse(code), "<prun>", "exec")
                return profile(code, *args, **more)  # given a text, cProfile compiles that itself

            vars(owner)["_run_with_profiler"] = profile_body
        return magic

    def init_virtualenv(self) -> None:
        """Leave `sys.path` alone: the interpreter is the one that was chosen."""

    def ask_exit(self) -> None:
        """End the cell: `exit` and `quit` call this."""
        raise SystemExit(0)

    def enable_gui(self, gui: str | None = None) -> None:
        """Have no window's event loop."""

    def enable_matplotlib(self, gui: str | None = None) -> Any:
        return enable(gui) if takes(gui) else super().enable_matplotlib(gui)

    def showtraceback(self, exc_tuple: Any = None, *args: Any, **more: Any) -> None:
        """Show an error, and have the cell fail for it: also where a magic goes on.

        What is to end the cell is raised again: IPython would keep it.
        """
        try:
            _, exception, _ = self._get_exc_info(exc_tuple)
        except ValueError:
            print("No traceback available to show.", file=sys.stderr)
            return
        asks = _module_that_asks(sys._getframe(1))
        is_raised = exc_tuple is not None or sys.exception() is exception
        if is_raised and (self._is_end(exception) or (self.raises and self.current is None)):
            raise exception
        if asks == "IPython.core.formatters":
            self.complain(f"a value cannot be shown in all its forms: {one_line(exception)}")
            return
        if self.current is None:
            self.complain(self._text_of(exception) or one_line(exception))
            return
        if is_raised and asks not in _TELLS and asks != "__main__":
            self.current.fails(exception)
        if "_showtraceback" in vars(self):  # rich's, say
            self.current.report_failure(exception, is_shown=True)
            self._showtraceback(type(exception), exception, self._formatted(exception))
        else:
            self.current.report_failure(exception, self._text_of(exception))

    def showsyntaxerror(self, *args: Any, **more: Any) -> None:
        self.showtraceback()

    showindentationerror = showsyntaxerror

    def _is_end(self, exception: BaseException) -> bool:
        """Whether an exception is to end the cell: an exit, an interrupt, a quit, a cancelled task."""
        return not issubclass(type(exception), Exception)

    def _text_of(self, exception: BaseException) -> str | None:
        """Return an error as IPython shows it where the user has asked for that; None: as Python does."""
        if type(exception) is UsageError:
            return f"UsageError: {exception}\n"
        if hasattr(exception, "_render_traceback_") or self.InteractiveTB.mode != "Context":
            return "".join(f"{it}\n" for it in self._formatted(exception))
        return None

    def _formatted(self, exception: BaseException) -> list[str]:
        try:
            if hasattr(exception, "_render_traceback_"):
                return list(exception._render_traceback_())
            trace = traceback_of(exception)
            while trace is not None and trace.tb_frame.f_globals.get("__name__", "").startswith("IPython."):
                trace = trace.tb_next
            text = self.InteractiveTB.structured_traceback(type(exception), exception, trace, tb_offset=0)
            return list(text)
        except Exception:  # of the user's own renderer, say: the exception is shown all the same
            return [one_line(exception)]


def _error_of(result: Any) -> BaseException | None:
    error: BaseException | None = result.error_before_exec or result.error_in_exec
    return error


def _assigned(statement: ast.stmt) -> list[ast.stmt]:
    """Return an expression for the name that a statement binds, as `last_expr_or_assign` wants it shown."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]):
            pass
        case ast.AugAssign(target=ast.Name(id=name)) | ast.AnnAssign(target=ast.Name(id=name)):
            pass
        case _:
            return []
    value = ast.copy_location(ast.Name(name, ast.Load()), statement)
    return [ast.copy_location(ast.Expr(value), statement)]


def _module_that_asks(frame: FrameType | None) -> str:
    """Return the module of IPython or of the notebook that has an error shown, behind any wrapper."""
    while frame is not None:
        name = frame.f_globals.get("__name__")
        if type(name) is str and (name == "__main__" or name.startswith("IPython.")):
            return name
        frame = frame.f_back
    return ""
