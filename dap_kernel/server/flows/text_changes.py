"""What an edit brings about: breakpoints move, cells become stale, frames are told in other lines.

Edits come from the disk, the client and its companions; a text that is given counts before the disk.
"""

from ...notebook.format_traits import Format
from ...protocol.notebook import NotebookChangedEvent, NotebookSyncArguments, NotebookSyncResponse
from ...protocol.sources import LoadedSourceEvent
from ..session import Session
from ..texts.documents import Text, synced_cells


def notice_edits(session: Session) -> None:
    """Look whether the notebook, or a file with breakpoints, was edited on the disk, and act on it."""
    if session.documents.reread():
        text_changed(session)
    if (problem := session.documents.new_problem()) is not None:
        session.output.say(problem, "stderr")
    session.imported.notice_changed_files()


async def notice_edits_ready(session: Session) -> None:
    """Notice edits, and wait until lines are those that the client counts."""
    await session.documents.ready()
    notice_edits(session)
    await session.layout.ready()


def text_changed(session: Session) -> None:
    """Bring what depends on texts up to date."""
    session.breakpoints.text_changed()
    tell_breakpoints(session)
    session.cell_events.tell_changed()
    main = session.documents.main
    if main is not None and session.sources.scripts.has_changed(main):
        session.port.emit(LoadedSourceEvent("changed", session.sources.script_of(main)))
    if session.lifecycle.is_live and session.threads.stops:
        session.port.invalidate()  # frames are told in the lines of the text as it is now


def tell_breakpoints(session: Session) -> None:
    """Have the kernel know the line breakpoints as they are now; a later one is told when it starts."""
    if session.kernel.live is not None and not session.options.no_debug:
        for command in session.breakpoints.commands():
            session.kernel.send_command(command)


def tell_other_breakpoints(session: Session) -> None:
    """Have the kernel know the breakpoints on functions and exceptions as they are now."""
    if session.kernel.live is not None and not session.options.no_debug:
        for command in session.breakpoints.other_commands():
            session.kernel.send_command(command)


def tell_all_breakpoints(session: Session) -> None:
    """Have a kernel that is new to us know all breakpoints, unless nothing is to stop."""
    if session.kernel.live is not None and not session.options.no_debug:
        breakpoints = session.breakpoints
        for command in [*breakpoints.commands(is_fresh=True), *breakpoints.other_commands()]:
            session.kernel.send_command(command)


def sync(session: Session, args: NotebookSyncArguments, companion: object | None = None) -> Text:
    """Take a text, and return it. `companion`: who has given it; None: the client.

    One that the client itself has given stays, whatever its companions say; of theirs the newest counts.
    """
    text = opened_text(session, args)
    document, was_synced = text.document, text.document.is_synced
    if companion is None or not document.is_synced or text.is_companions:
        text.sync_by(companion)
        if args.cells is not None:
            changed = document.sync_cells(synced_cells(args.cells))
        else:
            changed = document.sync(args.text, _format(args))
        if changed:
            text_changed(session)
    if companion is None and was_synced and not document.is_synced:
        session.port.audience.send_event(NotebookChangedEvent(is_free=True))
    notice_edits(session)
    return text


def synced_response(session: Session, text: Text) -> NotebookSyncResponse:
    """Return what whoever has given a text is answered: its cells, and what has become of them."""
    cells = [session.cell_events.described(it, text) for it in text.notebook.cells]
    return NotebookSyncResponse(cells, text.notebook.format.value)


def opened_text(session: Session, args: NotebookSyncArguments) -> Text:
    """Return the text that a client is about to give."""
    path = session.sources.path_of(args.path)
    return session.documents.open(path, _format(args), has_cells=args.cells is not None)


def _format(args: NotebookSyncArguments) -> Format | None:
    return Format(args.format) if args.format is not None else None
