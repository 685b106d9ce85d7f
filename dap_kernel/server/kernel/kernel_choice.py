"""Which kernel a session gets: the one file of the server that names the kinds of kernels.

There are our own, Jupyter's, marimo's, and processes of others. Whoever has a `KernelToStart` or a
`KernelToReach` of here knows no more of it than `kernels/contract.py` says.
"""

import asyncio
import os
from pathlib import Path

import msgspec

from ...agent.wire import messages as wire
from ...kernels.contract import KernelToReach, KernelToStart
from ...kernels.errors import InterpreterError, KernelDied
from ...kernels.jupyter.connection import KernelConnection, find_connection, read_connection
from ...kernels.jupyter.reaching import JupyterToReach
from ...kernels.marimo.marimo_server import MarimoSession, find_session
from ...kernels.marimo.reaching import MarimoToReach
from ...kernels.own.interpreter import Choice, choose
from ...kernels.own.providing import GetTerminal, OwnKernelToReach, OwnKernelToStart
from ...kernels.own.spawn import HowToStart
from ...kernels.process.reaching import ProcessToReach
from ...kernels.runtime.announcements import OrphanedKernel
from ..arguments.launch_arguments import LaunchArguments
from ..arguments.wrong_arguments import unreplaced
from ..errors import DapError


class Surroundings(msgspec.Struct, frozen=True):
    """Where a kernel is started, and in what."""

    cwd: str
    env: dict[str, str | None]  # on top of the server's own; None unsets
    get_terminal: GetTerminal | None  # None: its output is ours, and so is its input


def choose_python(args: LaunchArguments, beside: str, kernelspec: str | None, *, prefers_own: bool) -> Choice:
    """Return the Python for the notebook at the path `beside`, as `choose` does. Raises DapError."""
    environ = os.environ | {name: value for name, value in args.env.items() if value is not None}
    try:
        return choose(args.interpreter, beside, kernelspec, environ, prefers_own=prefers_own)
    except InterpreterError as error:
        hint = unreplaced(" ".join(args.interpreter or []))
        raise DapError(f"{error}{hint}") from None


def kernel_to_start(
    choice: Choice, python_args: list[str], start: wire.Start, around: Surroundings
) -> KernelToStart:
    """Return a kernel that is to run on the Python that was chosen."""
    how = HowToStart(choice.argv, start, around.cwd, python_args, around.env)
    return OwnKernelToStart(how, choice.why, around.get_terminal)


def kernel_to_reach(orphan: OrphanedKernel) -> KernelToReach:
    """Return a kernel that waits for a session."""
    return OwnKernelToReach(orphan)


def process_to_reach(
    pid: int, start: wire.Start, holder: str, python: str | list[str] | None
) -> KernelToReach:
    """Return a process that runs. `holder` says to other debuggers who has it.

    `python`: what it runs, where the system does not tell.
    """
    return ProcessToReach(pid, start, holder, [python] if isinstance(python, str) else python)


def jupyter_connection(file: str | None, kernel: str | None) -> KernelConnection:
    """Return what a connection file says, or that of the kernel by its id or notebook. Raises DapError."""
    try:
        return read_connection(Path(file)) if file is not None else find_connection(kernel or "")
    except KernelDied as error:
        raise DapError(str(error)) from None


def jupyter_to_reach(connection: KernelConnection, start: wire.Start, holder: str) -> KernelToReach:
    """Return a kernel of Jupyter's that runs. `holder` says to other debuggers who has it."""
    return JupyterToReach(connection, start, holder)


async def marimo_session(url: str, token: str | None, session: str | None) -> MarimoSession:
    """Return the session of a marimo server by its id or notebook; None: its only one. Raises DapError."""
    try:
        return await asyncio.to_thread(find_session, url, token, session)
    except KernelDied as error:
        raise DapError(str(error)) from None


def marimo_to_reach(session: MarimoSession, start: wire.Start, holder: str) -> KernelToReach:
    """Return a kernel of marimo's that runs. `holder` says to other debuggers who has it."""
    return MarimoToReach(session, start, holder)
