"""Values: variables, evaluation, assignment, completion.

Source: DAP specification, "Variables", "SetVariable", "Evaluate", "SetExpression", "Completions".
"""

from ...agent.wire import messages as wire
from ...protocol.capabilities import Capabilities
from ...protocol.messages import Body
from ...protocol.variables import (
    CompletionItem,
    CompletionsArguments,
    CompletionsResponse,
    EvaluateArguments,
    SetExpressionArguments,
    SetVariableArguments,
    ValueFormat,
    VariablesArguments,
    VariablesResponse,
)
from .. import convert
from ..errors import DapError, NotStarted
from ..flows.idling import idle_again
from ..registry import Then, registry
from ..repl.debug_console import complete_command, do_command, is_command
from ..session import Session


@registry.request("variables")
async def variables(session: Session, args: VariablesArguments) -> VariablesResponse:
    """Answer children, also of what `notebookVariables` has told while nothing is stopped for the client."""
    session.frames.need_kernel()
    command = wire.Variables(
        args.variables_reference,
        args.filter,
        args.start,
        args.count,
        _is_hex(args.format),
        session.port.quirks.has_tables,
    )
    found = await session.kernel.call(command, list[wire.Variable])
    return VariablesResponse(
        [convert.variable(it, session.port.client.supports_variable_type) for it in found]
    )


@registry.request("setVariable", stopped=True, offers=Capabilities(supports_set_variable=True))
async def set_variable(session: Session, args: SetVariableArguments) -> Then:
    session.frames.need_kernel()
    command = wire.SetVariable(args.variables_reference, args.name, args.value, _is_hex(args.format))
    found = await session.kernel.call(command, wire.Variable)
    response = convert.set_variable_response(found, session.port.client.supports_variable_type)
    return Then(response, session.kernel_state_events.tell_variables_changed)


@registry.request("setExpression", stopped=True, offers=Capabilities(supports_set_expression=True))
async def set_expression(session: Session, args: SetExpressionArguments) -> Then:
    frame = await _frame(session, args.frame_id)
    command = wire.SetExpression(frame, args.expression, args.value, _is_hex(args.format))
    found = await session.kernel.call(command, wire.Variable)
    response = convert.set_expression_response(found, session.port.client.supports_variable_type)
    return Then(response, session.kernel_state_events.tell_variables_changed)


@registry.request(
    "evaluate",
    offers=Capabilities(supports_evaluate_for_hovers=True, supports_clipboard_context=True),
)
async def evaluate(session: Session, args: EvaluateArguments) -> Body | Then:
    """Evaluate an expression; in the console also a colon command, or a line for `input()`."""
    is_console = args.context == "repl"
    if is_console and is_command(args.expression):
        return await do_command(session, args.expression, args.frame_id)
    text = args.expression
    if is_console and text.startswith("::"):
        text = text[1:]
    if is_console and session.awaited_input.is_wanted and not _is_stopped_frame(session, args.frame_id):
        return session.awaited_input.answer(text)
    frame = await _frame(session, args.frame_id)
    if not is_console and frame == wire.IDLE_FRAME and session.kernel.live is None:
        raise NotStarted  # a watch or a hover starts none
    command = wire.Evaluate(frame, text, args.context, _is_hex(args.format))
    try:
        found = await session.kernel.call(command, wire.Variable)
    finally:
        if frame == wire.IDLE_FRAME:
            if is_console and session.kernel.live is not None:  # also where it has failed half way
                session.run_state.note_console_run()
            idle_again(session)
    response = convert.evaluate_response(found, session.port.client.supports_variable_type)
    if not is_console:
        return response
    return Then(response, lambda: _statement_ran(session) if not found.value else _value_shown(session))


@registry.request(
    "completions",
    offers=Capabilities(
        supports_completions_request=True, completion_trigger_characters=[".", ":", "[", '"', "'"]
    ),
)
async def completions(session: Session, args: CompletionsArguments) -> CompletionsResponse:
    """An error is an empty answer: the request comes at each key, and nobody reads why there is nothing."""
    lines = args.text.split("\n")[: max(args.line, 1)]
    before = _before(lines[-1], max(args.column - 1, 0))
    if is_command(args.text):
        return CompletionsResponse(complete_command(session, before, session.port.numbering.columns))
    try:
        frame = await _frame(session, args.frame_id)
        if frame == wire.IDLE_FRAME and session.kernel.live is None:
            return CompletionsResponse([])
        command = wire.Completions(frame, "\n".join([*lines[:-1], before]))
        found = await session.kernel.call(command, list[wire.Completion])
    except DapError:  # asked at each key, also while a cell runs: nobody wants to read why not
        return CompletionsResponse([])
    return CompletionsResponse([_item(session, it, before) for it in found])


def _statement_ran(session: Session) -> None:
    session.port.invalidate()
    session.kernel_state_events.tell_variables_changed()


def _value_shown(session: Session) -> None:
    session.kernel_state_events.tell_variables_changed()  # `rows.pop()` has a value, too


def _item(session: Session, found: wire.Completion, before: str) -> CompletionItem:
    start = _units(before[: found.start])
    length = _units(before[found.start : found.start + found.length])
    return convert.completion(found, start + session.port.numbering.columns, length)


async def _frame(session: Session, frame_id: int | None) -> int:
    return (
        await session.frames.notebook_frame_id()
        if frame_id is None
        else session.frames.kernel_frame_id(frame_id)
    )


def _is_stopped_frame(session: Session, frame_id: int | None) -> bool:
    """Whether a frame id is of a thread that is stopped now."""
    if frame_id is None:
        return False
    frames = [it for stop in session.threads.stops.values() for it in stop.frames or []]
    return any(it.id == frame_id for it in frames)


def _is_hex(format: ValueFormat | None) -> bool:
    return format is not None and format.hex


def _before(line: str, units: int) -> str:
    """Return the first `units` UTF-16 units of a line."""
    return line.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore")


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
