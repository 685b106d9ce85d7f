"""The names a cell defines and reads at its own level, by static analysis with Python's scopes.

A name read inside a function counts as read. Knows neither other cells nor what is private to one.
"""

import ast
from collections.abc import Callable, Iterable
from functools import lru_cache

import msgspec

from . import syntax
from .scopes import NameScopes


class BoundNames(msgspec.Struct, frozen=True):
    defines: frozenset[str]
    reads: frozenset[str]  # those that must come from elsewhere, builtins included
    has_star_import: bool = False


NOTHING = BoundNames(frozenset(), frozenset())


@lru_cache(maxsize=32768)
def names_of(source: str) -> BoundNames:
    """Return the names of a cell; none if it does not parse."""
    analysis = _Analysis()
    try:
        analysis.all(syntax.tree(syntax.plain(source)).body)
    except (SyntaxError, RecursionError):
        return NOTHING
    cell = analysis.scopes.cell
    reads = cell.reads | (cell.later_reads - cell.bound)
    return BoundNames(frozenset(cell.bound), frozenset(reads), analysis.has_star_import)


class _Analysis:
    """Walks a tree in the order in which it runs."""

    def __init__(self) -> None:
        self.scopes = NameScopes()
        self.has_star_import = False

    def all(self, nodes: Iterable[ast.AST | None]) -> None:
        for node in nodes:
            if node is not None:
                self.visit(node)

    def visit(self, node: ast.AST) -> None:
        """Note what a node reads and binds, in the order in which it would run."""
        visitor = _VISITORS.get(type(node))
        if visitor is not None:
            visitor(self, node)
        elif type(node) not in _LEAVES:
            for name in node._fields:
                child = getattr(node, name)
                if type(child) is list:
                    for item in child:
                        if isinstance(item, ast.AST):
                            self.visit(item)
                elif isinstance(child, ast.AST):
                    self.visit(child)

    def name(self, node: ast.Name) -> None:
        context = type(node.ctx)
        if context is ast.Load:
            self.scopes.read(node.id)
        elif context is ast.Store:
            self.scopes.bind(node.id)
        else:
            self.scopes.delete(node.id)

    def attribute(self, node: ast.Attribute) -> None:
        self.visit(node.value)

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """Visit decorators and defaults outside, then the body in a scope of its own."""
        self.all(node.decorator_list)
        self.all([*node.args.defaults, *node.args.kw_defaults])
        parameters = _parameters(node.args)
        has_types = self._enter_types(node)
        self.all([it.annotation for it in parameters])
        self.all([node.returns])
        self.scopes.enter("function", [it.arg for it in parameters])
        self._declare(node.body)
        self.all(node.body)
        self.scopes.leave()
        if has_types:
            self.scopes.leave()
        self.scopes.bind(node.name)

    def lambda_(self, node: ast.Lambda) -> None:
        self.all([*node.args.defaults, *node.args.kw_defaults])
        self.scopes.enter("function", [it.arg for it in _parameters(node.args)])
        self.visit(node.body)
        self.scopes.leave()

    def class_(self, node: ast.ClassDef) -> None:
        """Visit decorators outside; bases see type parameters, and the body has a scope of its own."""
        self.all(node.decorator_list)
        has_types = self._enter_types(node)
        self.all([*node.bases, *node.keywords])
        self.scopes.enter("class")
        self._declare(node.body)
        self.all(node.body)
        self.scopes.leave()
        if has_types:
            self.scopes.leave()
        self.scopes.bind(node.name)

    def type_parameter(self, node: ast.AST) -> None:
        self.scopes.enter("function")  # evaluated late
        self.all([getattr(node, "bound", None), getattr(node, "default_value", None)])
        self.scopes.leave()

    def type_alias(self, node: ast.AST) -> None:
        has_types = self._enter_types(node)
        self.scopes.enter("function")
        self.all([getattr(node, "value", None)])
        self.scopes.leave()
        if has_types:
            self.scopes.leave()
        self.all([getattr(node, "name", None)])

    def _enter_types(self, node: ast.AST) -> bool:
        """Open the scope of type parameters (PEP 695), if there are any."""
        parameters = getattr(node, "type_params", [])
        if parameters:
            self.scopes.enter("types", [it.name for it in parameters])
            self.all(parameters)
        return bool(parameters)

    def _declare(self, body: list[ast.stmt]) -> None:
        """Note the names that a function or class declares global or nonlocal."""
        scope = self.scopes.innermost
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
        """Visit the first iterable outside, and all else in a scope of its own."""
        self.visit(node.generators[0].iter)  # the first is evaluated outside
        self.scopes.enter("comprehension")
        for number, generator in enumerate(node.generators):
            if number:
                self.visit(generator.iter)
            self.visit(generator.target)
            self.all(generator.ifs)
        self.all([node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt])
        self.scopes.leave()

    def walrus(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        self.scopes.bind_around(node.target.id)

    def assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        self.all(node.targets)

    def annotated(self, node: ast.AnnAssign) -> None:
        self.all([node.value])
        is_local = self.scopes.innermost.kind == "function"
        if not is_local:
            self.visit(node.annotation)
        if node.value is not None or is_local:  # in a function even `x: int` makes a local
            self.visit(node.target)

    def augmented(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self.scopes.read(node.target.id)
        self.visit(node.value)
        self.visit(node.target)

    def for_(self, node: ast.For | ast.AsyncFor) -> None:
        self.all([node.iter, node.target, *node.body, *node.orelse])

    def handler(self, node: ast.ExceptHandler) -> None:
        """`except E as e` binds `e` for its body only."""
        self.all([node.type])
        scope = self.scopes.innermost
        if node.name is None:
            self.all(node.body)
            return
        is_passing = node.name not in scope.bound and scope.kind != "function"
        was_read_later = node.name in scope.later_reads
        self.scopes.bind(node.name)
        self.all(node.body)
        if is_passing:
            scope.bound.discard(node.name)
            if not was_read_later:
                scope.later_reads.discard(node.name)

    def import_(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            if alias.name == "*":
                self.has_star_import = True
            else:
                self.scopes.bind(alias.asname or alias.name.partition(".")[0])

    def pattern(self, node: ast.MatchAs | ast.MatchStar | ast.MatchMapping) -> None:
        self.all(ast.iter_child_nodes(node))
        name = node.rest if isinstance(node, ast.MatchMapping) else node.name
        if name is not None:
            self.scopes.bind(name)


def _parameters(arguments: ast.arguments) -> list[ast.arg]:
    found = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return found + [it for it in (arguments.vararg, arguments.kwarg) if it is not None]


_LEAVES = frozenset({ast.Constant, ast.Global, ast.Nonlocal, ast.Load, ast.Store, ast.Pass})
_VISITORS: dict[type[ast.AST], Callable[..., None]] = {
    ast.Name: _Analysis.name,
    ast.Attribute: _Analysis.attribute,
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
    **{
        getattr(ast, name): _Analysis.type_parameter
        for name in ("TypeVar", "ParamSpec", "TypeVarTuple")
        if hasattr(ast, name)
    },
    **({ast.TypeAlias: _Analysis.type_alias} if hasattr(ast, "TypeAlias") else {}),
}
