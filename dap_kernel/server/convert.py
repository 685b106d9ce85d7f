"""The wire's types as DAP's and back: the only place that mixes them.

Pure: where a line is shown is others' business.
Sources: DAP specification, "Types"; `agent/wire/messages.py`.
"""

from collections.abc import Callable, Iterator
from typing import get_args

from ..agent.wire import messages as wire
from ..protocol.breakpoints import (
    ExceptionFilterOptions,
    ExceptionOptions,
    FunctionBreakpoint,
    SetExceptionBreakpointsArguments,
    SourceBreakpoint,
)
from ..protocol.execution import StepInTarget, Thread
from ..protocol.notebook import NotebookDisplayEvent, NotebookLineEvent
from ..protocol.output import OutputEvent
from ..protocol.sources import Module
from ..protocol.stack import ExceptionDetails, ExceptionInfoResponse, Scope, StackFrame, StackFrameFormat
from ..protocol.tables import (
    NotebookTableArguments,
    NotebookTableResponse,
    NotebookVariable,
    NotebookVariablesResponse,
    TableColumn,
)
from ..protocol.variables import (
    CompletionItem,
    CompletionItemType,
    EvaluateResponse,
    SetExpressionResponse,
    SetVariableResponse,
    Variable,
    VariablePresentationHint,
)
from .errors import DapError
from .texts.sources import Location

Locate = Callable[[str, int], Location | None]
FILTERS = ("raised", "uncaught", "userUnhandled")
FILTER_OF_MODE = {"always": "raised", "unhandled": "uncaught", "userUnhandled": "userUnhandled"}
ITEM_TYPES = frozenset(get_args(CompletionItemType))


def line_breakpoint(id: int, line: int, asked: SourceBreakpoint, is_unchecked: bool) -> wire.LineBreakpoint:
    """DAP's SourceBreakpoint as the wire's, at `line` of a file; an empty condition is none."""
    return wire.LineBreakpoint(
        id,
        line,
        asked.condition or None,
        asked.hit_condition or None,
        asked.log_message or None,
        is_unchecked,
    )


def function_breakpoint(id: int, asked: FunctionBreakpoint) -> wire.FunctionBreakpoint:
    return wire.FunctionBreakpoint(
        id, asked.name.strip(), asked.condition or None, asked.hit_condition or None
    )


def exception_filters(args: SetExceptionBreakpointsArguments) -> list[wire.ExceptionFilter]:
    """Return the filters asked for in any of the three ways, in the order of the answer. Raises DapError."""
    filters = [_filter(it, None) for it in args.filters]
    filters += [_option(it) for it in args.filter_options]
    return filters + list(_exception_options(args.exception_options))


def _option(option: ExceptionFilterOptions) -> wire.ExceptionFilter:
    return _filter(option.filter_id, option.condition)


def _filter(name: str, condition: str | None) -> wire.ExceptionFilter:
    match name:
        case "raised" | "uncaught" | "userUnhandled":
            return wire.ExceptionFilter(name, condition or None)
    raise DapError(f"there is no exception filter {name!r}: there are {', '.join(FILTERS)}")


def _exception_options(options: list[ExceptionOptions]) -> Iterator[wire.ExceptionFilter]:
    for option in options:
        names = [name for segment in option.path[1:] for name in segment.names]  # the first names Python
        if option.break_mode != "never":
            yield _filter(FILTER_OF_MODE[option.break_mode], ", ".join(names))


def thread(it: wire.Thread, main_name: str) -> Thread:
    return Thread(it.id, main_name if it.id == wire.MAIN_THREAD else it.name)


def stack_frame(
    it: wire.Frame, name: str, location: Location | None, is_subtle: bool, format: StackFrameFormat | None
) -> StackFrame:
    """Return a frame as it is shown. One without a text is at line 1: clients need some line."""
    line, column, end_line, end_column = 1, 1, None, None
    if location is not None:
        line = location.line
        if location.shift is not None:
            column = it.column + location.shift
            end_line = None if it.end_line is None else line + it.end_line - it.line
            end_column = None if it.end_column is None else it.end_column + location.shift
    if format is not None and format.module and it.module is not None:
        name = it.module if name == "<module>" else f"{it.module}.{name}"
    if format is not None and format.line:
        name = f"{name} : {line}"
    return StackFrame(
        it.id,
        name,
        line,
        column,
        source=location.source if location is not None else None,
        end_line=end_line,
        end_column=end_column,
        module_id=it.module,
        presentation_hint="subtle" if is_subtle else "normal",
    )


def notebook_line(it: wire.ActiveLine, cell_id: str, location: Location) -> NotebookLineEvent:
    return NotebookLineEvent(cell_id, source=location.source, line=location.line, via=it.via)


def input_wanted(it: wire.InputWanted, text: str, with_data: bool) -> OutputEvent:
    """Return the prompt; the data is for a client that reads a line by itself, vimspector prints it."""
    data = {"inputWanted": {"prompt": text, "isHidden": it.is_hidden}}
    return OutputEvent(text, "stdout", data=data if with_data else None)


def scope(it: wire.Scope) -> Scope:
    return Scope(it.name, it.reference, it.expensive, presentation_hint=it.hint, named_variables=it.named)


def variable(it: wire.Variable, with_type: bool) -> Variable:
    """DAP's Variable. `with_type`: the client has said `supportsVariableType`."""
    return Variable(
        it.name,
        it.value,
        it.reference,
        type=it.type or None if with_type else None,
        presentation_hint=_hint(it),
        evaluate_name=it.evaluate_name,
        named_variables=it.named,
        indexed_variables=it.indexed,
        menu_context="table" if it.is_table else None,
    )


def evaluate_response(it: wire.Variable, with_type: bool) -> EvaluateResponse:
    """DAP's EvaluateResponse for a value. `with_type`: the client has said `supportsVariableType`."""
    return EvaluateResponse(
        it.value,
        it.reference,
        type=it.type or None if with_type else None,
        presentation_hint=_hint(it),
        named_variables=it.named,
        indexed_variables=it.indexed,
    )


def set_variable_response(it: wire.Variable, with_type: bool) -> SetVariableResponse:
    return SetVariableResponse(
        it.value,
        type=it.type or None if with_type else None,
        variables_reference=it.reference,
        named_variables=it.named,
        indexed_variables=it.indexed,
    )


def set_expression_response(it: wire.Variable, with_type: bool) -> SetExpressionResponse:
    """DAP's SetExpressionResponse for the new value. `with_type` as for `variable`."""
    return SetExpressionResponse(
        it.value,
        type=it.type or None if with_type else None,
        presentation_hint=_hint(it),
        variables_reference=it.reference,
        named_variables=it.named,
        indexed_variables=it.indexed,
    )


def _hint(it: wire.Variable) -> VariablePresentationHint | None:
    return VariablePresentationHint(it.kind, it.attributes) if it.kind or it.attributes else None


def table_command(args: NotebookTableArguments, frame: int, is_path: bool) -> wire.Table:
    """Our `notebookTable` as a command. `is_path`: the expression may only look up, and call nothing."""
    return wire.Table(
        frame,
        args.expression,
        is_path,
        args.variables_reference,
        args.name or "",
        args.table_reference,
        args.start,
        args.count,
        args.first_column,
        args.column_count,
        [wire.TableSort(it.position, it.descending) for it in args.sort],
        [wire.TableFilter(it.position, it.operator, it.value) for it in args.filters],
        args.statistics,
        args.raw,
    )


def table_response(it: wire.TablePage) -> NotebookTableResponse:
    """Our response to `notebookTable`; rows and columns count from 0."""
    return NotebookTableResponse(
        it.kind,
        it.type,
        it.total_rows,
        it.rows,
        it.total_columns,
        [_table_column(column) for column in it.columns],
        it.index,
        it.cells,
        missing=it.missing,
        index_name=it.index_name,
        evaluate_name=it.evaluate_name,
        is_cut=it.is_cut,
        table_reference=it.table,
    )


def _table_column(it: wire.TableColumn) -> TableColumn:
    return TableColumn(
        it.name, it.type, it.kind, missing=it.missing, distinct=it.distinct, min=it.min, max=it.max
    )


def notebook_variables(it: wire.NotebookNames) -> NotebookVariablesResponse:
    return NotebookVariablesResponse([_notebook_variable(one) for one in it.variables], it.more)


def _notebook_variable(it: wire.NotebookVariable) -> NotebookVariable:
    return NotebookVariable(
        it.variable.name,
        it.variable.type,
        it.variable.value,
        it.variable.reference,
        shape=it.shape,
        length=it.length,
        is_table=it.is_table,
        evaluate_name=it.variable.evaluate_name,
        named_variables=it.variable.named,
        indexed_variables=it.variable.indexed,
    )


def completion(it: wire.Completion, start: int, length: int) -> CompletionItem:
    """Return a completion; `start` and `length` are in UTF-16 units, counted as the client does."""
    kind: CompletionItemType | None = it.kind if it.kind in ITEM_TYPES else None  # type: ignore[assignment]
    return CompletionItem(it.text, type=kind, start=start, length=length, detail=it.detail)


def step_in_target(it: wire.Target, id: int, location: Location | None) -> StepInTarget:
    """DAP's StepInTarget; without the place of the call where today's text does not show it as it was run."""
    if location is None or location.shift is None:
        return StepInTarget(id, it.label)
    return StepInTarget(
        id,
        it.label,
        line=location.line,
        column=it.span.column + location.shift,
        end_line=location.line + it.span.end_line - it.span.line,
        end_column=it.span.end_column + location.shift,
    )


def module(it: wire.Module) -> Module:
    return Module(it.name, it.name, path=it.path, version=it.version, is_user_code=it.is_user_code)


def exception_info(it: wire.ExceptionReport, rewrite: Callable[[str], str]) -> ExceptionInfoResponse:
    """Return what is known of an exception; `rewrite` puts the notebook's lines into tracebacks."""
    details = exception_details(it.details, rewrite)
    return ExceptionInfoResponse(
        it.details.full_type_name, it.break_mode, description=it.details.message, details=details
    )


def exception_details(it: wire.ExceptionDetails, rewrite: Callable[[str], str]) -> ExceptionDetails:
    """DAP's ExceptionDetails, causes inside; `rewrite` gives a traceback the client's paths and lines."""
    return ExceptionDetails(
        message=it.message,
        type_name=it.type_name,
        full_type_name=it.full_type_name,
        evaluate_name=it.evaluate_name,
        stack_trace=rewrite(it.stack_trace),
        inner_exception=[exception_details(inner, rewrite) for inner in it.inner],
    )


def display(it: wire.Display, cell_id: str | None, location: Location | None) -> NotebookDisplayEvent:
    event = NotebookDisplayEvent(it.data, cell_id, metadata=it.metadata or None)
    event.display_id, event.update, event.is_result = it.display_id, it.update, it.is_result
    if location is not None:
        event.source, event.line = location.source, location.line
    return event
