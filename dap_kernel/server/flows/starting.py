"""How a session gets its notebook and its kernel: by launch, by attach, by restart.

Knows what a kernel is started with; not how it is started.
Source: DAP specification, "Launch", "Attach", "Restart"; docs/launch.md.
"""

import os
from pathlib import Path
from typing import Literal

from ...agent.wire import messages as wire
from ...kernels.errors import RuntimeFolderError
from ...kernels.runtime.announcements import runtime_folder
from ...notebook.paths import is_untitled
from ...notebook.zipped import archive_of
from ..arguments.launch_arguments import CommonArguments, LaunchArguments
from ..errors import DapError
from ..session import Session
from ..texts.documents import Text
from .ending import run_ended
from .kernel_listener import tell_process
from .launch_plan import LaunchPlan
from .text_changes import notice_edits, text_changed

HELP = "; :help says what can be typed here"
BACKEND_VARIABLE = "DAP_KERNEL_BACKEND"  # for tests and bug reports: "monitoring" or "settrace"


async def take_plan(session: Session, plan: LaunchPlan) -> None:
    """Take what a launch or restart means: afterwards its kernel can be started. Nothing is refused here."""
    args, program = plan.args, plan.program
    session.sources.map_paths(args.path_mappings)
    text = _open(session, plan)
    if program.said is not None:
        session.sources.learn_program(text.path, program.said)
    await session.layout.ready()
    take_options(session, args, text, has_terminal=session.terminal.is_offered(args))
    text_changed(session)
    if no_terminal := session.terminal.prepare(args):
        session.output.say(no_terminal)
    for sentence in plan.doubts:
        session.output.say(sentence, "stderr")
    start = _start(session, args, text, plan.cwd, _runtime_folder())
    session.kernel.will_start(plan.kernel.with_start(start))


def _open(session: Session, plan: LaunchPlan) -> Text:
    """Have the session's notebook be what the plan has found, or what the client has given since."""
    program, documents = plan.program, session.documents
    path = program.document.path
    if program.cells is not None and not documents.is_synced(path):
        documents.open(path, None, has_cells=True).document.sync_cells(program.cells)
    is_module = plan.args.module is not None
    lay_out = None if is_module else session.layout.laid_out_as(plan.args.ipynb_lines)
    return documents.adopt(program.document, lay_out, is_stand_in=program.is_stand_in)


def take_options(
    session: Session,
    args: CommonArguments,
    text: Text,
    *,
    has_terminal: bool = False,
    is_attached: bool = False,
) -> None:
    """Take what launch and attach share."""
    is_program = text.notebook.traits.cell_is_the_program
    session.options.apply(args, is_program=is_program, has_terminal=has_terminal, is_attached=is_attached)
    if args.notebook_events:
        session.port.want_notebook_events()


def begin(session: Session, *, is_first: bool = True) -> None:
    """Run what the launch arguments say, after the response. `is_first`: say what all of it is run with."""
    args = session.options.args
    assert isinstance(args, LaunchArguments)
    session.threads.can_be_told.set()
    if (kernel := session.kernel.live) is not None:
        tell_process(session, kernel)
    session.threads.announce(wire.MAIN_THREAD)
    notice_edits(session)
    try:
        chosen = session.runner.choose(args.run)
    except DapError as error:
        session.output.say(str(error), "stderr")
        chosen = []
    what = session.runner.in_words(chosen) if chosen else "runs nothing yet"
    told = "" if args.no_debug else HELP
    session.output.say(f"{first_line(session)}; {what}{told}" if is_first else what)
    if chosen and session.kernel.is_dead:  # which has been said: nobody wants to read it twice
        session.run_state.note_death(session.kernel.why_dead)
        run_ended(session)
    elif chosen:
        session.runner.start(
            chosen, "entry" if args.stop_on_entry and not args.no_debug else None, is_told=True
        )
    else:
        run_ended(session)


def first_line(session: Session) -> str:
    """Return format, cells, Python and why, and cwd, in a line."""
    main, how = session.documents.main, session.kernel.how
    assert main is not None and how is not None
    count = sum(it.is_code for it in main.notebook.cells)
    traits = main.notebook.traits
    cells = f", {count} cell{'s' if count != 1 else ''}" if traits.has_cells else ""
    chosen = f"{how.description} ({how.why_chosen})"
    return f"{os.path.basename(main.path)}: {traits.name}{cells}; {chosen}; cwd {how.cwd}"


def _start(session: Session, args: LaunchArguments, text: Text, cwd: str, folder: Path | None) -> wire.Start:
    traits = text.notebook.traits
    start = wire.Start(
        notebook=text.path,
        format=text.notebook.format.value,
        argv=[archive_of(text.path) or text.path, *args.argv],
        path0=cwd if args.module is not None or is_untitled(text.path) else os.path.dirname(text.path),
        module=args.module,
        shell=traits.shell,
        is_program=traits.cell_is_the_program,
        has_loop=traits.has_event_loop,
        has_file=not traits.is_json,
        plots=args.plots == "inline" or (args.plots is None and traits.has_cells),
        has_cells=text.has_cell_uris
        or (session.port.quirks.draws_progress and session.port.wants_notebook_events),
        runtime_folder=str(folder) if folder is not None else None,
        backend=backend_asked_for(),
    )
    return session.options.in_start(start)


def backend_asked_for() -> Literal["monitoring", "settrace"] | None:
    """Return the watch backend that a test or a bug report wants; None: the best there is."""
    match os.environ.get(BACKEND_VARIABLE):
        case "monitoring":
            return "monitoring"
        case "settrace":
            return "settrace"
    return None


def _runtime_folder() -> Path | None:
    """Return where orphans announce themselves; None: nowhere, so there will be none."""
    try:
        return runtime_folder()
    except RuntimeFolderError:
        return None
