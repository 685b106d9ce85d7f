"""How the agent gets into a process of others: a text is run there, the agent comes to our door.

The text is the same whatever brings it there, and does not change with who is there: it starts a thread,
which loads the agent from our folder, and returns at once. Once the agent has left, the process has nothing
of ours in it. Knows no kind of process: a `Way` of each kind brings the text there.
"""

import asyncio
import socket
from collections.abc import Awaitable
from pathlib import Path
from typing import Protocol

from ..agent_loader import AGENT, AGENT_FOLDER, LOADER, NEEDED, OLDEST
from ..errors import KernelDied, RuntimeFolderError
from ..runtime.announcements import runtime_folder
from .door import Door

ENTERED_S = 5.0  # for the agent to come to the door, once the text is there
LISTENER = "_dap_kernel_listener"  # the ident of the thread that waits for debuggers, where one runs the text
REFUSING_S = 5.0  # for the server to take note of a refusal
SWITCHING_S = 0.0002  # between threads while it loads: beside a hot loop each file read waits for its turn

# Names are given by `entering_text`: host, door, holder, folder, cache, listener.
TEXT = f"""
import _thread, sys

def enter():
    import _socket
    wire = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        wire.connect(door)
    except OSError:
        return
    try:
        why = come_in(wire)
    except BaseException as error:
        forget()
        why = "the debugger cannot be loaded in process %d: %r" % (pid(), error)
    if why is not None:
        refuse(wire, why)

def come_in(wire):
    if sys.version_info < {OLDEST!r}:
        return "process %d runs Python %s, and debugging needs {NEEDED}" % (pid(), sys.version.split()[0])
    if not getattr(sys, "_is_gil_enabled", lambda: True)():
        return "process %d runs without the global interpreter lock, which debugging needs: " \\
            "start it with -X gil=1" % pid()
    package = load(folder, cache)
    if package is None:
        by = getattr(sys.modules.get("{AGENT}"), "holder", None)
        if by is None:
            return "process %d is a kernel of dap_kernel's own: attach to it by its id" % pid()
        return "process %d is being debugged by %s: one at a time" % (pid(), by)
    package.holder = holder
    from importlib import import_module
    interval = sys.getswitchinterval()
    sys.setswitchinterval({SWITCHING_S})
    try:
        attach = import_module("{AGENT}.hosts." + host).attach
    finally:
        sys.setswitchinterval(interval)
    attach(wire.detach(), forget, listeners)

def forget():
    for it in [it for it in sys.modules if it == "{AGENT}" or it.startswith("{AGENT}.")]:
        sys.modules.pop(it, None)
    for it in [it for it in sys.path_importer_cache if it == folder or it.startswith(folder + "/")]:
        sys.path_importer_cache.pop(it, None)

def refuse(wire, why):
    import _socket, json
    body = json.dumps({{"kind": "EntryRefused", "why": why}}).encode()
    try:
        wire.settimeout({REFUSING_S})
        wire.send(len(body).to_bytes(4, "big") + body)
        wire.shutdown(_socket.SHUT_WR)
        while wire.recv(4096):  # what the server says meanwhile: it would not read on if that failed
            pass
    except OSError:
        pass
    wire.close()

def pid():
    import os
    return os.getpid()
{LOADER}
listeners = {{listener}} if listener is not None else set()
_thread.start_new_thread(enter, ())
"""


class Way(Protocol):
    """How a text gets into one process, to be run there."""

    @property
    def pid(self) -> int | None:
        """Of the process, as this machine knows it; None: not known."""

    @property
    def host(self) -> str:
        """The module of `agent/hosts` that the agent is to begin with."""

    @property
    def silence(self) -> str:
        """Why nobody may have come to the door although the text was brought, and what to do."""

    async def bring(self, text: str) -> None:
        """Have the process run `text`; it may be later. Raises KernelDied where it will not."""


async def enter(way: Way, holder: str) -> tuple[socket.socket, int]:
    """Have the agent come out of a process; return the wire, and the process's id, 0 where nobody tells.

    `holder` says in words who debugs it, to others who come meanwhile. Raises KernelDied.
    """
    door = Door()
    try:
        coming = asyncio.ensure_future(door.come_in(way.pid))
        try:
            await _first(coming, way.bring(entering_text(way.host, door.path, holder)))
            async with asyncio.timeout(ENTERED_S):
                return await coming
        except TimeoutError:
            raise KernelDied(way.silence) from None
        finally:
            coming.cancel()
    finally:
        door.close()


def entering_text(host: str, door: Path, holder: str) -> str:
    """Return what a process of others has to run. It leaves no name where it is run."""
    try:
        cache = str(runtime_folder() / "pycache")
    except RuntimeFolderError:
        cache = ""
    given = {
        "__name__": f"{AGENT}_enters",
        "host": host,
        "door": str(door),
        "holder": holder,
        "folder": str(AGENT_FOLDER),
        "cache": cache,
    }
    # What is built in may have another meaning where this is run.
    return (
        f"(lambda it: it.exec(it.compile({TEXT!r}, '<dap_kernel>', 'exec'), "
        f"{{**{given!r}, 'listener': it.globals().get('{LISTENER}')}}))(__import__('builtins'))\n"
    )


async def _first(coming: "asyncio.Future[tuple[socket.socket, int]]", bringing: Awaitable[None]) -> None:
    """Wait until the text was brought, or has done its work already. Raises KernelDied where it was not."""

    async def bring() -> None:
        await bringing

    brought = asyncio.get_running_loop().create_task(bring())
    try:
        await asyncio.wait((coming, brought), return_when=asyncio.FIRST_COMPLETED)
        if brought.done():
            brought.result()
    finally:
        brought.cancel()
