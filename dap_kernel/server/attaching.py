"""Attach: the session gets a kernel that waits for somebody, with what it ran and what it printed meanwhile.

Source: the design's sections 7 and 8.
"""

import asyncio
import os
from typing import TYPE_CHECKING

import msgspec

from ..agent import wire
from ..kernels.attach import environment
from ..kernels.errors import RuntimeFolderError
from ..kernels.pieces import Piece
from ..kernels.runtime import Orphan, orphans, runtime_folder
from ..notebook.cells import Format, NotebookError
from ..notebook.paths import same_path
from ..notebook.revisions import Revision
from .errors import DapError
from .launch import AttachArguments, CommonArguments, LaunchArguments
from .mapping import to_server
from .records import Record
from .starting import take_common

if TYPE_CHECKING:
    from .session import Session

ENDING_S = 0.01  # until a cell whose code has ended is looked at again


async def attach_kernel(session: "Session", args: AttachArguments) -> str:
    """Take over the kernel that `args` mean; return what it printed meanwhile. Raises DapError."""
    orphan = _find(args)
    session.sources.mappings = args.path_mappings  # the client may name sources before we have the kernel
    try:
        format = Format(args.format or orphan.format)
        text = session.documents.launch(orphan.notebook, format, session.shown.layout(args.ipynb_lines))
    except (NotebookError, OSError) as error:
        raise DapError(f"attach: {error}") from None
    await session.shown.ready()
    await session.kernel.attach(orphan)
    session.is_attached = True
    environ = environment(orphan)
    take_common(session, args, text)
    if args.orphan_timeout is None:
        session.orphan_timeout_s = max(session.orphan_timeout_s, 1.0)
    session.kernel.tell(
        wire.Configure(  # the live line tells the end of what runs already
            args.just_my_code, args.show_return_value, True, session.orphan_timeout_s
        )
    )
    session.kernel.tell(wire.SetNoDebug(args.no_debug))
    state = await session.kernel.call(wire.Describe(), wire.KernelState)
    text.revisions.adopt(
        [Revision(it.cell_id, it.revision, it.filename, it.source, it.first_line) for it in state.cells]
    )
    for it in state.cells:
        text.compiled.add(it.filename)
    session.origin = _origin(state, environ)
    _take_records(session, state.cells)
    session.text_changed()
    for command in [*session.breakpoints.commands(is_fresh=True), *session.breakpoints.other_commands()]:
        session.kernel.tell(command)
    return state.output


def as_launched(session: "Session", args: AttachArguments) -> LaunchArguments:
    """Return what launches the attached kernel anew: what is not of `args` is as it was launched."""
    assert session.origin is not None
    taken = {it: getattr(args, it) for it in (*CommonArguments.__struct_fields__, "run")}
    if args.format is None:
        del taken["format"]
    if args.python is not None:
        taken["python"] = args.python
    return msgspec.structs.replace(session.origin, **taken)


def begin_attached(session: "Session", output: str) -> None:
    """Show what the kernel has to show, after the response."""
    kernel = session.kernel.live
    if kernel is None:
        session.output.say("the kernel has ended meanwhile", "stderr")
        return
    main = session.documents.main
    name = main.path if main is not None else ""
    python = f"Python {kernel.hello.version} {kernel.hello.executable}"
    session.output.say(f"{name}: attached to kernel {kernel.pid}; {python}")
    session.listener.tell_process(kernel)
    if output:
        session.output.pieces([Piece(output, "stdout")])
        session.output.flush(is_over=True)
    if not session.runner.is_busy:
        session.idle.begin()


async def foreign_run_ended(session: "Session") -> None:
    """Go idle when the cell that ran already at the attach has ended: nobody else tells us."""
    if _foreign(session) and wire.MAIN_THREAD not in session.threads.stops:
        await learn_foreign(session)
        if not session.runner.is_busy and wire.MAIN_THREAD not in session.threads.stops:
            session.idle.begin()


async def learn_foreign(session: "Session") -> None:
    """Learn what became of the cell that ran already at the attach, if its code has ended."""
    foreign, kernel = _foreign(session), session.kernel.live
    if not foreign or kernel is None:
        return
    try:
        ended = await _cells(session, foreign)
        while any(it.state == "running" for it in ended):
            await asyncio.sleep(ENDING_S)  # its traceback is yet to be printed, say
            ended = await _cells(session, foreign)
        await kernel.drained()
    except DapError:
        return  # it is gone: that is told by `kernel_ended`
    _take_records(session, ended)
    for cell in map(session.runner.notebook.by_id.get, foreign):
        if cell is not None:
            session.events.cell(cell)


def _foreign(session: "Session") -> set[str]:
    """Return the ids of cells that run, as far as is known, and not because of us."""
    current = session.runner.current
    ids = {id for id, it in session.runner.records.of.items() if it.state == "running"}
    return ids - {current.id if current is not None else ""}


async def _cells(session: "Session", ids: set[str]) -> list[wire.RanCell]:
    state = await session.kernel.call(wire.Describe(), wire.KernelState)
    return [it for it in state.cells if it.cell_id in ids]


def _origin(state: wire.KernelState, environ: dict[str, str] | None) -> LaunchArguments:
    start = state.start
    unset: dict[str, str | None] = dict.fromkeys(os.environ)
    return LaunchArguments(
        program=None if start.module is not None else start.notebook,
        module=start.module,
        python=state.python[:1],
        python_args=state.python[1:],
        args=start.argv[1:],
        cwd=state.cwd,
        env={} if environ is None else {**unset, **environ},
        format=start.format,
    )


def _take_records(session: "Session", cells: list[wire.RanCell]) -> None:
    for it in cells:
        session.runner.records.of[it.cell_id] = Record(it.state, it.source)


def _find(args: AttachArguments) -> Orphan:
    try:
        found = orphans(runtime_folder())
    except RuntimeFolderError as error:
        raise DapError(f"attach: {error}") from None
    wanted = [it for it in found if args.kernel_id is None or str(args.kernel_id) == it.id]
    if args.notebook is not None:
        wanted_path = to_server(args.notebook, args.path_mappings)
        wanted = [it for it in wanted if same_path(it.notebook, wanted_path)]
    if len(wanted) == 1:
        return wanted[0]
    listed = "; ".join(f"{it.id} ({it.notebook})" for it in found) or "none"
    if not wanted:
        raise DapError(f"attach: there is no such kernel. Kernels that wait for a client: {listed}")
    raise DapError(f'attach: say which by "kernelId" or "notebook". Kernels that wait for a client: {listed}')
