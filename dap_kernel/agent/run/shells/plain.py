"""Cells and scripts as plain Python runs them; IPython is looked for once one needs it."""

import ast
import re
import sys
from contextlib import suppress
from types import CodeType
from typing import Protocol

from ...evaluate.compiling import at_line, compile_tree, future_flags, keep_value, parse
from ...output.displays import Displays
from ...output.mime import Bundle
from ...wire.messages import RunCell, Start
from ..main_module import become_module
from .shell import Program, Shell

# Compiled when they are used: a start has no time for it.
_MAGIC = r"^\s*(?:%{1,2}[A-Za-z]|!|\?|[\w.]+(?:\[.*\])?\s*=\s*[%!]|[%\w.*]+\?{1,2}\s*$)"

_EXPORTED = r"^\s*(?:[\w., ]+ = )?get_ipython\(\)\.(?:run_line_magic|run_cell_magic|system|getoutput|magic)\("

_GET_IPYTHON = "get_ipython"
_CATCHING = ("NameError", "Exception", "BaseException")


class FindIPython(Protocol):
    def __call__(self) -> Shell: ...


class PlainShell:
    """Plain Python, one cell at a time; `from __future__` holds for the cells that follow.

    From the first cell in IPython's syntax on, IPython runs them all: `%autoreload` is for those after it.
    One that merely asks whether it is in IPython finds that it is not, as under `python`.
    """

    def __init__(self, displays: Displays, find_ipython: FindIPython) -> None:
        """`find_ipython` gives the shell for cells in IPython's syntax, or raises ImportError."""
        self._displays = displays
        self._find_ipython = find_ipython
        self._ipython: Shell | None = None
        self._flags = 0

    def compile(self, cell: RunCell, filename: str) -> tuple[CodeType, int] | Program:
        if self._ipython is not None:
            return self._ipython.compile(cell, filename)
        text = at_line(cell.source, cell.first_line)
        try:
            tree = parse(text, filename, self._flags)
        except SyntaxError:
            if not has_magic(cell.source):
                raise
            tree = None
        if tree is None or ("get_ipython" in cell.source and calls_ipython(tree)):
            try:
                self._ipython = self._find_ipython()
            except ImportError:
                if tree is None:
                    raise
            else:
                return self._ipython.compile(cell, filename)
        assert tree is not None
        line = keep_value(tree, text)
        code = compile_tree(tree, filename, self._flags)
        self._flags |= future_flags(code)
        return code, line

    def begins(self, cell: RunCell) -> None:
        if self._ipython is not None:
            self._ipython.begins(cell)

    def shown(self, value: object) -> Bundle | None:
        return self._displays.bundle(value)

    def output_of(self, exception: BaseException) -> object:
        return None

    def ends(self, cell: RunCell, exception: BaseException | None) -> None: ...

    def release_namespace(self) -> None:
        if self._ipython is not None:
            self._ipython.release_namespace()


class ScriptShell:
    """A file or a module, as the interpreter runs it: nothing is shown, nothing awaited.

    What `jupyter nbconvert --to script` has made of magics finds IPython's shell, where IPython is installed.
    """

    def __init__(self, start: Start, find_ipython: FindIPython) -> None:
        self._module = start.module
        self._has_run = False
        self._find_ipython = find_ipython
        self._ipython: Shell | None = None

    def compile(self, cell: RunCell, filename: str) -> tuple[CodeType, int]:
        source = cell.source
        if self._module is not None and not self._has_run:
            filename, source = become_module(sys.modules["__main__"], self._module)
            source = cell.source or source
        self._has_run = True
        if (
            self._ipython is None
            and "get_ipython()." in source
            and re.search(_EXPORTED, source, re.MULTILINE)
            and "import get_ipython" not in source
        ):
            with suppress(ImportError):  # then it is a NameError, as under `python`
                self._ipython = self._find_ipython()
        return compile_tree(parse(source, filename, may_await=False), filename, may_await=False), 0

    def begins(self, cell: RunCell) -> None: ...

    def shown(self, value: object) -> Bundle | None:
        return None

    def output_of(self, exception: BaseException) -> object:
        return None

    def ends(self, cell: RunCell, exception: BaseException | None) -> None: ...

    def release_namespace(self) -> None:
        if self._ipython is not None:
            self._ipython.release_namespace()


def has_magic(source: str) -> bool:
    """Whether a text that is not Python looks like IPython's syntax."""
    return re.search(_MAGIC, source, re.MULTILINE) is not None


def calls_ipython(tree: ast.AST) -> bool:
    """Whether code calls IPython's own `get_ipython()`, and is not prepared for there being none."""
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and tree.func.id == _GET_IPYTHON:
        return True
    if isinstance(tree, ast.Module) and any(map(_binds_it, ast.walk(tree))):
        return False
    guarded: list[ast.AST] = []
    match tree:
        case ast.Try(body=body, handlers=handlers) if any(_catches(it.type) for it in handlers):
            guarded = [*body]
        case ast.With(items=items, body=body) if any(_suppresses(it.context_expr) for it in items):
            guarded = [*body]
        case ast.If(test=test, body=body) | ast.IfExp(test=test, body=body) if _asks(test):
            guarded = [*body] if isinstance(body, list) else [body]
        case ast.BoolOp(values=[first, *rest]) if _asks(first):
            guarded = [*rest]
    return any(it not in guarded and calls_ipython(it) for it in ast.iter_child_nodes(tree))


def _binds_it(node: ast.AST) -> bool:
    """Whether a node gives the name a meaning of the program's own: `from IPython import get_ipython`."""
    match node:
        case ast.alias(name=name, asname=bound):
            return (bound or name) == _GET_IPYTHON
        case ast.FunctionDef(name=name):
            return name == _GET_IPYTHON
        case ast.Name(id=name, ctx=ast.Store()):
            return name == _GET_IPYTHON
    return False


def _catches(kind: ast.expr | None) -> bool:
    """Whether a handler of this kind is for a name that is not there."""
    if isinstance(kind, ast.Tuple):
        return any(map(_catches, kind.elts))
    return kind is None or (isinstance(kind, ast.Name) and kind.id in _CATCHING)


def _suppresses(context: ast.expr) -> bool:
    return isinstance(context, ast.Call) and any(map(_catches, context.args))


def _asks(test: ast.expr) -> bool:
    """Whether a test names the function as a text: `"get_ipython" in globals()`."""
    return any(isinstance(it, ast.Constant) and it.value == _GET_IPYTHON for it in ast.walk(test))
