"""What a launch or a restart would do, worked out before anything of the session changes.

Reads what the arguments name, and asks the Python; takes none of it, so that whatever is refused leaves the
session as it was. `starting.py` takes a plan.
"""

import asyncio
import errno
import os

import msgspec

from ...agent.wire import messages as wire
from ...kernels.contract import KernelToStart
from ...notebook.document import Document
from ...notebook.files import NotebookError, Unreadable
from ...notebook.format_traits import Format
from ...notebook.formats.synced import SyncedCell
from ...notebook.paths import canonical, expanded, is_untitled
from ...notebook.zipped import MAIN, archive_of, is_archive
from ..arguments.env_file import read_env
from ..arguments.launch_arguments import LaunchArguments
from ..arguments.wrong_arguments import unreplaced
from ..errors import DapError
from ..kernel.kernel_choice import Surroundings, choose_python, kernel_to_start
from ..session import Session
from ..texts.documents import stand_in, synced_cells
from ..texts.path_mapping import to_server
from ..texts.sources import path_meant

ASKED_S = 3.0  # for a Python to say whether it will do: a client must not give the session up meanwhile
UNSAVED = 'send it by "notebookSync" before launch, give its cells as "notebookCells", or save it'


class PlannedProgram(msgspec.Struct, frozen=True):
    """What the kernel is to run, as it is now."""

    document: Document
    said: str | None = None  # what the client calls it, where it has a file of its own
    cells: list[SyncedCell] | None = None  # the client's, where they came with the arguments alone
    is_stand_in: bool = False  # only the kernel finds the real text


class LaunchPlan(msgspec.Struct, frozen=True):
    """What is to be taken, and what to say of it."""

    args: LaunchArguments
    program: PlannedProgram
    cwd: str
    kernel: KernelToStart  # its `start` is not what the kernel will be told: that goes by what was taken
    doubts: list[str]  # what there is to say of how it was worked out


async def plan_launch(session: Session, args: LaunchArguments, command: str) -> LaunchPlan:
    """Return what `args` mean. Raises DapError, which begins with the `command` that is refused."""
    try:
        return await _plan(session, args)
    except (DapError, NotebookError) as error:
        raise DapError(f"{command}: {error}") from None


async def refuse_unfit(kernel: KernelToStart, command: str) -> None:
    """Ask whether this could be a kernel, without one. Raises DapError where it will not do."""
    unfit = await kernel.why_unfit(ASKED_S)
    if unfit is not None:
        raise DapError(f"{command}: {unfit}")


def folder_of(path: str) -> str:
    """Return the folder of a notebook; of one that was never saved, ours."""
    return os.getcwd() if is_untitled(path) else os.path.dirname(archive_of(path) or path)


async def _plan(session: Session, args: LaunchArguments) -> LaunchPlan:
    wanted = expanded(to_server(args.cwd, args.path_mappings)) if args.cwd else None
    is_module = args.module is not None
    if is_module:
        program = _find_module(session, args, _folder(wanted, _here()))
    else:
        program = await _find_program(session, args, wanted)
    path = program.document.path
    cwd = _folder(wanted, _here() if is_module else folder_of(path))
    env, doubt = await _env(args, cwd)
    beside = os.path.join(cwd, path) if is_untitled(path) else path
    kernelspec = program.document.notebook.python
    choice = choose_python(args, beside, kernelspec, prefers_own=session.prefers_own_python)
    around = Surroundings(cwd, env, session.terminal.get if session.terminal.is_offered(args) else None)
    start = wire.Start(path, program.document.format.value, [path], None)
    passed_over = choice.passed_over if session.kernel.how is None else ()  # not at each restart
    kernel = kernel_to_start(choice, args.python_args, start, around)
    return LaunchPlan(args, program, cwd, kernel, [*([doubt] if doubt else []), *passed_over])


async def _find_program(session: Session, args: LaunchArguments, cwd: str | None) -> PlannedProgram:
    assert args.program is not None
    documents = session.documents
    path = expanded(path_meant(args.program, args.path_mappings))
    if not os.path.isabs(path) and not is_untitled(path) and cwd is not None:
        path = os.path.join(cwd, path)
    was_at, path = path, documents.now_at(path)
    cells = None
    if args.notebook_cells is not None and not documents.is_synced(path):
        cells = synced_cells(args.notebook_cells)
    if not os.path.isfile(path) and not documents.is_synced(path) and cells is None:
        raise DapError(f'"program": {args.program} {_why_no_program(args.program, path)}')
    if is_archive(path):
        path = os.path.join(path, MAIN)
    format = Format(args.format) if args.format is not None else None
    if cells is not None:
        return PlannedProgram(documents.given(path, format, cells), _said(args.program, path, was_at), cells)
    await documents.ready([path], format)
    return PlannedProgram(documents.to_launch(path, format), _said(args.program, path, was_at))


def _said(program: str, path: str, was_at: str) -> str | None:
    """Return what the client calls what it launches as `program`; None: that is at another path by now."""
    if archive_of(path) is not None or path != was_at:
        return None
    is_name = not os.path.isabs(program) and not is_untitled(path)
    return canonical(path) if is_name else program


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


def _find_module(session: Session, args: LaunchArguments, cwd: str) -> PlannedProgram:
    """Return the text of a module in `cwd`, or a stand-in for one that only the kernel finds."""
    assert args.module is not None
    stem = os.path.join(cwd, *args.module.split("."))
    for path in (f"{stem}.py", os.path.join(stem, "__main__.py")):
        if os.path.isfile(path):
            return PlannedProgram(session.documents.to_launch(path, Format.SCRIPT))
    return PlannedProgram(stand_in(f"{stem}.py", f"# python -m {args.module}\n"), is_stand_in=True)


def _folder(wanted: str | None, default: str) -> str:
    folder = os.path.abspath(wanted) if wanted else default
    if not os.path.isdir(folder):
        raise DapError(f'"cwd": {wanted} is no folder{unreplaced(folder)}')
    return folder


def _here() -> str:
    """Return the server's own folder: an editor's is its workspace."""
    try:
        return os.getcwd()
    except OSError:
        raise DapError('the folder that the server was started in is gone: give "cwd"') from None


async def _env(args: LaunchArguments, cwd: str) -> tuple[dict[str, str | None], str | None]:
    """Return what is set for the kernel, and what there is to say of a file of it that is not read."""
    if args.env_file is None:
        return args.env, None
    path = os.path.join(cwd, expanded(args.env_file))
    is_default = args.env_file.endswith(".env")  # editors name one by default
    if is_default and _is_absent(path):
        return args.env, None
    try:
        return {**await asyncio.to_thread(read_env, path), **args.env}, None
    except DapError as wrong:
        raise DapError(f'"envFile": {wrong}') from None
    except Unreadable as problem:
        sentence = f'"envFile": {path}: {problem}{unreplaced(path)}'
        if not (is_default and os.path.isdir(path)):  # `python -m venv .env` makes a folder of that name
            raise DapError(sentence) from None
        return args.env, sentence


def _is_absent(path: str) -> bool:
    """Whether nothing is at `path`; what may be there, and cannot be looked at, is not absent."""
    try:
        os.stat(path)
    except OSError as error:
        return error.errno == errno.ENOENT
    except ValueError:  # a null character
        return False
    return False
