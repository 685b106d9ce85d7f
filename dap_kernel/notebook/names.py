"""The names a cell defines and reads at its own level, by static analysis with Python's scopes.

A name read inside a function counts as read. Knows neither other cells nor what is private to one.
"""

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from . import syntax
from .magics import plain


@dataclass(frozen=True)
class Names:
    defines: frozenset[str]
    reads: frozenset[str]  # those that must come from elsewhere, builtins included
    has_star_import: bool = False


NOTHING = Names(frozenset(), frozenset())


@lru_cache(maxsize=32768)
def names_of(source: str) -> Names:
    """Return the names of a cell; none if it does not parse."""
    try:
        tree = syntax.tree(plain(source))
    except SyntaxError:
        return NOTHING
    analysis = _Analysis()
    try:
        analysis.all(tree.body)
    except RecursionError:
        return NOTHING
    return analysis.names()


@dataclass
class _Scope:
    """A function, class or comprehension; `body_reads` are those of functions in it, which run later."""

    kind: str  # "cell", "function", "class", "comprehension", "types"
    bound: set[str] = field(default_factory=set)
    reads: set[str] = field(default_factory=set)
    body_reads: set[str] = field(default_factory=set)
    global_names: set[str] = field(default_factory=set)
    nonlocal_names: set[str] = field(default_factory=set)


class _Analysis:
    def __init__(self) -> None:
        self.cell = _Scope("cell")
        self.scopes = [self.cell]
        self.has_star_import = False

    def names(self) -> Names:
        reads = self.cell.reads | (self.cell.body_reads - self.cell.bound)
        return Names(frozenset(self.cell.bound), frozenset(reads), self.has_star_import)

    def all(self, nodes: Iterable[ast.AST | None]) -> None:
        for node in nodes:
            if node is not None:
                self.visit(node)

    def visit(self, node: ast.AST) -> None:
        visitor = _VISITORS.get(type(node))
        if visitor is not None:
            visitor(self, node)
            return
        for name in node._fields:
            child = getattr(node, name)
            if isinstance(child, ast.AST):
                self.visit(child)
            elif isinstance(child, list):
                for item in child:
                    if isinstance(item, ast.AST):
                        self.visit(item)

    # Scopes.

    def bind(self, name: str) -> None:
        scope = self.scopes[-1]
        if name in scope.global_names:
            self.cell.bound.add(name)
        elif name not in scope.nonlocal_names:
            scope.bound.add(name)

    def read(self, name: str) -> None:
        scope = self.scopes[-1]
        if name in scope.global_names:
            self.cell.body_reads.add(name)
        elif scope.kind in ("function", "types") or name not in scope.bound:
            scope.reads.add(name)

    def enter(self, kind: str, bound: Iterable[str] = ()) -> _Scope:
        scope = _Scope(kind, set(bound))
        self.scopes.append(scope)
        return scope

    def leave(self) -> None:
        """Close the innermost scope: what it reads and does not bind, it reads from the ones around it."""
        scope = self.scopes.pop()
        outer = self.scopes[-1]
        if scope.kind in ("function", "types"):
            reads = (scope.reads | scope.body_reads) - scope.bound
            later, at_once = (reads, set()) if scope.kind == "function" else (set(), reads)
        elif scope.kind == "class":  # its names are not those of the functions in it
            later, at_once = scope.body_reads, scope.reads
        else:
            later, at_once = scope.body_reads - scope.bound, scope.reads - scope.bound
        if outer.kind in ("cell", "class"):
            outer.reads |= {name for name in at_once if name not in outer.bound}
        else:
            outer.reads |= at_once
        outer.body_reads |= later

    # Nodes.

    def name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self.read(node.id)
        elif isinstance(node.ctx, ast.Store):
            self.bind(node.id)
        elif self.scopes[-1].kind == "cell":
            self.read(node.id)  # deleting what another cell made needs that cell
        else:
            self.bind(node.id)

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.all(node.decorator_list)
        arguments = node.args
        self.all([*arguments.defaults, *arguments.kw_defaults])
        parameters = _parameters(arguments)
        with_types = self._enter_types(node)
        self.all([it.annotation for it in parameters])
        self.all([node.returns])
        self.enter("function", [it.arg for it in parameters])
        self.declare(node.body)
        self.all(node.body)
        self.leave()
        if with_types:
            self.leave()
        self.bind(node.name)

    def lambda_(self, node: ast.Lambda) -> None:
        self.all([*node.args.defaults, *node.args.kw_defaults])
        self.enter("function", [it.arg for it in _parameters(node.args)])
        self.visit(node.body)
        self.leave()

    def class_(self, node: ast.ClassDef) -> None:
        self.all(node.decorator_list)
        with_types = self._enter_types(node)
        self.all([*node.bases, *node.keywords])
        self.enter("class")
        self.declare(node.body)
        self.all(node.body)
        self.leave()
        if with_types:
            self.leave()
        self.bind(node.name)

    def _enter_types(self, node: ast.AST) -> bool:
        """Open the scope of type parameters (PEP 695), if there are any."""
        parameters = getattr(node, "type_params", [])
        if parameters:
            self.enter("types", [it.name for it in parameters])
            self.all(parameters)
        return bool(parameters)

    def type_parameter(self, node: ast.AST) -> None:
        self.enter("function")
        self.all([getattr(node, "bound", None), getattr(node, "default_value", None)])
        self.leave()

    def type_alias(self, node: ast.AST) -> None:
        with_types = self._enter_types(node)
        self.enter("function")
        self.visit(node.value)  # type: ignore[attr-defined]
        self.leave()
        if with_types:
            self.leave()
        self.visit(node.name)  # type: ignore[attr-defined]

    def declare(self, body: list[ast.stmt]) -> None:
        """Note the names that a function or class declares global or nonlocal."""
        scope = self.scopes[-1]
        found: list[ast.AST] = list(body)
        while found:
            node = found.pop()
            if isinstance(node, ast.Global):
                scope.global_names.update(node.names)
            elif isinstance(node, ast.Nonlocal):
                scope.nonlocal_names.update(node.names)
            elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.expr):
                found += ast.iter_child_nodes(node)

    def comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> None:
        self.visit(node.generators[0].iter)  # the first is evaluated outside
        self.enter("comprehension")
        for number, generator in enumerate(node.generators):
            if number:
                self.visit(generator.iter)
            self.visit(generator.target)
            self.all(generator.ifs)
        self.all([node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt])
        self.leave()

    def walrus(self, node: ast.NamedExpr) -> None:
        """A name bound in a comprehension is bound around it."""
        self.visit(node.value)
        kept = []
        while self.scopes[-1].kind == "comprehension":
            kept.append(self.scopes.pop())
        self.bind(node.target.id)
        self.scopes += reversed(kept)

    def assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        self.all(node.targets)

    def annotated(self, node: ast.AnnAssign) -> None:
        self.all([node.value])
        if self.scopes[-1].kind != "function":
            self.visit(node.annotation)
        if node.value is not None or self.scopes[-1].kind == "function":
            self.visit(node.target)

    def augmented(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self.read(node.target.id)
        self.visit(node.value)
        self.visit(node.target)

    def for_(self, node: ast.For | ast.AsyncFor) -> None:
        self.all([node.iter, node.target, *node.body, *node.orelse])

    def handler(self, node: ast.ExceptHandler) -> None:
        """`except E as e` binds `e` for its body only."""
        self.all([node.type])
        scope = self.scopes[-1]
        if node.name is None or node.name in scope.bound or scope.kind == "function":
            if node.name is not None:
                self.bind(node.name)
            self.all(node.body)
            return
        before = set(scope.body_reads)
        self.bind(node.name)
        self.all(node.body)
        scope.bound.discard(node.name)
        if node.name not in before:
            scope.body_reads.discard(node.name)

    def import_(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            if alias.name == "*":
                self.has_star_import = True
            else:
                self.bind(alias.asname or alias.name.partition(".")[0])

    def pattern(self, node: ast.MatchAs | ast.MatchStar | ast.MatchMapping) -> None:
        for child in ast.iter_child_nodes(node):
            self.visit(child)
        name = node.rest if isinstance(node, ast.MatchMapping) else node.name
        if name is not None:
            self.bind(name)

    def nothing(self, node: ast.AST) -> None:
        pass


def _parameters(arguments: ast.arguments) -> list[ast.arg]:
    found = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return found + [it for it in (arguments.vararg, arguments.kwarg) if it is not None]


_VISITORS: dict[type[ast.AST], Callable[..., None]] = {
    ast.Name: _Analysis.name,
    ast.Constant: _Analysis.nothing,
    ast.Global: _Analysis.nothing,
    ast.Nonlocal: _Analysis.nothing,
    ast.Load: _Analysis.nothing,
    ast.Store: _Analysis.nothing,
    ast.FunctionDef: _Analysis.function,
    ast.AsyncFunctionDef: _Analysis.function,
    ast.Lambda: _Analysis.lambda_,
    ast.ClassDef: _Analysis.class_,
    ast.ListComp: _Analysis.comprehension,
    ast.SetComp: _Analysis.comprehension,
    ast.DictComp: _Analysis.comprehension,
    ast.GeneratorExp: _Analysis.comprehension,
    ast.NamedExpr: _Analysis.walrus,
    ast.Assign: _Analysis.assign,
    ast.AnnAssign: _Analysis.annotated,
    ast.AugAssign: _Analysis.augmented,
    ast.For: _Analysis.for_,
    ast.AsyncFor: _Analysis.for_,
    ast.ExceptHandler: _Analysis.handler,
    ast.Import: _Analysis.import_,
    ast.ImportFrom: _Analysis.import_,
    ast.MatchAs: _Analysis.pattern,
    ast.MatchStar: _Analysis.pattern,
    ast.MatchMapping: _Analysis.pattern,
}
for _name in ("TypeVar", "ParamSpec", "TypeVarTuple"):
    if hasattr(ast, _name):
        _VISITORS[getattr(ast, _name)] = _Analysis.type_parameter
if hasattr(ast, "TypeAlias"):
    _VISITORS[ast.TypeAlias] = _Analysis.type_alias
