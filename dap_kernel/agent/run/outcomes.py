"""What became of a cell: its exception as a result, and as the traceback that the user reads.

Tracebacks are Python's own, without the frames of the kernel. Knows nothing of running cells.
"""

from collections.abc import Callable, Container
from traceback import TracebackException

from ..common.errors import one_line
from ..common.object_access import is_instance
from ..common.raised import CellQuit
from ..common.signal_handlers import traceback_of
from ..common.text import clean
from ..debuggee.code_names import name_at, name_of
from ..wire.messages import CellResult

_TRACEBACK_LENGTH = 60_000  # characters of one that goes over the wire


def result_of(exception: BaseException | None, is_program: bool) -> CellResult:
    """Return the result of a cell that ended with `exception`, or without one."""
    match exception:
        case None:
            return CellResult("done")
        case SystemExit():
            return CellResult("done" if is_program else "stopped", exit_code=exit_code(exception))
        case KeyboardInterrupt():
            return CellResult("interrupted", "KeyboardInterrupt", 130 if is_program else None)
    if is_quit(exception):
        return CellResult("stopped", was_quit=issubclass(type(exception), CellQuit))
    return CellResult(
        "failed",
        one_line(exception),
        1 if is_program else None,
        missing_module=_name(exception) if is_instance(exception, ModuleNotFoundError) else None,
        missing_name=_name(exception) if is_instance(exception, NameError) else None,
    )


def innermost(exception: BaseException | None, files: Container[str]) -> tuple[str, int]:
    """Return the innermost place in one of `files` that an exception came by; "" and 0: in none.

    A text that is no Python has it where it cannot be read on.
    """
    found, trace = ("", 0), traceback_of(exception) if exception is not None else None
    while trace is not None:
        file = name_of(trace.tb_frame.f_code)
        found = (file, trace.tb_lineno or 0) if file in files else found
        trace = trace.tb_next
    if is_instance(exception, SyntaxError):
        name, line = exception.filename, exception.lineno  # user code may have put anything there
        if type(name) is str and name in files and type(line) is int:
            found = name, line
    return found


def is_quit(exception: BaseException | None) -> bool:
    """Whether the cell was ended on purpose, by the user or by `mo.stop`."""
    return issubclass(type(exception), CellQuit) or type(exception).__name__ == "MarimoStopError"


def exit_code(exception: SystemExit) -> int:
    """Return what the interpreter would exit with."""
    code = exception.code
    if code is None:
        return 0
    return code if isinstance(code, int) else 1


def exit_message(exception: SystemExit) -> str:
    """Return what the interpreter would write to stderr: `sys.exit("no data")`."""
    code = exception.code
    return "" if code is None or isinstance(code, int) else f"{_text_of(code)}\n"


def traceback_text(
    exception: BaseException, is_hidden: Callable[[str], bool], *, is_for_server: bool = True
) -> str:
    """Return the traceback without the frames whose file `is_hidden`: as Python prints it.

    `is_for_server`: files are called as the server knows them.
    """
    try:
        report = TracebackException.from_exception(exception, compact=True)
        _leave_out(report, is_hidden, is_for_server, set())
        return "".join(report.format())
    except Exception as problem:  # an exception of the user's own may be broken in any way
        return f"{one_line(exception)}\n(its traceback cannot be shown: {one_line(problem)})\n"


def without_leading(exception: BaseException, is_left_out: Callable[[str], bool]) -> None:
    """Take the outermost frames, whose files `is_left_out`, off an exception's traceback."""
    trace = traceback_of(exception)
    while trace is not None and is_left_out(trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    BaseException.with_traceback(exception, trace)


def shortened(text: str) -> str:
    """Return a traceback without its middle where it is too long to be told once more."""
    if len(text) > _TRACEBACK_LENGTH:
        begins, ends = text[: _TRACEBACK_LENGTH // 2], text[-_TRACEBACK_LENGTH // 2 :]
        text = f"{begins.rpartition(chr(10))[0]}\n  …\n{ends.partition(chr(10))[2]}"
    return clean(text)


def _leave_out(
    report: TracebackException, is_hidden: Callable[[str], bool], is_for_server: bool, seen: set[int]
) -> None:
    if id(report) in seen:
        return
    seen.add(id(report))
    report.stack[:] = [it for it in report.stack if not is_hidden(it.filename)]
    for it in report.stack if is_for_server else ():  # their texts have been read
        it.filename = name_at(it.filename, it.lineno or 0)
    if not report.stack:
        report.stack = None  # type: ignore[assignment]  # no heading without frames, as for a syntax error
    for other in (report.__cause__, report.__context__, *(report.exceptions or ())):
        if other is not None:
            _leave_out(other, is_hidden, is_for_server, seen)


def _name(exception: ImportError | NameError) -> str | None:
    name = exception.name
    return clean(name) if type(name) is str else None


def _text_of(value: object) -> str:
    try:
        return str(value)
    except Exception as problem:
        return f"<its text cannot be shown: {type(problem).__name__}>"
