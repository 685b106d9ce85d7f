"""An exception as `exceptionInfo` tells it: type, message, notes, traceback, cause or context, members.

Source: the protocol's ExceptionDetails. Knows nothing of stops.
"""

from collections.abc import Callable
from traceback import StackSummary, walk_tb
from types import TracebackType

from ..common.errors import text_of
from ..common.object_access import attributes, full_name, instance_dict, qualname
from ..common.signal_handlers import traceback_of
from ..common.text import clean
from ..debuggee.code_names import name_at
from ..wire.messages import ExceptionDetails
from .values import show

_MOST_INNER = 20  # causes, contexts and members, in all
_MOST_FRAMES = 200
_CAUSE = BaseException.__dict__["__cause__"].__get__
_CONTEXT = BaseException.__dict__["__context__"].__get__
_SUPPRESSED = BaseException.__dict__["__suppress_context__"].__get__


def details(
    error: BaseException,
    is_hidden: Callable[[str], bool],
    path: str | None = None,
    traceback: TracebackType | None = None,
) -> ExceptionDetails:
    """Describe `error`, what led to it and what it groups. `path` is the expression for it.

    Frames whose file `is_hidden` are left out of the tracebacks. `traceback`: of an exception on its way,
    which until 3.11 has none of its own before it is caught.
    """
    found = _details(error, is_hidden, path, [])
    if traceback is not None:
        found.stack_trace = traceback_text(traceback, is_hidden)
    return found


def traceback_text(traceback: TracebackType | None, is_hidden: Callable[[str], bool]) -> str:
    """Return the frames of a traceback as Python prints them, outermost first."""
    frames = [(frame, line) for frame, line in walk_tb(traceback) if not is_hidden(frame.f_code.co_filename)]
    if len(frames) > _MOST_FRAMES:  # the innermost tell most
        frames = frames[-_MOST_FRAMES:]
    summary = StackSummary.extract(iter(frames))
    for it in summary:  # whose text has been read
        it.filename = name_at(it.filename, it.lineno or 0)
    return clean("".join(summary.format()))


def _details(
    error: BaseException, is_hidden: Callable[[str], bool], path: str | None, seen: list[BaseException]
) -> ExceptionDetails:
    seen.append(error)
    inner = []
    for other, suffix in _led_to(error):
        if len(seen) < _MOST_INNER and not any(other is it for it in seen):
            inner.append(_details(other, is_hidden, path and path + suffix, seen))
    return ExceptionDetails(
        "\n".join([text_of(error), *_notes(error)]),
        qualname(type(error)),
        full_name(type(error)),
        path,
        traceback_text(traceback_of(error), is_hidden),
        inner,
    )


def _led_to(error: BaseException) -> list[tuple[BaseException, str]]:
    found: list[tuple[BaseException, str]] = []
    cause, context = _CAUSE(error), _CONTEXT(error)
    if cause is not None:
        found.append((cause, ".__cause__"))
    elif context is not None and not _SUPPRESSED(error):
        found.append((context, ".__context__"))
    if issubclass(type(error), BaseExceptionGroup):
        members = BaseExceptionGroup.__dict__["exceptions"].__get__(error)
        found += [(it, f".exceptions[{at}]") for at, it in enumerate(members)]
    return found


def _notes(error: BaseException) -> list[str]:
    held = instance_dict(error)
    notes = None if held is None else attributes(held).get("__notes__")
    if type(notes) is not list:
        return []
    return [clean(it) if type(it) is str else show(it) for it in notes[:_MOST_INNER]]
