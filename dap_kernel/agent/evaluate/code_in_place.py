"""The code of a text that runs at a place: as a function of the names there, or on the names themselves.

Only what is compiled in is ours: a `Standing`, as a constant, so that no name of ours is among the names.
Knows neither how names are read and bound nor who asks.
"""

import ast
from collections.abc import Iterable, Mapping
from keyword import iskeyword
from types import CellType, CodeType, FunctionType
from typing import Any

from ..common.frame_position import Standing
from ..wire.filenames import TYPED

_MARK = "\0standing\0"  # a constant that becomes the `Standing`
_AROUND = """
try:
    standing.enter()
finally:
    standing.slot.value = standing.saved
    standing.slot = standing.spare
    standing.names = standing.read_names()
"""
_INSIDE = "outer.<locals>.inner.<locals>."
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


class Seen:
    """The names that a function of a text knows beside the global ones, as its code is to have them."""

    def __init__(self, taken: list[str], free: list[str], stored_globally: list[str]) -> None:
        self.taken = taken  # bound: its parameters
        self.unbound: list[str] = []  # its own
        self.free = free  # in cells: `__class__`, and what outlives it
        self.stored_globally = stored_globally

    def declare_global(self, names: list[str]) -> None:
        """Have what is bound to `names` in the global ones."""
        self.stored_globally += names

    def share(self, names: list[str]) -> None:
        """Have `names` in cells."""
        self.taken = [it for it in self.taken if it not in names]
        self.unbound = [it for it in self.unbound if it not in names]
        self.free = list(dict.fromkeys((*self.free, *names)))


class Pose:
    """What its frame shows itself as: the name of a frame's code, and, unless it is watched, its line.

    `inside` is the beginning of the qualified names of what it defines; `line` None: its own lines;
    `is_whole`: the functions in it, too.
    """

    def __init__(
        self,
        name: str = "<module>",
        qualname: str = "<module>",
        inside: str = "",
        filename: str = TYPED,
        line: int | None = None,
        is_whole: bool = False,
    ) -> None:
        self.name = name
        self.qualname = qualname
        self.inside = inside
        self.filename = filename
        self.line = line
        self.is_whole = is_whole


class Nested:
    """A code object, and the `Standing` that it holds."""

    def __init__(self, code: CodeType, seen: Seen) -> None:
        self.standing = Standing()
        self.seen = seen
        self.code = code.replace(
            co_consts=tuple(self.standing if it == _MARK else it for it in code.co_consts)
        )

    def function(self, names: dict[str, object], cells: Mapping[str, CellType]) -> FunctionType:
        """Return the function, with the globals `names`; free names without a cell are unbound."""
        closure = tuple(cells.get(it) or CellType() for it in self.code.co_freevars)
        return FunctionType(self.code, names, None, None, closure)


def usable(names: Iterable[str]) -> list[str]:
    """Return those of `names` that a parameter can have."""
    return [it for it in names if it.isidentifier() and not iskeyword(it) and it != "__debug__"]


def function_of(body: list[ast.stmt], seen: Seen, pose: Pose, is_async: bool) -> Nested:
    """Compile statements as a function that takes `seen.taken`, in that order. Raises SyntaxError.

    The value of the last statement, an expression, is its `Standing`'s `result`.
    """
    first: list[ast.stmt] = []
    if seen.unbound:
        targets: list[ast.expr] = [ast.Name(it, ast.Store()) for it in seen.unbound]
        never = ast.Assign(targets, ast.Constant(None))
        first.append(ast.If(ast.Constant(0), [never], []))
    if seen.stored_globally:
        first.append(ast.Global(seen.stored_globally))
    if seen.free:
        # All of them, also those that the text does not use: `locals()` has them.
        first.append(ast.Nonlocal(seen.free))
    inner = _function("inner", seen.taken, [*first, _around(body, reads_names=True)], is_async)
    outer = _function("outer", seen.free, [inner], False)
    module = ast.fix_missing_locations(ast.Module([outer], []))
    _put_on_line(inner, pose)
    whole = compile(module, TYPED, "exec", dont_inherit=True)
    return Nested(_posed(_inner_code(_inner_code(whole)), pose), seen)


def module_of(body: list[ast.stmt], pose: Pose) -> Nested:
    """Compile statements that bind names themselves. Raises SyntaxError; they may await."""
    future = [it for it in body if isinstance(it, ast.ImportFrom) and it.module == "__future__"]
    around = _around([it for it in body if it not in future], reads_names=False)
    module = ast.fix_missing_locations(ast.Module([*future, around], []))
    _put_on_line(module, pose)
    code = compile(module, TYPED, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    return Nested(_posed(code, pose), Seen([], [], []))


def _around(body: list[ast.stmt], reads_names: bool) -> ast.Try:
    """Return `body` between what makes it stand in its place and what ends that."""
    (around,) = _Marking().visit(ast.parse(_AROUND)).body
    assert isinstance(around, ast.Try)
    if not reads_names:
        around.finalbody.pop()
    around.body += body
    if isinstance(body[-1] if body else None, ast.Expr):
        result = ast.Attribute(ast.Constant(_MARK), "result", ast.Store())
        around.body[-1] = ast.copy_location(ast.Assign([result], body[-1].value), body[-1])  # type: ignore[attr-defined]
    return around


class _Marking(ast.NodeTransformer):
    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.copy_location(ast.Constant(_MARK), node)


def _put_on_line(node: ast.AST, pose: Pose) -> None:
    """Have the text's own code on one line, and the first line of that code be 1."""
    line = pose.line
    if line is None:
        return
    waiting: list[Any] = [node]
    while waiting:
        it = waiting.pop()
        if hasattr(it, "lineno"):
            it.lineno = it.end_lineno = line + 1
            it.col_offset = it.end_col_offset = 0
        if it is node or pose.is_whole or not isinstance(it, _SCOPES):
            waiting += ast.iter_child_nodes(it)
    if isinstance(node, _FunctionNode):
        node.lineno = node.end_lineno = 1


def _posed(code: CodeType, pose: Pose) -> CodeType:
    """Return `code` under the name that it shows itself as."""
    code = code.replace(
        co_consts=tuple(_within(it, pose) for it in code.co_consts),
        co_name=pose.name,
        co_qualname=pose.qualname,
        co_filename=pose.filename,
    )
    return code if pose.line is None else code.replace(co_firstlineno=0)  # see `is_typed`


def _within(value: object, pose: Pose) -> object:
    """Return a constant as it is without our nesting: the code of what is defined there, and its names."""
    if isinstance(value, str):
        return pose.inside + value.removeprefix(_INSIDE) if value.startswith(_INSIDE) else value
    if not isinstance(value, CodeType):
        return value
    code = value.replace(
        co_consts=tuple(_within(it, pose) for it in value.co_consts),
        co_qualname=str(_within(value.co_qualname, pose)),
    )
    if pose.is_whole and pose.line is not None:  # its line `n + 1` goes to `n`
        code = code.replace(co_filename=pose.filename, co_firstlineno=pose.line)
    return code


def _function(name: str, takes: list[str], body: list[ast.stmt], is_async: bool) -> _FunctionNode:
    kind: Any = ast.AsyncFunctionDef if is_async else ast.FunctionDef  # their fields vary with the version
    arguments = ast.arguments([], [ast.arg(it) for it in takes], None, [], [], None, [])
    made: _FunctionNode = kind(name, arguments, body, [], None, None)
    made.type_params = []  # type: ignore[union-attr,unused-ignore]  # 3.12 on
    return made


def _inner_code(code: CodeType) -> CodeType:
    return next(it for it in code.co_consts if type(it) is CodeType)
