"""The debug sessions that announce themselves in the private runtime folder, for companions to find.

Knows neither DAP nor what is said on the socket. Session N of the server process P listens on the Unix stream
socket `session-P-N.sock` (mode 0600), then announces itself by `session-P-N.json` (0600, written as
`session-P-N.json.tmp` and renamed):

    {"id": "P-N", "pid": P, "started": 123456, "notebook": "/home/me/churn.ipynb", "format": "jupyter",
     "since": 1700000000.0, "parent": 122}

`started` is field 22 of `/proc/P/stat`, as in `announcements.py`; `parent` is the process that has started
the server: an editor, mostly. Both files are removed at the session's end, a dead server's when the next
begins.
"""

import os
import time
from contextlib import suppress
from pathlib import Path

import msgspec

from .announcements import files, pid_in, read_private, started_at
from .process import is_alive


class SessionAnnouncement(msgspec.Struct):
    """An announcement, as it stands in its file."""

    id: str
    pid: int
    started: int | None
    notebook: str
    format: str
    since: float
    parent: int | None = None


class DebugSession(msgspec.Struct, frozen=True):
    """A live debug session that takes companions."""

    id: str
    pid: int
    notebook: str
    format: str
    since: float  # seconds since the epoch
    socket: Path
    parent: int | None = None  # the process that has started its server


def socket_of(folder: Path, id: str) -> Path:
    """Return where the session of this id listens."""
    return folder / f"session-{id}.sock"


def announce(folder: Path, id: str, notebook: str, format: str) -> None:
    """Announce a session of this process, which listens already. Raises OSError, and UnicodeEncodeError for
    a path that is no UTF-8.
    """
    sessions(folder)  # removes what dead servers have left
    pid = os.getpid()
    it = SessionAnnouncement(id, pid, started_at(pid), notebook, format, time.time(), os.getppid())
    path = socket_of(folder, id).with_suffix(".json")
    draft = path.with_suffix(".json.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    with open(os.open(draft, flags, 0o600), "wb") as file:
        file.write(msgspec.json.encode(it))
    draft.rename(path)


def withdraw(folder: Path, id: str) -> None:
    """Take announcement and socket away."""
    socket = socket_of(folder, id)
    for path in (socket.with_suffix(".json"), socket.with_suffix(".json.tmp"), socket):
        with suppress(OSError):
            path.unlink()


def sessions(folder: Path) -> list[DebugSession]:
    """Return the sessions announced in `folder`, the newest first; those of dead servers are removed."""
    found = []
    for path in files(folder, "session-*.json"):
        it = read_private(path, SessionAnnouncement)
        if it is None or path.stem != f"session-{it.id}" or not it.id.startswith(f"{it.pid}-"):
            continue
        if not _is_running(it):
            withdraw(folder, it.id)
            continue
        socket = path.with_suffix(".sock")
        found.append(DebugSession(it.id, it.pid, it.notebook, it.format, it.since, socket, it.parent))
    for left in files(folder, "session-*.sock"):  # of one that has announced nothing
        pid = pid_in(left.stem.split("-")[1])
        if pid is not None and not _is_alive(pid):
            withdraw(folder, left.stem.removeprefix("session-"))
    return sorted(found, key=lambda it: it.since, reverse=True)


def _is_running(announced: SessionAnnouncement) -> bool:
    """Whether the very process that announced the session runs."""
    now = started_at(announced.pid)
    if now is not None and now != announced.started:
        return False
    return _is_alive(announced.pid)


def _is_alive(pid: int) -> bool:
    try:
        return is_alive(pid)
    except (ProcessLookupError, PermissionError):
        return False
