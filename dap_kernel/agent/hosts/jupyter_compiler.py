"""What an ipykernel compiles with while it is debugged: it takes note of which cell each code object is of.

Bodies of cell magics are compiled as the parts of their cell that they are, as `run/shells/ipython_lines.py`
has it. The kernel's own is put back at the end; a cell that runs meanwhile is compiled on by this one.
"""

import ast
from types import CodeType
from typing import Any

from ..debuggee.code_names import learn, name_at
from ..wire.messages import RunCell


class LentShell:
    """How a kernel's shell compiles, between `begin` and `end`."""

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._own: Any = shell.compile
        self._learning: Any = None  # shares its state with the shell's own

    def begin(self) -> None:
        """Have texts, and what is made of them, be noted."""
        from ..run.shells.ipython_lines import CellCompiler

        kind: Any = _learning(type(self._own), CellCompiler)
        learning = self._learning = kind.__new__(kind)
        object.__setattr__(learning, "__dict__", vars(self._own))
        transform = self._shell.transform_cell

        def transform_cell(raw: str) -> str:
            text: str = transform(raw)
            learning.transformed(raw, text)
            return text

        vars(self._shell).update(compile=learning, transform_cell=transform_cell)

    def end(self) -> None:
        """Have the shell compile as it did."""
        if self._learning is not None:
            vars(self._shell)["compile"] = self._own
            vars(self._shell).pop("transform_cell", None)

    def cell_begins(self, source: str, file: str, name: str) -> None:
        """Take texts for those of a cell, whose code says that it is in `file`."""
        if self._learning is not None:
            self._learning.cell_begins(RunCell("", 0, name, source, ""), file, lambda code: None)

    def cell_ends(self) -> None:
        """Take texts for no cell's."""
        if self._learning is not None:
            self._learning.cell_ends()


def _learning(base: type, lines: type) -> type:
    """Return what is both: the kernel's kind of compiler, and one that knows where lines are.

    What it knows of the cell is the class's: its instance has the kernel's state.
    """

    class LearningCompiler(lines, base):  # type: ignore[misc]
        _cell: RunCell | None = None
        _filename = ""
        _tables: dict[str, list[int]] = {}

        def cell_begins(self, cell: RunCell, filename: str, on_body: object) -> None:
            LearningCompiler._cell, LearningCompiler._filename = cell, filename

        def cell_ends(self) -> None:
            LearningCompiler._cell = None
            self._tables.clear()

        def _on_body(self, code: CodeType) -> None: ...

        def transformed(self, raw: str, text: str) -> None:
            if self._cell is not None and raw != self._cell.source:  # whose lines are as they are
                super().transformed(raw, text)

        def ast_parse(self, source: str, filename: str = "<unknown>", symbol: str = "exec") -> ast.AST:
            if source in self._tables:
                return super().ast_parse(source, filename, symbol)  # type: ignore[no-any-return]
            return base.ast_parse(self, source, filename, symbol)  # type: ignore[attr-defined, no-any-return]

        def _told(self, error: SyntaxError, lines: object) -> SyntaxError:
            return error

        def _learn(self, code: CodeType) -> None:
            name = name_at(code.co_filename, 1)
            if name != code.co_filename:
                learn(code, name)

    return LearningCompiler
