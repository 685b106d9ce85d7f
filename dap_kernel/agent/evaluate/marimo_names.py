"""marimo's private names: `_x` at the level of a cell is the cell's own, stored as `_cell_<id>_x`.

Renames in a tree, by Python's own scoping; lines and columns stay. The prefix is that of `private_names.py`.
"""

import ast
from collections.abc import Collection, Container, Iterable

from ..common.private_names import split_private
from ..wire.messages import is_private

_Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_BINDERS = {ast.ExceptHandler: "name", ast.MatchAs: "name", ast.MatchStar: "name", ast.MatchMapping: "rest"}


def mangle(tree: ast.Module, prefix: str) -> None:
    """Put `prefix` before the private names of a cell, wherever they are meant."""
    imported = {name for it in _imports(tree) if (name := _unnamed(it)) is not None}
    _PrivateNames(prefix, imported).visit(tree)


def mangle_typed(
    tree: ast.Module | ast.Expression, prefix: str, names: Container[str], local: Collection[str] | None
) -> None:
    """Put `prefix` before the private names of what is typed at a place of the cell.

    `names` are global there, and `local` are those of a function (None: outside of one). A private name that
    is among `names` without a prefix was imported or set under that name, and stays as it is.
    """
    found = {it.id for it in ast.walk(tree) if isinstance(it, ast.Name)}
    kept = {it for it in found if it in names and prefix + it not in names}
    own = None
    if local is not None:
        body: list[ast.AST] = [*tree.body] if isinstance(tree, ast.Module) else [tree.body]
        own = {*local, *bound_names(body)}
    _PrivateNames(prefix, kept, own).visit(tree)


def find_private(tree: ast.AST, names: Collection[str]) -> None:
    """Have private names in what is typed at no cell's place mean those of the only cell that has them."""
    cells: dict[str, list[str]] = {}
    for name in list(names):
        private = split_private(name)
        if private is not None:
            cells.setdefault(private[1], []).append(name)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id not in names and node.id in cells:
            found = cells[node.id]
            node.id = found[0] if len(found) == 1 else node.id


class _PrivateNames(ast.NodeVisitor):
    """Walks a tree with the scopes it is in: each the private names that are its own."""

    def __init__(self, prefix: str, imported: set[str], own: set[str] | None = None) -> None:
        """`imported` came without "as" at the level of the cell: marimo keeps their names.

        `own` are the names of the function that all of it is in.
        """
        self._prefix = prefix
        self._imported = imported
        # Is it a class's; its names.
        self._scopes: list[tuple[bool, set[str]]] = [] if own is None else [(False, own)]

    def visit_Name(self, node: ast.Name) -> None:
        node.id = self._renamed(node.id)

    def visit_Global(self, node: ast.Global) -> None:
        node.names = [self._stored(name) for name in node.names]

    def visit_alias(self, node: ast.alias) -> None:
        if node.asname is not None:
            node.asname = self._renamed(node.asname)

    def generic_visit(self, node: ast.AST) -> None:
        field = _BINDERS.get(type(node))
        if field is not None and getattr(node, field) is not None:
            setattr(node, field, self._renamed(getattr(node, field)))
        super().generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        outside = [*node.decorator_list, node.returns, *_outside(node.args)]
        self._visit_all(outside)
        scope = bound_names(node.body) | _parameters(node.args) | _type_parameters(node)
        node.name = self._renamed(node.name)
        self._inside(node.body, scope)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._visit_all(_outside(node.args))
        self._inside([node.body], _parameters(node.args) | bound_names([node.body]))

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._visit_all([*node.decorator_list, *node.bases, *node.keywords])
        node.name = self._renamed(node.name)
        self._inside(node.body, bound_names(node.body), is_class=True)

    def visit_ListComp(self, node: _Comprehension) -> None:
        self.visit(node.generators[0].iter)
        own = {name for it in node.generators for name in _stores(it.target)}
        results = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        parts: list[ast.AST] = list(results)
        for index, it in enumerate(node.generators):
            parts += [it.target, *it.ifs, *([it.iter] if index else [])]
        self._inside(parts, own)

    visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_ListComp

    def _inside(self, nodes: Iterable[ast.AST], names: set[str], is_class: bool = False) -> None:
        self._scopes.append((is_class, names))
        self._visit_all(nodes)
        self._scopes.pop()

    def _visit_all(self, nodes: Iterable[ast.AST | None]) -> None:
        for node in nodes:
            if node is not None:
                self.visit(node)

    def _renamed(self, name: str) -> str:
        """Return what `name` is stored as, seen from the innermost scope."""
        innermost = len(self._scopes) - 1
        for index, (is_class, names) in enumerate(self._scopes):
            if name in names and (not is_class or index == innermost):
                return name
        return self._stored(name)

    def _stored(self, name: str) -> str:
        return self._prefix + name if is_private(name) and name not in self._imported else name


def bound_names(body: Iterable[ast.AST]) -> set[str]:
    """Return the names that belong to the scope of which `body` is the text."""
    names: set[str] = set()
    elsewhere: set[str] = set()
    for node in _same_scope(body):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                names.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.alias():
                names.add(node.asname or node.name.split(".")[0])
            case ast.Global(names=some):
                elsewhere.update(some)
            case _ if (field := _BINDERS.get(type(node))) is not None:
                names.add(getattr(node, field) or "")
    return names - elsewhere


def _same_scope(nodes: Iterable[ast.AST]) -> Iterable[ast.AST]:
    """Walk without entering scopes of their own; of comprehensions only `:=` reaches out."""
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if isinstance(node, _COMPREHENSIONS):
            waiting += [it.target for it in ast.walk(node) if isinstance(it, ast.NamedExpr)]
            continue
        yield node
        if isinstance(node, _NAMED):
            waiting += node.decorator_list
        elif not isinstance(node, ast.Lambda):
            waiting += ast.iter_child_nodes(node)


def _parameters(arguments: ast.arguments) -> set[str]:
    some = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    return {it.arg for it in some if it is not None}


def _outside(arguments: ast.arguments) -> list[ast.AST | None]:
    """Return what of a parameter list is evaluated where the function is defined."""
    some = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    annotations = [it.annotation for it in some if it is not None]
    return [*arguments.defaults, *arguments.kw_defaults, *annotations]


def _type_parameters(node: ast.AST) -> set[str]:
    return {it.name for it in getattr(node, "type_params", [])}


def _stores(target: ast.AST) -> set[str]:
    return {it.id for it in ast.walk(target) if isinstance(it, ast.Name) and isinstance(it.ctx, ast.Store)}


def _imports(tree: ast.Module) -> Iterable[ast.alias]:
    return (it for it in _same_scope(tree.body) if isinstance(it, ast.alias))


def _unnamed(alias: ast.alias) -> str | None:
    return alias.name.split(".")[0] if alias.asname is None else None
