"""Cells that others run in a kernel of theirs: each text gets a name, its breakpoints, its place in a run.

A text is the cell's that its front end names by the cell's id, else the first cell's with the same text. One
that is no cell's, a console's line, say, is shown as the kernel has it. Knows no kind of kernel.
"""

import asyncio

from msgspec.structs import replace

from ...agent.wire import messages as wire
from ...notebook.cells import Cell, Notebook
from ..run.records import Record
from ..session import Session
from ..texts.documents import Text
from ..texts.revisions import Revision, filename_of
from .text_changes import notice_edits, tell_breakpoints


def text_comes(session: Session, comes: wire.TextComes) -> None:
    """Name a text that is about to run, and have its breakpoints be there before."""
    main = session.documents.main
    if main is None:
        return
    notice_edits(session)
    ran = _named(session, main, comes.source, comes.cell_id, without=0)
    session.breakpoints.cell_compiles(ran.cell_id)
    tell_breakpoints(session)
    _tell_name(session, comes.file, ran)


def take_texts(session: Session, state: wire.KernelState) -> None:
    """Take over what a kernel has run before the session."""
    main = session.documents.main
    assert main is not None
    for it in state.cells:
        if it.revision > 0:  # it has come meanwhile
            continue
        ran = _named(session, main, it.source, it.cell_id, without=it.without)
        _tell_name(session, it.filename, ran)
        if it.state != "running" and (cell := main.cell(ran.cell_id)) is not None:
            source = cell.source if _is_equal(cell.source, it.source) else ran.source
            session.run_state.records.by_id[cell.id] = Record(it.state, source, filename=ran.filename)


def cell_began(session: Session, began: wire.CellBegan) -> None:
    """Let a cell that others have begun go on as a run of the session."""
    current = session.run_state.current
    if current is None or current.id != began.cell_id:  # else it was asked for by us
        session.tasks.spawn(_follow(session, began, session.foreign_cells.begin(began.filename)))


async def _follow(session: Session, began: wire.CellBegan, end: "asyncio.Future[wire.CellResult]") -> None:
    """Wait until what the session knows of as running is over, then let this one be what runs."""
    async with session.foreign_cells.following:
        await session.runner.ended()
        ran, main = session.documents.revision(began.filename), session.documents.main
        if ran is None or main is None or session.kernel.live is None:
            return
        cell = main.cell(ran.cell_id)
        if cell is None:
            return
        source = cell.source if _is_equal(cell.source, ran.source) else ran.source
        session.runner.take_over(replace(cell, source=source), replace(ran, source=source), end)
        await asyncio.wait({end})


def _named(session: Session, main: Text, source: str, cell_id: str | None, *, without: int) -> Revision:
    """Return the revision that a text is from now on."""
    cell = cell_of(main.notebook, source, cell_id)
    compiled = "\n".join(source.split("\n")[without:])
    if cell is None:
        id = session.foreign_cells.id_of(compiled)
        ran = Revision(id, 1, filename_of(main.revisions.path, id, 1), compiled)
        main.revisions.mark_run(ran)
    else:
        if _is_equal(cell.source, compiled):
            compiled = cell.source
        ran = main.revisions.to_run(replace(cell, source=compiled))
    main.compiled.add(ran.filename)
    return ran


def _tell_name(session: Session, file: str, ran: Revision) -> None:
    session.kernel.send_command(wire.NameText(file, ran.cell_id, ran.number, ran.filename))


def cell_of(notebook: Notebook, source: str, cell_id: str | None) -> Cell | None:
    """Return the cell that a text is of; `cell_id` is what its front end calls it."""
    for it in notebook.cells if cell_id else ():
        if it.is_code and cell_id in (it.id, it.anchor):
            return it
    return next((it for it in notebook.cells if it.is_code and _is_equal(it.source, source)), None)


def _is_equal(one: str, other: str) -> bool:
    """Whether two texts are one cell's, wherever they end."""
    return one.rstrip() == other.rstrip()
