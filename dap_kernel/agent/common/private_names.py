"""Names as the user writes them, and as they are stored.

marimo keeps `_x` of a cell as `_cell_<id>_x`; a class keeps `__x` of its methods as `_Class__x`.
Everyone says the short form, so shown names lose the prefix and typed ones get it. A cell's id need be no
identifier, so in names `-` is `·`, which may stand in one, and `_` is doubled: so the private name begins
at the first underscore that is single. Knows nothing of values nor of how expressions run.
"""

import ast
import re
from collections.abc import Container

from ..wire.messages import is_private

_MARK = "_cell_"
# Compiled when they are used: a start has no time for it.
_STORED = r"\b_cell_((?:[^\W_]|·|__)+?)(__(?!\w)|_(?!_)\w+)"
_SPELLED = r"'(_cell_\w*·[^']*)' \('_cell_[^']*'\)"  # as 3.15 hints at what is not ASCII
_SELF_HINT = r"(name '(\w+)' is not defined)\. Did you mean: '\2'\?"

prefixes: dict[str, str] = {}  # by the name of a revision: what marimo puts before its private names


def keep_private(filename: str, cell_id: str) -> str:
    """Note that the code of a revision is of a marimo cell; return what its private names begin with."""
    plain = cell_id.replace("_", "__")
    prefix = _MARK + "".join(it if it == "_" or f"a{it}".isidentifier() else "·" for it in plain)
    return prefixes.setdefault(filename, prefix)


def prefix_of(filename: str) -> str | None:
    """Return what marimo puts before a private name of the cell that was compiled under `filename`."""
    return prefixes.get(filename)


def split_private(name: str) -> tuple[str, str] | None:
    """Return the cell and the name as it is written there of what is stored as private, else None."""
    found = re.fullmatch(_STORED, name) if prefixes and name.startswith(_MARK) else None
    return None if found is None else (found[1].replace("__", "_").replace("·", "-"), found[2])


def plain(text: str) -> str:
    """Return a text with private names as they are written."""
    if not prefixes or _MARK not in text:
        return text
    text = re.sub(_STORED, r"\2", re.sub(_SPELLED, r"'\1'", text))
    return re.sub(_SELF_HINT, r"\1", text)


def shown(name: str, prefix: str | None) -> str:
    """Return a stored name as it is written in the cell with this prefix."""
    if prefix is not None and name.startswith(prefix + "_") and is_private(name[len(prefix) :]):
        return name[len(prefix) :]
    return name


def stored(name: str, prefix: str | None, names: Container[str]) -> str:
    """Return the name in `names` that `name` means in the cell with this prefix."""
    if prefix is not None and is_private(name) and prefix + name in names:
        return prefix + name
    return name


def class_of(qualname: str) -> str | None:
    """Return the class whose body holds the function `qualname`, None outside classes."""
    parts = qualname.split(".")
    for at in range(len(parts) - 2, -1, -1):
        if parts[at] != "<locals>" and parts[at + 1] != "<locals>":
            return parts[at]
    return None


class _Mangler(ast.NodeTransformer):
    """Gives names their class, as Python does."""

    def __init__(self, owner: str) -> None:
        self._owner = owner.lstrip("_")

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.copy_location(ast.Name(self._mangled(node.id), node.ctx), node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        return ast.copy_location(ast.Attribute(node.value, self._mangled(node.attr), node.ctx), node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        self.generic_visit(node)
        node.arg = self._mangled(node.arg)
        return node

    def visit_keyword(self, node: ast.keyword) -> ast.AST:
        self.generic_visit(node)
        node.arg = node.arg and self._mangled(node.arg)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        node.name = self._mangled(node.name)
        return node

    def visit_Global(self, node: ast.Global) -> ast.AST:
        node.names = [self._mangled(it) for it in node.names]
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.name = self._mangled(node.name)
        return node  # whose own names are its

    def _mangled(self, name: str) -> str:
        if self._owner and name.startswith("__") and not name.endswith("__"):
            return f"_{self._owner}{name}"
        return name


def mangle_for_class(tree: ast.AST, qualname: str) -> None:
    """Turn the names in `tree`, evaluated in the place of the function `qualname`, into those stored."""
    owner = class_of(qualname)
    if owner is not None:
        _Mangler(owner).visit(tree)
