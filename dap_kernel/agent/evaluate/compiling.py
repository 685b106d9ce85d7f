"""A cell's text as code: its last expression's value kept, `await` at its top level, `__future__` flags.

Works on `ast` with lines and columns unchanged. Knows no kind of notebook.
"""

import __future__

import ast
from types import CodeType

# What the compiler raises for texts: hostile ones have null bytes, endless digits, or are nested too deeply.
UNPARSABLE = (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError)
VALUE = "(value)"  # no identifier, so no cell can mean it; gone from the namespace when the cell ends
_FUTURES: int = sum(getattr(__future__, it).compiler_flag for it in __future__.all_feature_names)
_CO_COROUTINE = 0x80  # inspect.CO_COROUTINE


def at_line(source: str, first_line: int) -> str:
    """Return a text whose lines count from `first_line` on; 0: from its own beginning."""
    return "\n" * (first_line - 1) + source


def parse(source: str, filename: str, flags: int = 0, *, may_await: bool = True) -> ast.Module:
    """Return the tree of a cell's text. Raises SyntaxError, and ValueError on null bytes."""
    tree: ast.Module = compile(
        source, filename, "exec", flags | ast.PyCF_ONLY_AST | _await(may_await), dont_inherit=True
    )
    return tree


def compile_tree(tree: ast.Module, filename: str, flags: int = 0, *, may_await: bool = True) -> CodeType:
    """Return the code of a cell. `is_coroutine` says whether it is to be awaited."""
    code: CodeType = compile(tree, filename, "exec", flags | _await(may_await), dont_inherit=True)
    return code


def keep_value(tree: ast.Module, source: str) -> int:
    """Have the last expression's value left in the namespace under `VALUE`; return its line, or 0 for none.

    A semicolon after it means that nobody wants to see it.
    """
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr) or _is_silenced(last, source):
        return 0
    name = ast.copy_location(ast.Name(VALUE, ast.Store()), last.value)
    tree.body[-1] = ast.copy_location(ast.Assign([name], last.value), last)
    return int(last.lineno)


def is_coroutine(code: CodeType) -> bool:
    return bool(code.co_flags & _CO_COROUTINE)


def future_flags(code: CodeType) -> int:
    """Return the flags of the `from __future__` imports that `code` was compiled with."""
    return code.co_flags & _FUTURES


def _await(may_await: bool) -> int:
    return ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if may_await else 0


def _is_silenced(last: ast.Expr, source: str) -> bool:
    lines = source.split("\n")
    end = (last.end_lineno or last.lineno) - 1
    if end >= len(lines):
        return False
    rest = lines[end].encode()[last.end_col_offset or 0 :]
    return rest.lstrip().startswith(b";")
