"""Starts the process of a kernel, with its wire and its pipes. Waits for nothing."""

import os
import socket
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import msgspec

from ...agent.wire import messages as wire
from ..agent_loader import AGENT_FOLDER
from ..errors import ANOTHER_PYTHON, KernelDied, RuntimeFolderError
from ..runtime.announcements import runtime_folder
from ..runtime.process import Child
from .boot import boot_arguments

# What Python 3.13 and newer import for `-c` before the boot text, from the folder that they are started in.
SHADOWS = ("linecache.py", "linecache.pyc", "linecache")


class HowToStart(msgspec.Struct, frozen=True):
    """All that a kernel is started with. No secret may be in `env`: every child of the kernel inherits it."""

    python: Sequence[str]  # the interpreter, as `choose` gives it
    start: wire.Start
    cwd: str
    python_args: Sequence[str] = ()
    env: Mapping[str, str | None] = {}  # on top of the server's own; None unsets
    timeout_s: float = 30.0  # from spawn to Hello
    terminal: int | None = None  # a descriptor of what its standard streams are to be; None: pipes
    agent: Path = AGENT_FOLDER


class Spawned(msgspec.Struct, frozen=True):
    """A process that has just been started, and our ends of what it was born with."""

    child: Child
    wire: socket.socket
    out_fd: int
    err_fd: int


def spawn(how: HowToStart) -> Spawned:
    """Start the process, in a session of its own. To be called on the main thread. Raises KernelDied."""
    with ExitStack() as theirs, ExitStack() as ours:
        environ = merged(os.environ, how.env)
        our_wire, their_wire = socket.socketpair()
        ours.callback(our_wire.close)
        theirs.callback(their_wire.close)
        (out, out_end), (err, err_end) = os.pipe(), os.pipe()
        for fd in (out, err):
            ours.callback(os.close, fd)
        for fd in (out_end, err_end):
            theirs.callback(os.close, fd)
        inherited = [their_wire.fileno(), out, err]
        if how.terminal is not None:
            inherited.append(how.terminal)
        folder = folder_to_start_in(how)
        cwd = os.path.abspath(how.cwd) if folder != how.cwd else ""
        boot = boot_arguments(inherited, cache_of(how, environ), how.agent, cwd)
        try:
            child = subprocess.Popen(
                [*how.python, *how.python_args, *boot],
                cwd=folder,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=out_end,
                stderr=err_end,
                pass_fds=inherited,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:  # ValueError: a null byte
            raise KernelDied(_why_not(how, error)) from error
        ours.pop_all()
        return Spawned(child, our_wire, out, err)


def folder_to_start_in(how: HowToStart) -> str:
    """Return its `cwd`, or the root where Python would take a module of its own from there."""
    return os.sep if any(os.path.lexists(os.path.join(how.cwd, it)) for it in SHADOWS) else how.cwd


def cache_of(how: HowToStart, environ: Mapping[str, str]) -> Path | None:
    """Return where the agent's compiled files go when Python may not keep them beside it; None: there.

    Compiling the agent anew would nearly double the time that a kernel takes to start.
    """
    forbidden = environ.get("PYTHONDONTWRITEBYTECODE") or "-B" in how.python_args
    if not forbidden and os.access(how.agent, os.W_OK):
        return None
    try:
        return runtime_folder() / "pycache"
    except RuntimeFolderError:
        return None


def merged(environ: Mapping[str, str], env: Mapping[str, str | None]) -> dict[str, str]:
    """Return `environ` with `env` on top; None takes a name away."""
    both = {**environ, **env}
    return {name: value for name, value in both.items() if value is not None}


def _why_not(how: HowToStart, error: Exception) -> str:
    if not os.path.isdir(how.cwd):
        return f'the kernel cannot start in {how.cwd}: there is no such folder; set "cwd" to another'
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return f"{' '.join(how.python)} cannot be started: {reason}; {ANOTHER_PYTHON}"
