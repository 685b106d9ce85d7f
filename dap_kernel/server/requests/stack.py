"""What a stopped thread shows, and the texts behind it.

Source: DAP specification, "StackTrace", "Scopes", "ExceptionInfo", "Source", "LoadedSources", "Modules".
"""

from typing import TypeVar

from msgspec.structs import replace

from ...agent.wire import messages as wire
from ...protocol.capabilities import Capabilities
from ...protocol.sources import (
    LoadedSourcesArguments,
    LoadedSourcesResponse,
    ModulesArguments,
    ModulesResponse,
    Source,
    SourceArguments,
    SourceResponse,
)
from ...protocol.stack import (
    ExceptionInfoArguments,
    ExceptionInfoResponse,
    ScopesArguments,
    ScopesResponse,
    StackTraceArguments,
    StackTraceResponse,
)
from .. import convert
from ..errors import DapError, NotStopped
from ..flows.text_changes import notice_edits
from ..registry import registry
from ..session import Session
from ..texts.sources import NamedSource

PYTHON = "text/x-python"
T = TypeVar("T")


@registry.request(
    "stackTrace",
    stopped=True,
    offers=Capabilities(supports_delayed_stack_trace_loading=True, supports_value_formatting_options=True),
)
async def stack_trace(session: Session, args: StackTraceArguments) -> StackTraceResponse:
    """`total_frames` counts all frames; those answered are the page that was asked for."""
    stop = session.threads.stops.get(args.thread_id)
    if stop is None:
        raise NotStopped
    await session.documents.ready()
    notice_edits(session)  # an edit since the thread stopped moves its frames
    frames = await session.client_frames.stack(
        stop, args.format, just_my_code=session.options.args.just_my_code
    )
    return StackTraceResponse(page(frames, args.start_frame, args.levels), total_frames=len(frames))


@registry.request("scopes", stopped=True)
async def scopes(session: Session, args: ScopesArguments) -> ScopesResponse:
    frame = session.frames.kernel_frame_id(args.frame_id)
    if frame == wire.IDLE_FRAME and session.kernel.live is None:
        return ScopesResponse([])  # looking at a notebook starts no kernel
    found = await session.kernel.call(wire.Scopes(frame), list[wire.Scope])
    return ScopesResponse([convert.scope(it) for it in found])


@registry.request("exceptionInfo", stopped=True, offers=Capabilities(supports_exception_info_request=True))
async def exception_info(session: Session, args: ExceptionInfoArguments) -> ExceptionInfoResponse:
    """The exception that a thread is stopped at; its traceback names files and lines as the client does."""
    stop = session.threads.stops.get(args.thread_id)
    if stop is None:
        raise NotStopped
    if stop.is_idle:
        raise DapError("this thread is not stopped at an exception")
    report = await session.kernel.call(wire.ExceptionInfo(args.thread_id), wire.ExceptionReport)
    return convert.exception_info(report, session.output.rewritten)


@registry.request("source")
async def source(session: Session, args: SourceArguments) -> SourceResponse:
    """The reference counts before the path. A cell's text is that of the revision which runs, not today's."""
    asked = args.source or Source()
    reference = args.source_reference or asked.source_reference
    said = session.sources.read(replace(asked, source_reference=reference))
    if said.problem is not None:
        raise DapError(said.problem)
    if said.path is not None:
        return _text_of(session, said, said.path)
    filename = said.filename or ""
    revision = session.documents.revision(filename)
    if revision is not None:
        return SourceResponse(revision.source, mime_type=PYTHON)
    found = await session.kernel.call(wire.SourceText(filename), str | None)  # type: ignore[arg-type]
    if found is None:
        raise DapError(f"{filename} has no text")
    return SourceResponse(found, mime_type=PYTHON)


def _text_of(session: Session, said: NamedSource, path: str) -> SourceResponse:
    text = session.documents.text_at(path)
    if text is None:
        raise DapError(f"{path} cannot be read")
    if said.is_script:
        return SourceResponse(session.sources.scripts.given(text), mime_type=PYTHON)
    cell = text.cell(said.cell_id) if said.cell_id is not None else None
    if cell is not None:
        return SourceResponse(cell.source, mime_type=PYTHON if cell.is_code else None)
    return SourceResponse(text.notebook.text)


@registry.request("loadedSources", offers=Capabilities(supports_loaded_sources_request=True))
async def loaded_sources(session: Session, args: LoadedSourcesArguments) -> LoadedSourcesResponse:
    main = session.documents.main
    return LoadedSourcesResponse(list(session.sources.of_cells(main)) if main is not None else [])


@registry.request("modules", offers=Capabilities(supports_modules_request=True))
async def modules(session: Session, args: ModulesArguments) -> ModulesResponse:
    if session.kernel.live is None:
        return ModulesResponse([], total_modules=0)
    found = await session.kernel.call(wire.Modules(), list[wire.Module])
    shown = page(found, args.start_module, args.module_count)
    return ModulesResponse([convert.module(it) for it in shown], total_modules=len(found))


def page(items: list[T], start: int, count: int) -> list[T]:
    """Return `count` items from `start` on; no count, or one that makes no sense: the rest."""
    rest = items[max(start, 0) :]
    return rest[:count] if count > 0 else rest
