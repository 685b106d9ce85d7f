"""Assign to any expression that can stand left of an equals sign. Knows nothing of the wire."""

import ast

from .bindings import InspectionError, Place
from .expressions import Evaluator


def assign(evaluator: Evaluator, place: Place, target: str, value: str) -> object:
    """Evaluate `value`, assign it to `target`, and return what `target` then is.

    Raises InspectionError when `target` cannot be assigned to, and what the evaluation raises.
    """
    try:
        tree = ast.parse(target.strip(), mode="eval").body
    except SyntaxError:
        tree = None
    if not isinstance(tree, ast.Name | ast.Attribute | ast.Subscript):
        raise InspectionError(f"{target} cannot be assigned to")
    ast.parse(value.strip(), mode="eval")  # an expression: nothing can be smuggled in behind it
    evaluator.execute(f"{target.strip()} = (\n{value.strip()}\n)", place)
    return evaluator.evaluate(target, place)
