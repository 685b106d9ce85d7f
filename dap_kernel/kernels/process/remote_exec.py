"""The way into a process that waits for nobody: Python 3.14 and newer run a script that is left for them.

`sys.remote_exec` has to be called by a Python of the same minor version: the process's own is started for
that. The script runs on the process's main thread, between two bytecodes: where it waits in C code, not
before that returns. Linux tells which program a process runs; elsewhere the user has to name the Python.
Source: PEP 768; CPython 3.14's `Python/remote_debugging.c`.
"""

import asyncio
import itertools
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from ..errors import KernelDied, RuntimeFolderError
from ..runtime.announcements import files, pid_in, runtime_folder
from ..runtime.process import is_alive

HELPED_S = 10.0  # for a Python to start and to do its one call
LET_IT_LISTEN = "have it import dap_kernel.listen, or start it by python -m dap_kernel listen -- SCRIPT"
HELPER = """
import json, sys
said = {"version": sys.version.split()[0]}
try:
    sys.remote_exec(int(sys.argv[1]), sys.argv[2])
except BaseException as error:
    said["error"], said["text"] = type(error).__name__, str(error)
print(json.dumps(said))
"""

_numbers = itertools.count(1)


class HelperReport(msgspec.Struct):
    """What the Python that was started for the call says of it."""

    version: str
    error: str | None = None  # the exception's name
    text: str = ""


class RemoteExecWay(msgspec.Struct, frozen=True):
    """The way into a process by its own Python (`guests.entering.Way`). `python`: what it is said to run."""

    pid: int
    python: Sequence[str] | None = None
    host: str = "bare_process"

    @property
    def silence(self) -> str:
        return (
            f"process {self.pid} has not let the debugger in yet: its main thread waits in C code, and lets "
            f"it in when that returns; attach again then, or {LET_IT_LISTEN}"
        )

    async def bring(self, text: str) -> None:
        """Leave the text for the process to run. Raises KernelDied where it will not."""
        python = _python_of(self.pid, self.python)
        script = _left(self.pid, text)
        try:
            report = await _helped(python, self.pid, script)
        except BaseException:
            with suppress(OSError):
                script.unlink()
            raise
        if report.error is not None:
            with suppress(OSError):
                script.unlink()
            raise KernelDied(_why_not(self.pid, report))


def _python_of(pid: int, named: Sequence[str] | None) -> Sequence[str]:
    """Return the Python that a process runs: as the system says, else as the user has. Raises KernelDied."""
    hint = f'give it as "python", or {LET_IT_LISTEN}'
    try:
        if os.stat(f"/proc/{pid}").st_uid != os.getuid():
            raise KernelDied(f"process {pid} belongs to another user")
        program = os.readlink(f"/proc/{pid}/exe")
    except OSError:
        problem = f"the system does not tell which Python process {pid} runs"
    else:
        if os.path.basename(program).startswith("python"):
            return [program]
        problem = f"process {pid} runs {program}, which does not look like a Python"
    if named is None:
        raise KernelDied(f"{problem}: {hint}")
    return named


def _left(pid: int, text: str) -> Path:
    """Return a file of ours alone with what the process is to run. It takes itself away when it is run."""
    try:
        folder = runtime_folder()
        _clear_away(folder)
        script = folder / f"enter-{pid}-{os.getpid()}-{next(_numbers)}.py"
        away = (
            f"(lambda it: it.path.exists({str(script)!r}) and it.unlink({str(script)!r}))(__import__('os'))\n"
        )
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
        with open(os.open(script, flags, 0o600), "w", encoding="utf-8") as file:
            file.write(away + text)
    except (RuntimeFolderError, OSError) as error:
        raise KernelDied(f"nothing can be left for process {pid}: {error}") from None
    return script


async def _helped(python: Sequence[str], pid: int, script: Path) -> HelperReport:
    """Have a Python tell the process of the script. Raises KernelDied where there is none."""
    try:
        helper = await asyncio.create_subprocess_exec(
            *(*python, "-I", "-S", "-c", HELPER, str(pid), str(script)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            cwd=os.sep,
        )
    except OSError as error:
        raise KernelDied(f"{' '.join(python)}, the Python of process {pid}: {error.strerror}") from None
    try:
        async with asyncio.timeout(HELPED_S):
            said, _ = await helper.communicate()
        return msgspec.json.decode(said, type=HelperReport)
    except (TimeoutError, msgspec.MsgspecError):
        raise KernelDied(f"{' '.join(python)} does not let a debugger into process {pid}") from None
    finally:
        if helper.returncode is None:
            helper.kill()
            await helper.wait()


def _why_not(pid: int, report: HelperReport) -> str:
    match report.error:
        case "AttributeError":
            why = (
                f"process {pid} runs Python {report.version}, and a debugger comes unasked only from 3.14 on"
            )
        case "PermissionError":
            why = (
                f"the system does not let you into process {pid}: on Linux kernel.yama.ptrace_scope decides "
                "that, elsewhere it needs root"
            )
        case "RuntimeError" if "not enabled" in report.text:
            why = (
                f"process {pid} was started with remote debugging switched off (PYTHON_DISABLE_REMOTE_DEBUG)"
            )
        case _:
            why = f"process {pid} cannot be entered: {report.text}"
    return f"{why}; {LET_IT_LISTEN}"


def _clear_away(folder: Path) -> None:
    """Remove what was left for processes that have ended. Of others it stays: they would miss it."""
    for left in files(folder, "enter-*-*.py"):
        pid = pid_in(left.stem.split("-")[1])
        if pid is not None and not is_alive(pid):
            with suppress(OSError):
                left.unlink()
