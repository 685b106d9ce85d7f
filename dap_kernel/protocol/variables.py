"""Values: variables, evaluation, assignment, completion.

Source: DAP specification, "Variables", "SetVariable", "Evaluate", "SetExpression", "Completions".
"""

from typing import Literal

import msgspec

from .messages import Body
from .sources import Source

CompletionItemType = Literal[
    "method",
    "function",
    "constructor",
    "field",
    "variable",
    "class",
    "interface",
    "module",
    "property",
    "unit",
    "value",
    "enum",
    "keyword",
    "snippet",
    "text",
    "color",
    "file",
    "reference",
    "customcolor",
]


class ValueFormat(Body):
    hex: bool = False


class VariablePresentationHint(Body):
    kind: str | None = None  # "property", "method", "class", "data", "virtual", ...
    attributes: list[str] = []  # "static", "constant", "readOnly", "rawString", "hasSideEffects", ...
    visibility: str | None = None  # "public", "private", "protected", "internal", "final"
    lazy: bool = False


class VariablesArguments(Body):
    variables_reference: int
    filter: Literal["indexed", "named"] | None = None
    start: int = 0
    count: int = 0  # 0: all
    format: ValueFormat | None = None


class Variable(Body):
    name: str
    value: str
    variables_reference: int
    type: str | None = None
    presentation_hint: VariablePresentationHint | None = None
    evaluate_name: str | None = None
    named_variables: int | None = None
    indexed_variables: int | None = None
    declaration_location_reference: int | None = None
    value_location_reference: int | None = None
    # VS Code's own: what a `when` of its menus knows the variable by.
    menu_context: str | None = msgspec.field(name="__vscodeVariableMenuContext", default=None)


class VariablesResponse(Body):
    variables: list[Variable]


class SetVariableArguments(Body):
    variables_reference: int
    name: str
    value: str
    format: ValueFormat | None = None


class SetVariableResponse(Body):
    value: str
    type: str | None = None
    variables_reference: int = 0
    named_variables: int | None = None
    indexed_variables: int | None = None
    value_location_reference: int | None = None


class EvaluateArguments(Body):
    expression: str
    frame_id: int | None = None
    line: int | None = None
    column: int | None = None
    source: Source | None = None
    context: str = "repl"  # or "watch", "hover", "clipboard", "variables"; absent: not specified
    format: ValueFormat | None = None


class EvaluateResponse(Body):
    result: str
    variables_reference: int
    type: str | None = None
    presentation_hint: VariablePresentationHint | None = None
    named_variables: int | None = None
    indexed_variables: int | None = None
    value_location_reference: int | None = None


class SetExpressionArguments(Body):
    expression: str
    value: str
    frame_id: int | None = None
    format: ValueFormat | None = None


class SetExpressionResponse(Body):
    value: str
    type: str | None = None
    presentation_hint: VariablePresentationHint | None = None
    variables_reference: int = 0
    named_variables: int | None = None
    indexed_variables: int | None = None
    value_location_reference: int | None = None


class CompletionsArguments(Body):
    text: str
    column: int  # counted in UTF-16 code units
    frame_id: int | None = None
    line: int = 1


class CompletionItem(Body):
    label: str
    text: str | None = None
    sort_text: str | None = None
    detail: str | None = None
    type: CompletionItemType | None = None
    start: int | None = None  # as `columnsStartAt1` says; absent: at the column asked for
    length: int = 0
    selection_start: int | None = None
    selection_length: int = 0


class CompletionsResponse(Body):
    targets: list[CompletionItem]
