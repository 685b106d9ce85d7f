"""Cells of a marimo notebook, in marimo's script mode: `mo.ui` at first values, `mo.cli_args` from argv.

Uses marimo once the notebook has imported it, and runs without. Source: `marimo._runtime.app.script_runner`.
"""

import ast
import builtins
import sys
from contextlib import ExitStack, suppress
from types import CodeType, ModuleType
from typing import Any

from ...common.private_names import keep_private
from ...common.when_imported import when_imported
from ...evaluate.compiling import at_line, compile_tree, keep_value, parse
from ...evaluate.marimo_names import mangle
from ...output.displays import Displays
from ...output.mime import PLAIN, Bundle
from ...wire.messages import RunCell
from .marimo_values import readable
from .shell import TellUser

_UI_NOTE = "mo.ui elements do not react here: each keeps the value that it begins with"


class MarimoShell:
    """Runs cells as statements, entering marimo's script mode when the notebook imports marimo."""

    def __init__(self, notebook: str, folder: str | None, displays: Displays, note: TellUser) -> None:
        """`folder` is on the path for the notebook: marimo itself never takes a file there for a package."""
        self._notebook = notebook
        self._displays = displays
        self._note = note
        self._has_told = False
        self._cell_id = ""
        self._context: Any = None  # marimo's, once the notebook has imported it
        self._compile: Any = None  # marimo's, likewise
        self._unregistered: dict[str, str] = {}  # texts, by id: cells that marimo's graph may not have
        self._as_cell = ExitStack()
        when_imported("marimo", self._enter_script_mode, note, folder)

    def compile(self, cell: RunCell, filename: str) -> tuple[CodeType, int]:
        text = at_line(cell.source, cell.first_line)
        tree = parse(text, filename)
        self._tell_of_ui(tree)
        mangle(tree, keep_private(cell.filename, cell.cell_id))
        line = keep_value(tree, text)
        return compile_tree(tree, filename), line

    def begins(self, cell: RunCell) -> None:
        self._cell_id = cell.cell_id
        self._unregistered[cell.cell_id] = cell.source
        self._enter_cell()

    def shown(self, value: object) -> Bundle | None:
        bundle = self._displays.bundle(value)
        is_marimos = type(value).__module__.startswith("marimo.")
        if bundle is not None and is_marimos and "text/markdown" in bundle.data:
            bundle.data[PLAIN] = bundle.data["text/markdown"]
        line = readable(value) if bundle is not None and is_marimos else None
        if bundle is not None and line is not None:
            bundle.data[PLAIN] = line
        return bundle

    def output_of(self, exception: BaseException) -> object:
        return getattr(exception, "output", None)

    def ends(self, cell: RunCell, exception: BaseException | None) -> None:
        self._as_cell.close()

    def release_namespace(self) -> None: ...

    def _enter_cell(self) -> None:
        """Have marimo know which cell runs: `mo.ui` asks; `mo.cache`, what the cells before it define."""
        if self._context is None:
            return
        for cell_id, source in self._unregistered.items():
            with suppress(Exception):  # Python may run a cell that marimo cannot parse.
                self._register(cell_id, source)
        self._unregistered.clear()
        self._as_cell.enter_context(self._context.with_cell_id(self._cell_id))

    def _register(self, cell_id: str, source: str) -> None:
        graph = self._context.graph
        if cell_id in graph.cells:
            if graph.cells[cell_id].code == source:
                return
            graph.delete_cell(cell_id)
        graph.register_cell(cell_id, self._compile(source, cell_id))

    def _enter_script_mode(self, marimo: ModuleType) -> None:
        """Do what marimo does before it runs a notebook as a script."""
        try:
            from marimo._ast.app import InternalApp
            from marimo._ast.compiler import compile_cell
            from marimo._messaging.types import NoopStream
            from marimo._runtime.context.script_context import initialize_script_context
            from marimo._runtime.context.types import get_context

            initialize_script_context(InternalApp(marimo.App()), NoopStream(), self._notebook)
            self._context, self._compile = get_context(), compile_cell
            # A dict, as in every namespace but this one, where it is the module: `mo.cache` looks into it.
            vars(sys.modules["__main__"])["__builtins__"] = vars(builtins)
            self._enter_cell()
        except Exception as problem:  # it is marimo's private side, and may be another in another version
            self._note(
                f"marimo is not at work here: cells run as plain Python ({type(problem).__name__}: {problem})"
            )

    def _tell_of_ui(self, tree: ast.Module) -> None:
        """Say once that nobody moves a slider here."""
        if self._has_told:
            return
        for node in ast.walk(tree):
            match node:
                case ast.Attribute(value=ast.Name(id="mo" | "marimo"), attr="ui"):
                    self._has_told = True
                    self._note(_UI_NOTE)
                    return
