"""How a session gets its notebook and its kernel: by launch, by attach, by restart.

Knows what a kernel is started with; not how it is started.
Source: DAP specification, "Launch", "Attach", "Restart"; docs/launch.md.
"""

import asyncio
import errno
import os
from pathlib import Path

from ...agent.wire import messages as wire
from ...kernels.errors import RuntimeFolderError
from ...kernels.runtime.announcements import runtime_folder
from ...notebook.files import NotebookError, Unreadable
from ...notebook.format_traits import Format
from ...notebook.paths import canonical, expanded, is_untitled
from ...notebook.zipped import MAIN, archive_of, is_archive
from ..arguments.env_file import read_env
from ..arguments.launch_arguments import CommonArguments, LaunchArguments
from ..arguments.wrong_arguments import unreplaced
from ..errors import DapError
from ..kernel.kernel_choice import Surroundings, choose_python, kernel_to_start
from ..session import Session
from ..texts.documents import Text, synced_cells
from ..texts.path_mapping import to_server
from .ending import run_ended
from .kernel_listener import tell_process
from .text_changes import notice_edits, text_changed

HELP = "; :help says what can be typed here"
BACKEND_VARIABLE = "DAP_KERNEL_BACKEND"  # for tests and bug reports: "monitoring" or "settrace"
ASKED_S = 3.0  # for a Python to say whether it will do: a client must not give the session up meanwhile
UNSAVED = 'send it by "notebookSync" before launch, give its cells as "notebookCells", or save it'


async def prepare(session: Session, args: LaunchArguments) -> None:
    """Take the arguments of launch or restart: afterwards a kernel can be started. Raises DapError."""
    session.sources.map_paths(args.path_mappings)
    if args.cwd:
        args.cwd = to_server(args.cwd, args.path_mappings)
    text = _open_module(session, args) if args.module is not None else await _open_program(session, args)
    await session.layout.ready()
    cwd = _folder(args.cwd, folder_of(text) if args.module is None else _here())
    env = await _env(session, args, cwd)
    beside = os.path.join(cwd, text.path) if is_untitled(text.path) else text.path
    choice = choose_python(args, beside, text.notebook.python, prefers_own=session.prefers_own_python)
    take_options(session, args, text, has_terminal=session.terminal.is_offered(args))
    text_changed(session)
    if no_terminal := session.terminal.prepare(args):
        session.output.say(no_terminal)
    for sentence in choice.passed_over if session.kernel.how is None else ():  # not at each restart
        session.output.say(sentence, "stderr")
    start = _start(session, args, text, cwd, _runtime_folder())
    around = Surroundings(cwd, env, session.terminal.get if session.terminal.is_wanted else None)
    session.kernel.will_start(kernel_to_start(choice, args.python_args, start, around))


async def refuse_unfit(session: Session) -> None:
    """Ask what `prepare` has chosen, without a kernel. Raises DapError where it will not do."""
    assert session.kernel.how is not None
    unfit = await session.kernel.how.why_unfit(ASKED_S)
    if unfit is not None:
        raise DapError(f"launch: {unfit}")


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
    session.options.take(args, is_program=is_program, has_terminal=has_terminal, is_attached=is_attached)
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


async def _open_program(session: Session, args: LaunchArguments) -> Text:
    assert args.program is not None
    path = expanded(session.sources.path_of(args.program))
    if not os.path.isabs(path) and not is_untitled(path) and args.cwd:
        path = os.path.join(expanded(args.cwd), path)
    was_at, path = path, session.documents.now_at(path)
    if args.notebook_cells is not None and not session.documents.is_synced(path):
        session.documents.open(path, None, has_cells=True).document.sync_cells(
            synced_cells(args.notebook_cells)
        )
    if not os.path.isfile(path) and not session.documents.is_synced(path):
        raise DapError(f'launch: "program": {args.program} {_why_no_program(args.program, path)}')
    if is_archive(path):
        path = os.path.join(path, MAIN)
    try:
        format = Format(args.format) if args.format is not None else None
        await session.documents.ready([path], format)
        text = session.documents.launch(path, format, session.layout.laid_out_as(args.ipynb_lines))
    except NotebookError as error:
        raise DapError(f"launch: {error}") from None
    if archive_of(path) is not None or path != was_at:
        return text
    is_name = not os.path.isabs(args.program) and not is_untitled(path)
    session.sources.learn_program(path, canonical(path) if is_name else args.program)
    return text


def _why_no_program(said: str, path: str) -> str:
    if is_untitled(path):
        return f"was never saved: {UNSAVED}"
    if os.path.isdir(path):
        return "is a folder"
    if os.path.exists(path):
        return "is no file"
    full = os.path.abspath(path)
    where = f" ({full})" if full != said else ""
    return f"does not exist{unreplaced(said) or where}"


def _open_module(session: Session, args: LaunchArguments) -> Text:
    """Return the text of a module in `cwd`, or a stand-in for one that only the kernel finds."""
    assert args.module is not None
    stem = os.path.join(_folder(args.cwd, _here()), *args.module.split("."))
    for path in (f"{stem}.py", os.path.join(stem, "__main__.py")):
        if os.path.isfile(path):
            try:
                return session.documents.launch(path, Format.SCRIPT)
            except NotebookError as error:
                raise DapError(f"launch: {error}") from None
    return session.documents.stand_in(f"{stem}.py", f"# python -m {args.module}\n")


def _start(session: Session, args: LaunchArguments, text: Text, cwd: str, folder: Path | None) -> wire.Start:
    backend, traits = os.environ.get(BACKEND_VARIABLE), text.notebook.traits
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
        backend=backend if backend in ("monitoring", "settrace") else None,  # type: ignore[arg-type]
    )
    return session.options.in_start(start)


def folder_of(text: Text) -> str:
    """Return the folder of a notebook; of one that was never saved, ours."""
    return os.getcwd() if is_untitled(text.path) else os.path.dirname(archive_of(text.path) or text.path)


def _folder(wanted: str | None, default: str) -> str:
    folder = os.path.abspath(expanded(wanted)) if wanted else default
    if not os.path.isdir(folder):
        raise DapError(f'launch: "cwd": {wanted} is no folder{unreplaced(folder)}')
    return folder


def _here() -> str:
    """Return the server's own folder: an editor's is its workspace."""
    try:
        return os.getcwd()
    except OSError:
        raise DapError('launch: the folder that the server was started in is gone: give "cwd"') from None


async def _env(session: Session, args: LaunchArguments, cwd: str) -> dict[str, str | None]:
    if args.env_file is None:
        return args.env
    path = os.path.join(cwd, expanded(args.env_file))
    is_default = args.env_file.endswith(".env")  # editors name one by default
    if is_default and _is_absent(path):
        return args.env
    try:
        return {**await asyncio.to_thread(read_env, path), **args.env}
    except DapError as wrong:
        raise DapError(f'launch: "envFile": {wrong}') from None
    except Unreadable as problem:
        sentence = f'"envFile": {path}: {problem}{unreplaced(path)}'
        if not (is_default and os.path.isdir(path)):  # `python -m venv .env` makes a folder of that name
            raise DapError(f"launch: {sentence}") from None
        session.output.say(sentence, "stderr")
        return args.env


def _is_absent(path: str) -> bool:
    """Whether nothing is at `path`; what may be there, and cannot be looked at, is not absent."""
    try:
        os.stat(path)
    except OSError as error:
        return error.errno == errno.ENOENT
    except ValueError:  # a null character
        return False
    return False


def _runtime_folder() -> Path | None:
    """Return where orphans announce themselves; None: nowhere, so there will be none."""
    try:
        return runtime_folder()
    except RuntimeFolderError:
        return None
