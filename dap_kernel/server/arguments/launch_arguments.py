"""What `launch` and `attach` take: typed, every debugpy key accepted, and what to warn about.

Pure: nothing is looked up. Source: docs/launch.md; debugpy 1.8.22's configuration.
"""

import shlex
from collections.abc import Iterator
from typing import Any, Literal, TypeVar

import msgspec

from ...notebook.source.text import whole_number
from ...protocol.messages import Body
from ...protocol.notebook import FormatName, SyncedCell
from ..errors import DapError
from .wrong_arguments import check_environment, check_module, in_words, unreplaced

Arguments = TypeVar("Arguments", bound="CommonArguments")
RunSpec = str | dict[str, Any]  # "all", "none", {"cells": [...]}, {"above": 3}; see `checked_run`

ORPHAN_TIMEOUT_S = 600.0


class PathMapping(Body):
    local_root: str
    remote_root: str


class CommonArguments(Body):
    """What launch and attach share."""

    just_my_code: bool = True
    show_return_value: bool = True
    live_line: Literal["events", "output", "off"] = "events"
    when_done: Literal["stay", "end"] | None = None  # None: as the format wants it
    when_idle: Literal["stopped", "running"] = "stopped"
    on_restart: Literal["kernel", "stale", "all"] = "kernel"
    orphan_timeout: float | None = None  # seconds
    path_mappings: list[PathMapping] = []
    notebook_events: bool = False
    token: str | None = None
    no_debug: bool = False
    format: FormatName | None = None
    ipynb_lines: Literal["json", "percent", "hydrogen"] = "json"


class LaunchArguments(CommonArguments):
    program: str | None = None
    module: str | None = None
    python: str | list[str] | None = None
    python_path: str | list[str] | None = None
    python_args: list[str] = []
    args: str | list[str] = []
    cwd: str | None = None
    env: dict[str, str | None] = {}
    env_file: str | None = None
    run: Any = "all"
    stop_on_entry: bool = False
    console: Literal["internalConsole", "integratedTerminal", "externalTerminal"] | None = None
    notebook_cells: list[SyncedCell] | None = None  # for clients that can send no `notebookSync` before
    plots: Literal["inline", "window"] | None = None

    @property
    def interpreter(self) -> list[str] | None:
        """The Python that was asked for, with what belongs to its command line; None: the default."""
        wanted = self.python if self.python is not None else self.python_path
        return ([wanted] if isinstance(wanted, str) else wanted) if wanted else None

    @property
    def argv(self) -> list[str]:
        """The program's own arguments. One string is split as a shell would."""
        return shlex.split(self.args) if isinstance(self.args, str) else self.args


class JupyterTarget(Body):
    """A kernel of Jupyter's: by its connection file, or by its id or the path of its notebook."""

    connection_file: str | None = None
    kernel: str | None = None


class MarimoTarget(Body):
    """A kernel of a marimo server's: by the id of its session, or by the path of the notebook."""

    url: str
    token: str | None = None
    session: str | None = None


class AttachArguments(CommonArguments):
    kernel_id: str | int | None = None  # Helix makes a number of what looks like one
    process_id: str | int | None = None  # editors that ask the user for it give a string
    jupyter: JupyterTarget | None = None
    marimo: MarimoTarget | None = None
    notebook: str | None = None
    run: Any = "all"  # by a restart
    python: str | list[str] | None = None  # likewise


# What a debugpy configuration may hold, and clients add, that means nothing here.
IGNORED = frozenset(
    """
    name type request preLaunchTask postDebugTask presentation internalConsoleOptions debugServer
    serverReadyAction suppressMultipleSessionWarning suppressDebugToolbar suppressDebugStatusbar
    suppressDebugView debugViewLocation windows linux osx restart workspaceFolder variables autoReload
    breakOnSystemExitZero breakOnSystemExit consoleTitle consoleName debugAdapterPath debugAdapterHost
    debugLauncherPython debugLauncherPath debugOptions options logToFile port host connect
    listen purpose redirectOutput timeout guiEventLoop rules steppingResumesAllThreads subProcessId
    variablePresentation maxExceptionStackFrames terminateChildProcesses onTerminate
    stopAllThreadsOnSuspend isOutputRedirected linuxAttachPreferLldb debugpyArgs resolveSymlinks
    processName clientOS adapterAccessToken command
    """.split()  # noqa: SIM905  # ninety lines of one word each would say no more
)
REFUSED = {
    "subProcess": "child processes are not debugged",
    "multiProcess": "child processes are not debugged",
    "django": "Django templates are not debugged",
    "jinja": "Jinja templates are not debugged",
    "flask": "Jinja templates are not debugged",
    "pyramid": "Pyramid templates are not debugged",
    "gevent": "gevent's switches are not followed",
    "sudo": "the kernel runs as yourself",
}


def launch_arguments(raw: bytes, command: str = "launch") -> tuple[LaunchArguments, list[str]]:
    """Return the arguments of `launch`, and warnings. Raises DapError, which begins with the `command`."""
    try:
        args = _decode(raw, LaunchArguments)
        _check(args)
    except DapError as wrong:
        raise DapError(f"{command}: {wrong}") from None
    return args, list(_warnings(raw, LaunchArguments))


def attach_arguments(raw: bytes, command: str = "attach") -> tuple[AttachArguments, list[str]]:
    """Return the arguments of `attach`, and warnings. Raises DapError, which begins with the `command`."""
    try:
        args = _decode(raw, AttachArguments)
        args.run = checked_run(args.run)
        _check_process(args)
        _check_jupyter(args)
        _check_marimo(args)
    except DapError as wrong:
        raise DapError(f"{command}: {wrong}") from None
    return args, list(_warnings(raw, AttachArguments))


def checked_run(run: Any) -> RunSpec:
    """Return `run` if it says what to run. Raises DapError."""
    match run:
        case "all" | "stale" | "none" | "next":
            return str(run)
        case {"cells": [*names]} if all(type(it) in (str, int) for it in names):
            return {"cells": names}
        case {"above": int(line)} | {"below": int(line)} | {"at": int(line)} if line >= 1:
            return {key: it for key, it in run.items() if key in ("above", "below", "at")}
    raise DapError(
        '"run" must be "all", "stale", "none", {"cells": [ids, titles, names or numbers]}, '
        '{"above": line}, {"below": line} or {"at": line}'
    )


def _check(args: LaunchArguments) -> None:
    """Raise DapError for what a type cannot tell."""
    if not args.program and not args.module:
        raise DapError('give "program", the path of a notebook or script, or "module"')
    if args.program and args.module:
        raise DapError('give "program" or "module", not both')
    if args.python is not None and args.python_path is not None:
        raise DapError('"python" and "pythonPath" mean the same: give one of them')
    check_environment(args.env.items())
    if args.module:
        check_module(args.module)
    try:
        args.argv  # noqa: B018  # the quotes in it may not match
    except ValueError as error:
        raise DapError(f'"args": {error}') from None
    args.run = checked_run(args.run)


def _check_process(args: AttachArguments) -> None:
    """Raise DapError for what is no process's id, or is one beside another kernel's."""
    if args.process_id is None:
        return
    said = str(args.process_id)
    if whole_number(said.strip()) is None:
        raise DapError(f'"processId": {said!r} is no number of a process{unreplaced(said)}')
    if args.kernel_id is not None:
        raise DapError('"processId" and "kernelId" mean different things: give one of them')


def _check_jupyter(args: AttachArguments) -> None:
    """Raise DapError where it is not clear which kernel of Jupyter's is meant."""
    if args.jupyter is None:
        return
    if args.process_id is not None or args.kernel_id is not None:
        raise DapError('"jupyter", "processId" and "kernelId" mean different things: give one of them')
    if (args.jupyter.connection_file is None) == (args.jupyter.kernel is None):
        raise DapError('"jupyter" needs "connectionFile", a path, or "kernel", an id or the notebook\'s path')


def _check_marimo(args: AttachArguments) -> None:
    """Raise DapError where it is not clear which kernel of marimo's is meant."""
    if args.marimo is None:
        return
    if args.process_id is not None or args.kernel_id is not None or args.jupyter is not None:
        raise DapError(
            '"marimo", "jupyter", "processId" and "kernelId" mean different things: give one of them'
        )
    if not args.marimo.url.startswith(("http://", "https://")):
        raise DapError('"url" of "marimo" is the address of its page: "http://localhost:2718", say')


def _decode(raw: bytes, kind: type[Arguments]) -> Arguments:
    try:
        given = msgspec.json.decode(raw, type=dict[str, Any])
    except msgspec.MsgspecError as invalid:
        raise DapError(str(invalid)) from None
    try:
        return msgspec.convert({key: it for key, it in given.items() if it is not None}, kind)
    except msgspec.ValidationError as invalid:
        raise DapError(in_words(invalid, given, kind)) from None


def _warnings(raw: bytes, kind: type[CommonArguments]) -> Iterator[str]:
    given = msgspec.json.decode(raw, type=dict[str, Any])
    refused = [f'"{key}" ({why})' for key, why in REFUSED.items() if given.get(key)]
    if refused:
        yield f"ignored: {', '.join(refused)}"
    known = set(kind.__struct_encode_fields__)
    of_both = {*LaunchArguments.__struct_encode_fields__, *AttachArguments.__struct_encode_fields__}
    strange = [it for it in given if it not in of_both | IGNORED | REFUSED.keys()]
    for key in strange:
        if not key.startswith("__"):
            yield f'nobody knows the setting "{key}"{_nearest(key, known)}'


def _nearest(key: str, known: set[str]) -> str:
    from difflib import get_close_matches  # late: it costs some milliseconds, and is hardly ever needed

    by_folded = {it.lower(): it for it in known | IGNORED}
    found = get_close_matches(key.lower(), by_folded, n=1)
    return f': did you mean "{by_folded[found[0]]}"?' if found else ""
