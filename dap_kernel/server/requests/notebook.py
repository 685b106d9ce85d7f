"""Our own requests, for clients that know notebooks. They are no part of DAP.

Source: docs/protocol.md; `protocol/notebook.py`.
"""

from ...notebook.paths import same_path
from ...protocol.capabilities import Capabilities
from ...protocol.messages import Body
from ...protocol.notebook import (
    NotebookCellsArguments,
    NotebookCellsResponse,
    NotebookInterruptArguments,
    NotebookMoveArguments,
    NotebookRunArguments,
    NotebookRunResponse,
    NotebookSyncArguments,
    NotebookSyncResponse,
)
from ..arguments.launch_arguments import checked_run
from ..errors import DapError
from ..flows.moving import move_notebook
from ..flows.text_changes import notice_edits_ready, opened_text, sync, synced_response
from ..kernel.session_kernel import need
from ..phases import IN_WORDS
from ..registry import Then, registry
from ..session import Session
from ..texts.documents import Text


@registry.request("notebookCells", offers=Capabilities(supports_notebook_requests=True))
async def notebook_cells(session: Session, args: NotebookCellsArguments) -> NotebookCellsResponse:
    """The cells of the text as it is in the editor now, which may be newer than what has run."""
    await notice_edits_ready(session)
    text = _text(session, args.path)
    shown = session.sources.shown_as(text, args.path)
    return NotebookCellsResponse(
        [session.cell_events.described(it, text) for it in shown.cells],
        session.kernel_state_events.state,
        format=text.notebook.format.value,
        has_cells=text.notebook.traits.has_cells,
        text=session.sources.script_of(text) if text is session.documents.main else None,
    )


@registry.request("notebookRun")
async def notebook_run(session: Session, args: NotebookRunArguments) -> Then:
    """The ids of the chosen cells are answered first; then the run begins, behind one that is under way."""
    if not session.lifecycle.is_live:
        raise DapError(f"nothing can run: {IN_WORDS[session.lifecycle.phase]}")
    need(session.kernel.traits.no_cells)
    text = _text(session, args.path)
    spec = checked_run(args.run)
    await notice_edits_ready(session)
    chosen = session.runner.choose(spec, session.sources.shown_as(text, args.path))
    body: Body = NotebookRunResponse([it.cell.id for it in chosen])

    def start() -> None:
        session.runner.start(chosen, no_debug=args.no_debug, stops_first=args.stop_on_entry)

    return Then(body, start if chosen else lambda: None)


@registry.request("notebookSync")
async def notebook_sync(session: Session, args: NotebookSyncArguments) -> NotebookSyncResponse:
    text = opened_text(session, args)
    await session.documents.sync_ready(text, args.text, args.cells or [])
    text = sync(session, args)
    await session.layout.ready()
    return synced_response(session, text)


@registry.request("notebookMove")
async def notebook_move(session: Session, args: NotebookMoveArguments) -> NotebookSyncResponse:
    """The file was renamed: breakpoints, revisions and the kernel's names of cells follow."""
    text = session.documents.main
    if text is None or not session.lifecycle.is_live:
        raise DapError(f"there is no notebook that could have moved: {IN_WORDS[session.lifecycle.phase]}")
    if text.is_stand_in:
        raise DapError("a module is debugged: it has no path that could have changed")
    path = session.sources.path_of(args.path)
    if not same_path(path, text.path):
        await session.documents.ready([path])
        move_notebook(session, text, path, args.path)
    return synced_response(session, text)


@registry.request("notebookInterrupt")
async def notebook_interrupt(session: Session, args: NotebookInterruptArguments) -> Then:
    need(session.kernel.traits.no_breaking_off)
    return Then(None, session.runner.interrupt)


def _text(session: Session, name: str | None) -> Text:
    main = session.documents.main
    path = None if name is None or session.sources.is_script(name) else session.sources.path_of(name)
    if path is not None and (main is None or not same_path(path, main.path)):
        if main is not None:
            raise DapError(f"{path} is not the notebook that is debugged")
        text = session.documents.text_at(path)
        if text is None:
            raise DapError(f"{path} cannot be read")
        return text
    if main is None:
        raise DapError("there is no notebook yet: launch comes first")
    return main
