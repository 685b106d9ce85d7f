"""Where the texts that IPython compiles stand in the cell: line tables, and the compiler that uses them.

IPython parses what its transformers made of a text: they drop, join and add lines. A magic passes on its
body, or a text made of it. Imports IPython.
"""

# mypy: allow-untyped-calls
import ast
from collections.abc import Callable
from copy import deepcopy
from difflib import SequenceMatcher
from types import CodeType
from typing import Any

from IPython.core.compilerop import CachingCompiler

from ...debuggee.code_names import learn
from ...wire.messages import RunCell

_MARK = 1 << 24  # added to the lines of trees that a magic compiles under a name of its own
_OF_A_PROMPT = 0x4200  # codeop's PyCF_DONT_IMPLY_DEDENT, PyCF_ALLOW_INCOMPLETE_INPUT: more lines may come
Lines = list[int]  # for each line of a text, from its first, the line of the cell


class CellCompiler(CachingCompiler):
    """Compiles the cell, and the bodies of its magics as the parts of the cell that they are."""

    def __init__(self) -> None:
        super().__init__()
        self._cell: RunCell | None = None
        self._filename = ""  # that its code says
        self._tables: dict[str, Lines] = {}  # by text
        self._on_body: Callable[[CodeType], None] = lambda code: None

    def cell_begins(self, cell: RunCell, filename: str, on_body: Callable[[CodeType], None]) -> None:
        """Take texts for those of `cell`, whose code says `filename`.

        `on_body` gets the code of a magic's body before it is compiled.
        """
        self._cell, self._filename, self._on_body = cell, filename, on_body

    def cell_ends(self) -> None:
        self._cell = None
        self._tables.clear()

    def transformed(self, raw: str, text: str) -> None:
        """Take note that `text` was made of `raw`."""
        if self._cell is None:
            return
        source = self._cell.source
        lines = identity(raw) if raw == source else located(raw, source)
        if lines is not None:
            above = max(self._cell.first_line - 1, 0)
            self._tables[text] = [above + lines[it - 1] for it in traced(text, raw)]

    def is_cell(self, filename: str) -> bool:
        """Whether code of this name is the cell's."""
        return self._cell is not None and filename == self._filename

    def knows(self, text: str) -> bool:
        """Whether a text was made of the cell's."""
        return text in self._tables

    def cache(self, transformed_code: str, number: int = 0, raw_code: str | None = None) -> str:
        if self._cell is None or transformed_code not in self._tables:
            return str(super().cache(transformed_code, number, raw_code=raw_code))
        self._filename_map[self._filename] = number
        return self._filename  # its text is in the line cache already, as it was written

    def ast_parse(self, source: str, filename: str = "<unknown>", symbol: str = "exec") -> ast.AST:
        """Parse as IPython does, and give the tree the lines of the cell.

        Called by IPython, also for the body of a magic. Raises SyntaxError with the line of the cell.
        """
        lines = self._tables.get(source)
        try:
            tree = super().ast_parse(source, filename, symbol)
        except SyntaxError as error:
            raise self._told(self._plainer(source, filename, symbol) or error, lines) from None
        if lines is None:
            return tree
        if lines != identity(source)[: len(lines)]:
            _move(tree, lambda line: _at(lines, line))
        self._tell_of_body(tree, source)
        if filename != self._filename:
            ast.increment_lineno(tree, _MARK)
        return tree

    def __call__(self, source: Any, filename: str, symbol: str, **more: Any) -> CodeType:
        """Compile a text or a tree, of which a magic may have made only a part."""
        if self._cell is not None and issubclass(type(source), ast.AST) and filename != self._filename:
            marked = [line for it in ast.walk(source) if (line := getattr(it, "lineno", 0)) > _MARK]
            if marked:
                first = min(marked)  # what a magic puts round a body gets the line where that begins
                source = deepcopy(source)  # `%%timeit` compiles its body twice
                _move(source, lambda line: max(line, first) - _MARK)
                filename = self._filename
        return self._compiled(source, filename, symbol, **more)

    def _plainer(self, source: str, filename: str, symbol: str) -> SyntaxError | None:
        """Return what is wrong with a text that breaks off: where, and not only that it does."""
        try:
            compile(
                source, filename, symbol, self.flags & ~_OF_A_PROMPT | ast.PyCF_ONLY_AST, dont_inherit=True
            )
        except SyntaxError as error:
            return error
        return None

    def _told(self, error: SyntaxError, lines: Lines | None) -> SyntaxError:
        """Return an error with its place in the cell."""
        if lines is not None and self._cell is not None:
            error.filename = self._cell.filename
            for name in ("lineno", "end_lineno"):
                if isinstance(line := getattr(error, name), int):
                    setattr(error, name, _at(lines, line))
        return error

    def _compiled(self, source: Any, filename: str, symbol: str, **more: Any) -> CodeType:
        code: CodeType = super().__call__(source, filename, symbol, **more)
        self._learn(code)
        return code

    def _learn(self, code: CodeType) -> None:
        if self._cell is not None and code.co_filename == self._filename != self._cell.filename:
            learn(code, self._cell.filename)

    def _tell_of_body(self, tree: Any, source: str) -> None:
        if self._cell is None or not is_cell_magic(self._cell.source) or "run_cell_magic(" in source:
            return
        try:
            flags = self.flags | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
            code = compile(tree, self._filename, "exec", flags, dont_inherit=True)
        except SyntaxError:
            return  # It is told when it is to run.
        self._learn(code)
        self._on_body(code)


def is_cell_magic(source: str) -> bool:
    return source.lstrip().startswith("%%")


def identity(text: str) -> Lines:
    return list(range(1, text.count("\n") + 2))


def located(raw: str, source: str) -> Lines | None:
    """Return the lines of `source`, a cell with a magic, where those of `raw` are; None: it is another text.

    `raw` is the end of the cell, or holds the magic's whole body, indented perhaps.
    """
    if not is_cell_magic(source):
        return None
    there = _stripped(source.rstrip())
    ours = _stripped(raw)
    begin = next((at for at, line in enumerate(ours) if line), len(ours))
    needle = _stripped(raw.rstrip())[begin:]
    if not needle:
        return None
    if there[-len(needle) :] == needle and len(needle) < len(there):
        return _shifted(len(ours), len(there) - len(needle) - begin, len(there))
    first = next((at for at, line in enumerate(there) if line and not line.startswith("%%")), len(there))
    body = there[first:]
    for at in range(len(ours) - len(body) + 1) if body else ():
        if ours[at : at + len(body)] == body:
            return [min(max(it, first + 1), len(there)) for it in _shifted(len(ours), first - at, 0)]
    return None


def traced(text: str, raw: str) -> Lines:
    """Return, for each line of `text`, the line of `raw` that it was made of."""
    new, old = _stripped(text.rstrip("\n")), _stripped(raw.rstrip("\n"))
    skipped = next((at for at, line in enumerate(old) if line), 0)  # lines without anything above the first
    kept = next((at for at, line in enumerate(new) if line), 0)
    old, new = old[skipped:], new[kept:]
    found = [0] * len(new)
    for kind, i1, i2, j1, j2 in _changes(old, new):
        starts = _logical(old, i1, i2)
        if kind == "equal" or i2 - i1 == j2 - j1:
            places = list(range(i1, i2))
        elif len(starts) == j2 - j1:
            places = starts
        else:
            places = [min(it, max(i2 - 1, i1)) for it in range(i1, i1 + j2 - j1)]
        found[j1:j2] = places
    most = len(old) - 1
    return [max(skipped - kept + it + 1, 1) for it in range(kept)] + [
        skipped + min(it, most) + 1 for it in found
    ]


def _changes(old: list[str], new: list[str]) -> list[tuple[str, int, int, int, int]]:
    """Return difflib's opcodes; without its work where the texts differ in one place."""
    shorter = min(len(old), len(new))
    top = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    rest = shorter - top
    end = next((at for at in range(rest) if old[-1 - at] != new[-1 - at]), rest)
    i, j = len(old) - end, len(new) - end
    middle = [("replace", top, i, top, j)]
    if i - top != j - top and j > top:
        opcodes = SequenceMatcher(None, old[top:i], new[top:j], autojunk=False).get_opcodes()
        middle = [(kind, *(it + top for it in ends)) for kind, *ends in opcodes]  # type: ignore[misc]
    return [("equal", 0, top, 0, top), *middle, ("equal", i, len(old), j, len(new))]


def _logical(lines: list[str], begin: int, end: int) -> list[int]:
    """Return the lines that continue none: IPython joins what a magic continues by a backslash."""
    return [it for it in range(begin, end) if it == begin or not lines[it - 1].endswith("\\")]


def _stripped(text: str) -> list[str]:
    return [it.strip() for it in text.split("\n")]


def _shifted(count: int, by: int, most: int) -> Lines:
    lines = (max(it + by, 1) for it in range(1, count + 1))
    return [min(it, most) for it in lines] if most else list(lines)


def _at(lines: Lines, line: int) -> int:
    return lines[min(max(line, 1), len(lines)) - 1]


def _move(tree: ast.AST, place: Callable[[int], int]) -> None:
    """Put every node at the line that `place`, which never falls, gives for its own."""
    for node in ast.walk(tree):
        placed: Any = node
        if "lineno" not in node._attributes or not hasattr(node, "lineno"):
            continue
        placed.end_lineno = place(getattr(node, "end_lineno", None) or placed.lineno)
        placed.lineno = place(placed.lineno)
        if placed.lineno == placed.end_lineno:  # columns of two lines that are one now may be in any order
            placed.end_col_offset = max(getattr(node, "end_col_offset", None) or 0, placed.col_offset)
