"""Cells through IPython: its syntax, magics, `display`, `In` and `Out`, with our code objects.

The shell transforms a cell's text, we compile and run it: every code object carries the cell's
virtual filename and its lines, also in the body of a cell magic. Imports IPython.
"""

# mypy: allow-untyped-calls
import ast
import sys
from types import CodeType, ModuleType
from typing import Any

from IPython.core.compilerop import CachingCompiler
from IPython.core.interactiveshell import ExecutionInfo, ExecutionResult, InteractiveShell
from traitlets.config import Config

from .compiling import at_line, compile_tree, future_flags, keep_value, parse
from .displays import Displays
from .ipython_display import Publisher, connect, enable, takes
from .mime import Bundle
from .outcomes import one_line
from .wire import RunCell

_HISTORY = ("_", "__", "___", "_i", "_ii", "_iii")


class EmbeddedShell:
    """IPython's shell on `__main__`'s names."""

    def __init__(self, main: ModuleType, hidden: set[str], displays: Displays) -> None:
        """`hidden` gets the names that IPython puts among the user's."""
        self._hidden = hidden
        config = Config()
        config.HistoryManager.enabled = False  # no database: the notebook keeps the cells
        self._shell: Any = _Shell.instance(config=config, user_module=main, user_ns=vars(main))
        self._compiler: Any = self._shell.compile
        self._shell.builtin_trap.activate()
        self._shell.complain = displays.complain
        connect(self._shell, displays)
        # A newer IPython counts a cell before it runs, an older one after.
        self._counts_first = self._shell.execution_count > self._shell.displayhook.prompt_count
        self._flags = 0
        self._result: Any = None  # what IPython's own runner would fill in

    def compile(self, cell: RunCell, filename: str) -> tuple[CodeType, int]:
        """Also makes the cell the newest of `In`."""
        shell = self._shell
        text = at_line(self._transformed(cell.source), cell.first_line)
        self._compiler.enter(cell, filename, self._bodies(cell.source))
        tree = parse(text, filename, self._flags)
        tree = shell.transform_ast(tree)
        line = keep_value(tree, text)
        code = compile_tree(tree, filename, self._flags)
        self._flags |= future_flags(code)
        self._compiler.flags |= self._flags
        return code, line

    def begins(self, cell: RunCell) -> None:
        shell = self._shell
        number = shell.execution_count
        shell.history_manager.store_inputs(number, self._transformed(cell.source), cell.source)
        self._hidden.update((f"_i{number}", f"_{number}", *_HISTORY))
        info = ExecutionInfo(cell.source, True, False, True, cell.cell_id)
        self._result = ExecutionResult(info)
        self._result.execution_count = shell.execution_count
        shell.execution_count += self._counts_first
        shell.events.trigger("pre_execute")
        shell.events.trigger("pre_run_cell", info)
        shell.is_in_cell = True

    def shown(self, value: object) -> Bundle | None:
        """Also makes the value `_`, and that of its number in `Out`."""
        hook = self._shell.displayhook
        hook.check_for_underscore()
        data, metadata = hook.compute_format_data(value)
        hook.update_user_ns(value)
        if self._result is not None:
            self._result.result = value
        return Bundle(dict(data), dict(metadata)) if data else None

    def output_of(self, exception: BaseException) -> object:
        return None

    def ends(self, cell: RunCell, exception: BaseException | None) -> None:
        self._shell.is_in_cell = False
        if self._result is None:
            return
        self._result.error_in_exec = exception
        self._shell.events.trigger("post_execute")
        self._shell.events.trigger("post_run_cell", self._result)
        self._shell.execution_count += not self._counts_first
        self._result = None

    def let_go(self) -> None:
        self._shell.builtin_trap.deactivate()  # `get_ipython` among the builtins outlives all modules

    def _transformed(self, source: str) -> str:
        """Return the cell's text as Python, each line where it was: IPython drops empty lines above."""
        lines = source.splitlines()
        above = next((at for at, line in enumerate(lines) if line.strip()), 0)
        text: str = self._shell.transform_cell(source)
        return "\n" * above + text

    def _bodies(self, source: str) -> dict[str, int]:
        """Return, for the bodies of cell magics, how many lines of the cell are above them."""
        lines = source.splitlines(keepends=True)
        bodies = {}
        above = 0
        while above < len(lines) and (lines[above].startswith("%%") or not lines[above].strip()):
            above += 1
            body = "".join(lines[above:])
            bodies[body.strip()] = bodies[self._shell.transform_cell(body).strip()] = above
        return bodies


class _Compiler(CachingCompiler):
    """Knows the body of a cell magic again, and compiles it as the part of the cell that it is."""

    def __init__(self) -> None:
        super().__init__()
        self._filename = ""
        self._bodies: dict[str, int] = {}
        self._above = 0  # lines of the file that are above the cell
        self._ours: set[int] = set()  # ids of trees whose lines are the cell's

    def enter(self, cell: RunCell, filename: str, bodies: dict[str, int]) -> None:
        self._filename, self._bodies = filename, bodies
        self._above = max(cell.first_line - 1, 0)
        self._ours.clear()

    def ast_parse(self, source: str, filename: str = "<unknown>", symbol: str = "exec") -> ast.AST:
        tree = super().ast_parse(source, filename, symbol)
        above = self._bodies.get(source.strip())
        if above is None:
            return tree
        first = len(source) - len(source.lstrip("\n"))  # lines that the magic put above
        ast.increment_lineno(tree, self._above + above - first)
        for node in ast.walk(tree):
            node._is_of_cell = True  # type: ignore[attr-defined]
        return tree

    def __call__(self, source: Any, filename: str, symbol: str, **more: Any) -> CodeType:
        """Compile a text or a tree, of which a magic may have made only a part."""
        if isinstance(source, ast.AST):
            nodes = list(ast.walk(source))
            lines = [it.lineno for it in nodes if hasattr(it, "_is_of_cell") and hasattr(it, "lineno")]
            if lines:
                filename = self._filename
                _put_at([it for it in nodes if not hasattr(it, "_is_of_cell")], min(lines))
        code: CodeType = super().__call__(source, filename, symbol, **more)
        return code


def _put_at(nodes: list[Any], line: int) -> None:
    """Give what a magic puts round a body the line where the body begins."""
    for node in nodes:
        if hasattr(node, "lineno"):
            node.lineno = node.end_lineno = line
            node.col_offset = node.end_col_offset = 0


class _Shell(InteractiveShell):
    """Without what is a terminal's business."""

    compiler_class = _Compiler
    display_pub_class = Publisher
    is_in_cell = False
    complain: Any = None  # says what went wrong with a value that is to be shown

    def init_virtualenv(self) -> None:
        """Leave `sys.path` alone: the interpreter is the one that was chosen."""

    def ask_exit(self) -> None:
        """End the cell: `exit` and `quit` call this."""
        raise SystemExit(0)

    def enable_gui(self, gui: str | None = None) -> None:
        """Have no window's event loop."""

    def enable_matplotlib(self, gui: str | None = None) -> Any:
        return enable(gui) if takes(gui) else super().enable_matplotlib(gui)

    def showtraceback(self, *exc_info: object, **__: object) -> None:
        """Let the cell fail, not only print, when a magic caught an exception of its body."""
        exception = sys.exception()
        if exception is None:
            return
        if exc_info:  # a value's own method, called by a formatter, has raised it
            self.complain(f"a value cannot be shown in all its forms: {one_line(exception)}")
            return
        if self.is_in_cell:
            raise exception
        print(one_line(exception), file=sys.stderr)

    showsyntaxerror = showindentationerror = showtraceback
