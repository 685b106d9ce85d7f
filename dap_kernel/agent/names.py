"""Names as the user writes them, and as they are stored.

marimo keeps `_x` of a cell as `_cell_<id>_x`; a class keeps `__x` of its methods as `_Class__x`.
Everyone says the short form, so shown names lose the prefix and typed ones get it.
Knows nothing of values nor of how expressions run.
"""

import ast
from collections.abc import Collection, Container

_MARK = "_cell_"


def cell_of(filename: str) -> str | None:
    """Return the cell id in a virtual filename, `<notebook path>#<cell id>@<revision>.py`, else None."""
    head, at, revision = filename.removesuffix(".py").rpartition("@")
    _, sharp, cell = head.rpartition("#")
    return cell if at and sharp and revision.isdecimal() else None


def prefix_of(filename: str) -> str | None:
    """Return what marimo puts before a private name of the cell that was compiled under `filename`."""
    cell = cell_of(filename)
    return None if cell is None else _MARK + cell


def is_private(name: str) -> bool:
    """Whether marimo keeps `name` to its cell."""
    return name.startswith("_") and not name.startswith("__")


def shown(name: str, prefix: str | None) -> str:
    """Return a stored name as it is written in the cell with this prefix."""
    if prefix is not None and name.startswith(prefix + "_"):
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


class _Renamer(ast.NodeTransformer):
    def __init__(
        self, prefix: str | None, owner: str | None, local: Container[str], known: Container[str]
    ) -> None:
        self._prefix = prefix
        self._owner = None if owner is None else owner.lstrip("_")
        self._local = local
        self._known = known

    def visit_Name(self, node: ast.Name) -> ast.AST:
        name = self._mangled(node.id)
        if name not in self._local:
            name = stored(name, self._prefix, self._known)
        return ast.copy_location(ast.Name(name, node.ctx), node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        return ast.copy_location(ast.Attribute(node.value, self._mangled(node.attr), node.ctx), node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        self.generic_visit(node)
        node.arg = self._mangled(node.arg)
        return node

    def _mangled(self, name: str) -> str:
        if self._owner and name.startswith("__") and not name.endswith("__"):
            return f"_{self._owner}{name}"
        return name


def rename(
    tree: ast.AST, filename: str, qualname: str, local: Collection[str], known: Container[str]
) -> None:
    """Turn the names in `tree` into those that are stored.

    `filename` and `qualname` are of the code in whose place it is evaluated; `local` are the names
    that this code itself knows, which win, and `known` the global ones.
    """
    arguments = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    renamer = _Renamer(prefix_of(filename), class_of(qualname), {*local, *arguments}, known)
    renamer.visit(tree)
