"""Assign to any expression that can stand left of an equals sign. Knows nothing of the wire."""

import ast

from ..common.private_names import prefix_of, stored
from .bindings import InspectionError, Place
from .compiling import UNPARSABLE
from .expressions import Evaluator


def assign(evaluator: Evaluator, place: Place, target: str, value: str) -> object:
    """Evaluate `value`, assign it to `target`, and return what `target` then is.

    Raises InspectionError when `target` cannot be assigned to, and what the evaluation raises.
    """
    try:
        tree = ast.parse(target.strip(), mode="eval").body
    except UNPARSABLE:
        tree = None
    if not isinstance(tree, ast.Name | ast.Attribute | ast.Subscript):
        raise InspectionError(f"{target} cannot be assigned to")
    ast.parse(value.strip(), mode="eval")  # an expression: nothing can be smuggled in behind it
    text = f"{target.strip()} = (\n{value.strip()}\n)"
    if isinstance(tree, ast.Name) and _is_global(place, tree.id):
        text = f"global {tree.id}\n{text}"  # else it would be a new local, which no code reads
    evaluator.execute(text, place)
    return evaluator.evaluate(target, place)


def _is_global(place: Place, name: str) -> bool:
    name = stored(name, prefix_of(place.filename), place.globals)
    return not place.is_global and name in place.globals and name not in place.local_names()
