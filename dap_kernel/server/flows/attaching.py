"""Attach: the session gets a kernel that waits for somebody, with what it ran and what it printed meanwhile.

Source: DAP specification, "Attach Request"; docs/launch.md, "Of attach alone".
"""

import os

from ...agent.wire import messages as wire
from ...kernels.errors import RuntimeFolderError
from ...kernels.printed import Piece
from ...kernels.runtime.announcements import OrphanedKernel, orphans, runtime_folder
from ...notebook.files import NotebookError
from ...notebook.format_traits import Format
from ...notebook.paths import same_path
from ..arguments.launch_arguments import AttachArguments, LaunchArguments
from ..errors import DapError
from ..kernel.kernel_choice import kernel_to_reach
from ..run.records import Record
from ..session import Session
from ..texts.documents import Text
from ..texts.path_mapping import to_server
from ..texts.revisions import Revision
from .idling import begin_idle
from .kernel_listener import tell_process
from .starting import take_options
from .text_changes import tell_all_breakpoints, text_changed

MOVED = ': if it was renamed, give "kernelId": "{id}" and, as "notebook", where it is now'


async def attach_kernel(session: Session, args: AttachArguments) -> wire.KernelState:
    """Take over the kernel that `args` mean; return what it has to say. Raises DapError."""
    orphan = _find(args)
    session.sources.map_paths(args.path_mappings)  # the client may name sources before we have the kernel
    path = _now_at(orphan, args)
    try:
        format = Format(args.format or orphan.format)
        text = session.documents.launch(path, format, session.layout.laid_out_as(args.ipynb_lines))
    except (NotebookError, OSError) as error:
        hint = "" if os.path.exists(path) else MOVED.format(id=orphan.id)
        raise DapError(f"attach: {error}{hint}") from None
    await session.layout.ready()
    # Before the kernel says its first word: without a debugger no stop of its holds.
    take_options(session, args, text, is_attached=True)
    waiting = kernel_to_reach(orphan)
    await session.kernel.attach(waiting)
    session.lifecycle.attached()
    environ = waiting.environment()
    text_changed(session)
    if not same_path(path, orphan.notebook):
        session.kernel.send_command(wire.MoveNotebook(text.path))
    session.kernel.send_command(session.options.configure())
    session.kernel.send_command(wire.SetNoDebug(args.no_debug))
    state = await session.kernel.call(wire.Describe(), wire.KernelState)
    text.revisions.adopt(state.start.notebook, [_revision(it) for it in state.cells])
    for it in state.cells:
        text.compiled.add(it.filename)
    session.options.learn_origin(_origin(state, environ))
    _take_records(session, text, state)
    text_changed(session)
    tell_all_breakpoints(session)
    return state


def begin_attached(session: Session, state: wire.KernelState) -> None:
    """Show what the kernel has to show, after the response."""
    kernel = session.kernel.live
    session.threads.can_be_told.set()
    if kernel is None:
        session.output.say("the kernel has ended meanwhile: restart to start another", "stderr")
        return
    main = session.documents.main
    name = main.path if main is not None else ""
    python = f"Python {kernel.hello.version} {kernel.hello.executable}"
    who = f"the kernel that was left running (process {kernel.hello.pid})"
    kept = f"connected to {who}, which keeps its variables"
    session.output.say(f"{name}: {kept}; {python}")
    tell_process(session, kernel)
    pieces = [Piece(state.output, "stdout"), Piece(state.tracebacks, "traceback")]
    _print(session, [it for it in pieces if it.text])
    if not session.run_state.is_busy:
        begin_idle(session)


def _print(session: Session, pieces: list[Piece]) -> None:
    """Send what was printed while nobody listened: by the cell that runs, or else by the one that did."""
    cell, records = session.run_state.last, session.run_state.records.by_id
    ran = session.documents.revision(records[cell.id].filename) if cell is not None else None
    if session.run_state.is_busy or cell is None or ran is None:
        session.output.pieces(pieces)
        session.output.flush(is_over=True)
        return
    session.output.cell_begins(cell, ran, tells_cell=session.port.wants_notebook_events)
    session.output.pieces(pieces)
    session.output.cell_ends()


def _origin(state: wire.KernelState, environ: dict[str, str] | None) -> LaunchArguments:
    start = state.start
    unset: dict[str, str | None] = dict.fromkeys(os.environ)
    return LaunchArguments(
        program=None if start.module is not None else state.notebook or start.notebook,
        module=start.module,
        python=state.python[:1],
        python_args=state.python[1:],
        args=start.argv[1:],
        cwd=state.cwd,
        env={} if environ is None else {**unset, **environ},
        format=start.format,
    )


def _take_records(session: Session, text: Text, state: wire.KernelState) -> None:
    """Take what became of each cell; one that runs goes on as a run of this session."""
    runner = session.runner
    for it in state.cells:
        session.run_state.records.by_id[it.cell_id] = Record(it.state, it.source, filename=it.filename)
    last, run = _last_run(state), state.last_run
    if last is None or run is None:
        return
    cell, ran = text.cell(last.cell_id), _revision(last)
    if run.result is None:
        runner.take_over(cell, ran, session.kernel.result_of(run.id))
    elif not run.is_heard and session.options.stays:
        runner.take_over(cell, ran, _known(run.result))  # it ended while nobody was there: that is told now
    elif cell is not None:
        session.run_state.take_result(cell, ran, run.result)
        session.idle_frame.cell_begins(cell)


async def _known(result: wire.CellResult) -> wire.CellResult:
    return result


def _last_run(state: wire.KernelState) -> wire.RanCell | None:
    """Return the cell that was asked for last; None where nothing has run, or that one is yet to begin."""
    last = state.last_run
    return next((it for it in state.cells if last is not None and it.filename == last.filename), None)


def _revision(ran: wire.RanCell) -> Revision:
    return Revision(ran.cell_id, ran.revision, ran.filename, ran.source, ran.first_line)


def _now_at(orphan: OrphanedKernel, args: AttachArguments) -> str:
    """Return where the notebook of a kernel is: one that is gone may have been renamed meanwhile."""
    if args.notebook is None or not _is_gone(orphan):
        return orphan.notebook
    return to_server(args.notebook, args.path_mappings)


def _is_gone(orphan: OrphanedKernel) -> bool:
    return not os.path.exists(orphan.notebook)


def _find(args: AttachArguments) -> OrphanedKernel:
    try:
        found = orphans(runtime_folder())
    except RuntimeFolderError as error:
        raise DapError(f"attach: {error}") from None
    wanted = [it for it in found if str(args.kernel_id) == it.id]
    if args.notebook is not None:
        path = to_server(args.notebook, args.path_mappings)
        wanted = [it for it in wanted if same_path(it.notebook, path) or _is_gone(it)]
    if wanted:
        return wanted[0]
    listed = "; ".join(f"{it.id} ({it.notebook})" for it in found) or "none"
    raise DapError(f"attach: no such kernel waits. Kernels that wait for an editor: {listed}")
