"""Expressions and statements typed by the user, run as if they stood at a place in the user's code.

An expression becomes the body of a function nested in one whose parameters are the locals: so
generator expressions and lambdas see them. Statements run on copies of the locals, and only names
that changed are bound afterwards. Where locals are globals, the text runs as a module would.
Knows neither how values are shown nor who asks.
"""

import ast
from collections.abc import Iterable
from keyword import iskeyword
from types import CellType, CodeType, FunctionType
from typing import Any

from .awaiting import Awaiter
from .bindings import Place
from .names import rename
from .wire import TYPED

FILENAME = TYPED
_IS_COROUTINE = 0x80  # inspect.CO_COROUTINE
_TOP_LEVEL_AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
_FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


class Nested:
    """A function's code whose free variables are a place's locals."""

    def __init__(self, code: CodeType, takes: str | None) -> None:
        self.code = code
        self._takes = takes  # the local that is its argument, for `super()`

    def cells(self, local: dict[str, object]) -> tuple[CellType, ...]:
        """Return a cell for each free variable, empty where it is unbound."""
        return tuple(CellType(local[it]) if it in local else CellType() for it in self.code.co_freevars)

    def start(self, names: dict[str, object], local: dict[str, object], cells: tuple[CellType, ...]) -> Any:
        """Call it with the globals `names`; return its result, or the coroutine that brings it."""
        function = FunctionType(self.code, names, None, None, cells)
        try:
            return function() if self._takes is None else function(local.get(self._takes))
        except NameError as error:
            raise _as_local(error) from None


def parse(text: str, place: Place) -> tuple[ast.Expression, CodeType]:
    """Return the expression's tree, and its code as it runs where locals are globals. Raises SyntaxError."""
    tree = ast.parse(text.strip(), FILENAME, "eval")
    renamed(tree, text, place)
    return tree, compile(tree, FILENAME, "eval", _TOP_LEVEL_AWAIT, dont_inherit=True)


def renamed(tree: ast.AST, text: str, place: Place) -> None:
    """Give the names in `tree` the form in which they are stored."""
    if "_" in text and place.frame is not None:
        rename(tree, place.filename, place.qualname, place.local_names(), place.globals)


def nest(body: list[ast.stmt], names: Iterable[str], is_async: bool, takes: str | None) -> Nested:
    """Compile `body` as a function nested in one that takes `names`."""
    inner = _function(FILENAME, [] if takes is None else [takes], body, is_async)
    usable = [it for it in names if not iskeyword(it) and it != "__debug__"]
    outer = _function("outer", usable, [inner], False)
    module = ast.fix_missing_locations(ast.Module([outer], []))
    code = _inner_code(_inner_code(compile(module, FILENAME, "exec", dont_inherit=True)))
    return Nested(code.replace(co_qualname=FILENAME), takes)


def self_of(place: Place, text: str) -> str | None:
    """Return the local that `super()` in `text` would take for `self`."""
    code = place.code
    return code.co_varnames[0] if code is not None and code.co_argcount and "super" in text else None


def nest_expression(tree: ast.Expression, text: str, place: Place, is_async: bool) -> Nested:
    return nest([ast.Return(tree.body)], place.local_names(), is_async, self_of(place, text))


class Evaluator:
    """Evaluates at places; `await` runs in the thread's own loop."""

    def __init__(self) -> None:
        self._awaiter = Awaiter()
        self.let_go = self._awaiter.let_go

    def evaluate(self, text: str, place: Place) -> object:
        """Return the value of an expression. Raises what it raises, and SyntaxError."""
        tree, code = parse(text, place)
        is_async = bool(code.co_flags & _IS_COROUTINE)
        with _Extras(place, text):
            if place.is_global and not place.inner:
                return self._result(eval(code, place.globals), is_async)
            nested = nest_expression(tree, text, place, is_async)
            local = place.own()
            return self._result(nested.start(place.globals, local, nested.cells(local)), is_async)

    def execute(self, text: str, place: Place) -> tuple[bool, object]:
        """Run statements; return whether the last is an expression, and its value."""
        tree = _statements(text)
        renamed(tree, text, place)
        tree.body = [it for it in tree.body if not isinstance(it, ast.Nonlocal)]  # all locals are
        whole = compile(tree, FILENAME, "exec", _TOP_LEVEL_AWAIT, dont_inherit=True)
        last = tree.body[-1] if tree.body else None
        with _Extras(place, text):
            if place.is_global and not place.inner:
                value = self._execute_globally(tree, place)
            else:
                is_async = bool(whole.co_flags & _IS_COROUTINE)
                value = self._execute_nested(tree, text, place, is_async)
        return isinstance(last, ast.Expr), value

    def _execute_globally(self, tree: ast.Module, place: Place) -> object:
        last = tree.body[-1] if tree.body else None
        value: object = None
        parts: list[tuple[ast.Module | ast.Expression, str]] = [(tree, "exec")]
        if isinstance(last, ast.Expr):
            tree.body.pop()
            parts.append((ast.Expression(last.value), "eval"))
        for part, mode in parts:
            code = compile(part, FILENAME, mode, _TOP_LEVEL_AWAIT, dont_inherit=True)
            value = self._result(eval(code, place.globals), bool(code.co_flags & _IS_COROUTINE))
        return value

    def _execute_nested(self, tree: ast.Module, text: str, place: Place, is_async: bool) -> object:
        body = tree.body or [ast.Pass()]
        if isinstance(body[-1], ast.Expr):
            body[-1] = ast.Return(body[-1].value)
        names, takes = place.local_names(), self_of(place, text)
        probe = nest(body, names, is_async, takes).code
        assigned = [
            it for it in (*probe.co_varnames, *probe.co_cellvars) if it != takes and it.isidentifier()
        ]
        new = [it for it in assigned if it not in names]
        shared: list[tuple[type[ast.Nonlocal] | type[ast.Global], list[str]]] = [
            (ast.Nonlocal, [it for it in assigned if it in names]),
            (ast.Global if place.is_global else ast.Nonlocal, new),
        ]
        body = [*(kind(some) for kind, some in shared if some), *body]
        nested = nest(body, names if place.is_global else [*names, *new], is_async, takes)
        before = place.own()
        cells = nested.cells(before)
        try:
            return self._result(nested.start(place.globals, before, cells), is_async)
        finally:
            after = dict(zip(nested.code.co_freevars, cells, strict=True))
            _write_back(place, {it: after[it] for it in assigned if it in after}, before)

    def _result(self, value: Any, is_async: bool) -> object:
        return self._awaiter.run(value) if is_async else value


def _statements(text: str) -> ast.Module:
    """Return the statements in `text`, which may be indented as a whole."""
    text = text.strip("\n")
    if text[:1] not in (" ", "\t") or not text.strip():
        return ast.parse(text.strip(), FILENAME, "exec")
    around, *rest = ast.parse("if 1:\n" + text, FILENAME, "exec").body
    if rest or not isinstance(around, ast.If) or around.orelse:
        raise IndentationError("unindent does not match")
    return ast.Module(around.body, [])


class _Extras:
    """The names that only evaluation knows, in the globals for as long as it takes."""

    def __init__(self, place: Place, text: str) -> None:
        self._globals = place.globals
        self._added = {
            it: value for it, value in place.extras.items() if it in text and it not in place.globals
        }

    def __enter__(self) -> None:
        self._globals.update(self._added)

    def __exit__(self, *_: object) -> None:
        for name in self._added:
            self._globals.pop(name, None)


def _write_back(place: Place, cells: dict[str, CellType], before: dict[str, object]) -> None:
    changes: dict[str, object] = {}
    unbound = []
    for name, cell in cells.items():
        try:
            value = cell.cell_contents
        except ValueError:  # it is empty
            if name in before:
                unbound.append(name)
            continue
        if name not in before or value is not before[name]:
            changes[name] = value
    if changes or unbound:
        place.bind(changes, unbound)


def _function(name: str, takes: list[str], body: list[ast.stmt], is_async: bool) -> _FunctionNode:
    kind: Any = ast.AsyncFunctionDef if is_async else ast.FunctionDef  # their fields vary with the version
    arguments = ast.arguments([], [ast.arg(it) for it in takes], None, [], [], None, [])
    made: _FunctionNode = kind(name, arguments, body, [], None, None)
    made.type_params = []  # type: ignore[union-attr,unused-ignore]  # 3.12 on
    return made


def _inner_code(code: CodeType) -> CodeType:
    return next(it for it in code.co_consts if type(it) is CodeType)


def _as_local(error: NameError) -> NameError:
    """Return the error as the user's own code would raise it: the nesting is ours."""
    text = str(error)
    if not text.startswith("cannot access free variable"):
        return error
    text = text.removesuffix(" in enclosing scope").replace("free variable", "local variable", 1)
    return UnboundLocalError(text, name=error.name)
