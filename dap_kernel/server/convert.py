"""The wire's types as DAP's and back: the only place that mixes them.

Pure: where a line is shown is others' business. Each function stands for one type of the protocol; `sent` is
what came over the wire.
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
    """DAP's FunctionBreakpoint as the wire's; an empty condition is none."""
    return wire.FunctionBreakpoint(
        id, asked.name.strip(), asked.condition or None, asked.hit_condition or None
    )


def exception_filters(args: SetExceptionBreakpointsArguments) -> list[wire.ExceptionFilter]:
    """DAP's filters, filterOptions and exceptionOptions as the wire's, in this order. Raises DapError."""
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


def thread(sent: wire.Thread, main_name: str) -> Thread:
    """DAP's Thread; the main one is called what the server says."""
    return Thread(sent.id, main_name if sent.id == wire.MAIN_THREAD else sent.name)


def stack_frame(
    sent: wire.Frame, name: str, location: Location | None, is_subtle: bool, format: StackFrameFormat | None
) -> StackFrame:
    """DAP's StackFrame. One without a text is at line 1: clients need some line."""
    line, column, end_line, end_column = 1, 1, None, None
    if location is not None:
        line = location.line
        if location.shift is not None:
            column = sent.column + location.shift
            end_line = None if sent.end_line is None else line + sent.end_line - sent.line
            end_column = None if sent.end_column is None else sent.end_column + location.shift
    if format is not None and format.module and sent.module is not None:
        name = sent.module if name == "<module>" else f"{sent.module}.{name}"
    if format is not None and format.line:
        name = f"{name} : {line}"
    return StackFrame(
        sent.id,
        name,
        line,
        column,
        source=location.source if location is not None else None,
        end_line=end_line,
        end_column=end_column,
        module_id=sent.module,
        presentation_hint="subtle" if is_subtle else "normal",
    )


def notebook_line(sent: wire.ActiveLine, cell_id: str, location: Location) -> NotebookLineEvent:
    """Our NotebookLineEvent (docs/protocol.md): the line that runs now, 1-based."""
    return NotebookLineEvent(cell_id, source=location.source, line=location.line, via=sent.via)


def input_wanted(sent: wire.InputWanted, text: str, with_data: bool) -> OutputEvent:
    """DAP's OutputEvent for a prompt; the data is for a client that reads a line by itself."""
    data = {"inputWanted": {"prompt": text, "isHidden": sent.is_hidden}}
    return OutputEvent(text, "stdout", data=data if with_data else None)


def scope(sent: wire.Scope) -> Scope:
    """DAP's Scope."""
    return Scope(
        sent.name, sent.reference, sent.expensive, presentation_hint=sent.hint, named_variables=sent.named
    )


def variable(sent: wire.Variable, with_type: bool) -> Variable:
    """DAP's Variable. `with_type`: the client has said `supportsVariableType`."""
    return Variable(
        sent.name,
        sent.value,
        sent.reference,
        type=sent.type or None if with_type else None,
        presentation_hint=_hint(sent),
        evaluate_name=sent.evaluate_name,
        named_variables=sent.named,
        indexed_variables=sent.indexed,
        menu_context="table" if sent.is_table else None,
    )


def evaluate_response(sent: wire.Variable, with_type: bool) -> EvaluateResponse:
    """DAP's EvaluateResponse for a value. `with_type`: the client has said `supportsVariableType`."""
    return EvaluateResponse(
        sent.value,
        sent.reference,
        type=sent.type or None if with_type else None,
        presentation_hint=_hint(sent),
        named_variables=sent.named,
        indexed_variables=sent.indexed,
    )


def set_variable_response(sent: wire.Variable, with_type: bool) -> SetVariableResponse:
    """DAP's SetVariableResponse for the new value. `with_type` as for `variable`."""
    return SetVariableResponse(
        sent.value,
        type=sent.type or None if with_type else None,
        variables_reference=sent.reference,
        named_variables=sent.named,
        indexed_variables=sent.indexed,
    )


def set_expression_response(sent: wire.Variable, with_type: bool) -> SetExpressionResponse:
    """DAP's SetExpressionResponse for the new value. `with_type` as for `variable`."""
    return SetExpressionResponse(
        sent.value,
        type=sent.type or None if with_type else None,
        presentation_hint=_hint(sent),
        variables_reference=sent.reference,
        named_variables=sent.named,
        indexed_variables=sent.indexed,
    )


def _hint(sent: wire.Variable) -> VariablePresentationHint | None:
    return VariablePresentationHint(sent.kind, sent.attributes) if sent.kind or sent.attributes else None


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


def table_response(sent: wire.TablePage) -> NotebookTableResponse:
    """Our response to `notebookTable`; rows and columns count from 0."""
    return NotebookTableResponse(
        sent.kind,
        sent.type,
        sent.total_rows,
        sent.rows,
        sent.total_columns,
        [_table_column(column) for column in sent.columns],
        sent.index,
        sent.cells,
        missing=sent.missing,
        index_name=sent.index_name,
        evaluate_name=sent.evaluate_name,
        is_cut=sent.is_cut,
        table_reference=sent.table,
    )


def _table_column(sent: wire.TableColumn) -> TableColumn:
    return TableColumn(
        sent.name,
        sent.type,
        sent.kind,
        missing=sent.missing,
        distinct=sent.distinct,
        min=sent.min,
        max=sent.max,
    )


def notebook_variables(sent: wire.NotebookNames) -> NotebookVariablesResponse:
    """Our NotebookVariablesResponse (docs/protocol.md): the names of the notebook."""
    return NotebookVariablesResponse([_notebook_variable(one) for one in sent.variables], sent.more)


def _notebook_variable(sent: wire.NotebookVariable) -> NotebookVariable:
    return NotebookVariable(
        sent.variable.name,
        sent.variable.type,
        sent.variable.value,
        sent.variable.reference,
        shape=sent.shape,
        length=sent.length,
        is_table=sent.is_table,
        evaluate_name=sent.variable.evaluate_name,
        named_variables=sent.variable.named,
        indexed_variables=sent.variable.indexed,
    )


def completion(sent: wire.Completion, start: int, length: int) -> CompletionItem:
    """DAP's CompletionItem; `start` and `length` are in UTF-16 units, counted as the client does."""
    kind: CompletionItemType | None = sent.kind if sent.kind in ITEM_TYPES else None  # type: ignore[assignment]
    return CompletionItem(sent.text, type=kind, start=start, length=length, detail=sent.detail)


def step_in_target(sent: wire.Target, id: int, location: Location | None) -> StepInTarget:
    """DAP's StepInTarget; without the place of the call where today's text does not show it as it was run."""
    if location is None or location.shift is None:
        return StepInTarget(id, sent.label)
    return StepInTarget(
        id,
        sent.label,
        line=location.line,
        column=sent.span.column + location.shift,
        end_line=location.line + sent.span.end_line - sent.span.line,
        end_column=sent.span.end_column + location.shift,
    )


def module(sent: wire.Module) -> Module:
    """DAP's Module; its id is its name."""
    return Module(sent.name, sent.name, path=sent.path, version=sent.version, is_user_code=sent.is_user_code)


def exception_info(sent: wire.ExceptionReport, rewrite: Callable[[str], str]) -> ExceptionInfoResponse:
    """DAP's ExceptionInfoResponse; `rewrite` puts the notebook's lines into tracebacks."""
    details = exception_details(sent.details, rewrite)
    return ExceptionInfoResponse(
        sent.details.full_type_name, sent.break_mode, description=sent.details.message, details=details
    )


def exception_details(sent: wire.ExceptionDetails, rewrite: Callable[[str], str]) -> ExceptionDetails:
    """DAP's ExceptionDetails, causes inside; `rewrite` gives a traceback the client's paths and lines."""
    return ExceptionDetails(
        message=sent.message,
        type_name=sent.type_name,
        full_type_name=sent.full_type_name,
        evaluate_name=sent.evaluate_name,
        stack_trace=rewrite(sent.stack_trace),
        inner_exception=[exception_details(inner, rewrite) for inner in sent.inner],
    )


def display(sent: wire.Display, cell_id: str | None, location: Location | None) -> NotebookDisplayEvent:
    """Our NotebookDisplayEvent (docs/protocol.md); without a cell or a place where that is not known."""
    event = NotebookDisplayEvent(sent.data, cell_id, metadata=sent.metadata or None)
    event.display_id, event.update, event.is_result = sent.display_id, sent.update, sent.is_result
    if location is not None:
        event.source, event.line = location.source, location.line
    return event
