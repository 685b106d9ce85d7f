"""The private runtime folder, and the orphaned kernels that announce themselves in it.

Knows neither the wire nor a live kernel: `attach.py` connects to what is listed here.

An orphan with process id P listens on the Unix stream socket `kernel-P.sock` in the folder (mode 0600), then,
and only then, announces itself by `kernel-P.json` (mode 0600, written as `kernel-P.json.tmp` and renamed):

    {"id": "P", "pid": P, "started": 123456, "notebook": "/home/me/churn.ipynb", "format": "jupyter",
     "executable": "/usr/bin/python3", "version": "3.12.1", "since": 1700000000.0, "until": 1700000600.0}

`started` is field 22 of `/proc/P/stat` (null where there is none), which tells P from a later process of
that id; `since` and `until` are seconds since the epoch: orphaned, and the end unless somebody attaches. On
a connection the orphan checks the peer's uid, takes announcement and socket away (one server at a time),
stops draining its output, and sends one byte, `K`, with its output's two reading ends (stdout's, stderr's)
as SCM_RIGHTS. From there on the connection is the wire: the agent sends Hello first of all, then answers
commands (no Start; the server asks Describe and Configure).
"""

import atexit
import logging
import os
import stat
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec

from ..errors import RuntimeFolderError
from .process import Leader, is_alive, stat_fields

log = logging.getLogger(__name__)

MAX_ANNOUNCEMENT = 2**16  # bytes
MAX_PATH = 104  # bytes of a Unix socket's path, macOS's limit
STARTED = 22 - 3  # the index in `stat_fields`

T = TypeVar("T")


class Announcement(msgspec.Struct):
    """An announcement, as it stands in its file."""

    id: str
    pid: int
    started: int | None
    notebook: str
    format: str
    executable: str
    version: str
    since: float
    until: float


class OrphanedKernel(msgspec.Struct, frozen=True):
    """A kernel without a server, that can be attached to or stopped."""

    id: str
    pid: int
    notebook: str
    format: str
    executable: str
    version: str
    since: float  # seconds since the epoch
    until: float
    socket: Path


def runtime_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the private folder, made if need be. Raises RuntimeFolderError when it is not ours alone."""
    base = environ.get("XDG_RUNTIME_DIR", "")
    folder = Path(base, "dap_kernel") if os.path.isabs(base) else Path(f"/tmp/dap_kernel-{os.getuid()}")
    try:
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        found = folder.lstat()
    except OSError as error:
        raise RuntimeFolderError(f"the runtime folder {folder} cannot be made: {error.strerror}") from error
    if not stat.S_ISDIR(found.st_mode):
        raise RuntimeFolderError(f"{folder} is not a folder: remove it")
    if found.st_uid != os.getuid():
        raise RuntimeFolderError(f"the runtime folder {folder} belongs to somebody else")
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise RuntimeFolderError(f"the runtime folder {folder} is open to others: chmod 700 it")
    return folder


def private_folder() -> Path:
    """Return the runtime folder, or where there is none a folder that is this process's alone.

    For what is not to be found by others. Raises RuntimeFolderError.
    """
    try:
        return runtime_folder()
    except RuntimeFolderError:
        return _own_folder()


@cache
def _own_folder() -> Path:
    try:
        folder = Path(tempfile.mkdtemp(prefix="dap_kernel-"))  # mode 0700
    except OSError as error:
        raise RuntimeFolderError(f"there is no place for files: {error}") from None
    atexit.register(_remove_empty, folder)
    return folder


def _remove_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


def orphans(folder: Path) -> list[OrphanedKernel]:
    """Return the kernels that wait in `folder`, the newest first; what dead ones left there is removed."""
    found = []
    for path in files(folder, "kernel-*.json"):
        announcement = _read(path)
        if announcement is None:
            continue
        if not _is_running(announcement):
            _remove(path)
            continue
        fields = msgspec.structs.asdict(announcement)
        del fields["started"]
        found.append(OrphanedKernel(**fields, socket=path.with_suffix(".sock")))
    for left in files(folder, "kernel-*.sock"):
        pid = pid_in(left.stem.removeprefix("kernel-"))
        if pid is not None and not is_alive(pid):
            _remove(left.with_suffix(".json"))
    return sorted(found, key=lambda it: it.since, reverse=True)


def stop(orphan: OrphanedKernel, grace_s: float = 2.0) -> None:
    """End an orphan and its group. Returns when nothing of it is left."""
    for pause_s in Leader(orphan.pid).end_group(grace_s):
        time.sleep(pause_s)
    _remove(orphan.socket.with_suffix(".json"))


def stop_by_id(folder: Path, id: str) -> list[OrphanedKernel]:
    """End the orphan of that id, or all of them ("all"); return those that were ended."""
    chosen = [it for it in orphans(folder) if id in ("all", it.id)]
    for orphan in chosen:
        stop(orphan)
    return chosen


def read_private(path: Path, kind: type[T]) -> T | None:
    """Return what a file announces, if it is a plain file of ours and holds a `kind`."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None  # taken away just now, or a link
    try:
        found = os.fstat(fd)
        if not stat.S_ISREG(found.st_mode) or found.st_uid != os.getuid() or found.st_size > MAX_ANNOUNCEMENT:
            return None
        return msgspec.json.decode(os.read(fd, MAX_ANNOUNCEMENT), type=kind)
    except (OSError, ValueError, RecursionError, msgspec.MsgspecError) as error:
        log.debug("%s is no announcement: %s", path, error)  # half written, or forged
        return None
    finally:
        os.close(fd)


def files(folder: Path, pattern: str) -> list[Path]:
    """Return what is in the folder by names like `pattern`; nothing where it cannot be read."""
    try:
        return list(folder.glob(pattern))
    except OSError:
        return []


def pid_in(name: str) -> int | None:
    """Return the process id that a part of a file's name is, None when it is none."""
    return int(name) if name.isascii() and name.isdecimal() and len(name) < 12 else None


def started_at(pid: int) -> int | None:
    """Return when a process was started, as `/proc` counts; None where that is not told."""
    fields = stat_fields(pid)
    return int(fields[STARTED]) if len(fields) > STARTED else None


def _read(path: Path) -> Announcement | None:
    """Return what an orphan's file announces, if it is what its name says."""
    announcement = read_private(path, Announcement)
    is_right = announcement is not None and path.stem == f"kernel-{announcement.pid}" and announcement.pid > 1
    return announcement if is_right else None


def _is_running(announcement: Announcement) -> bool:
    """Whether the very process that announced itself runs, and leads its group."""
    fields = stat_fields(announcement.pid)
    if fields and fields[STARTED] != str(announcement.started):  # null where there is such a file: forged
        return False
    try:
        return is_alive(announcement.pid) and os.getpgid(announcement.pid) == announcement.pid
    except (ProcessLookupError, PermissionError, OverflowError):
        return False


def _remove(announcement: Path) -> None:
    for path in (announcement, announcement.with_suffix(".json.tmp"), announcement.with_suffix(".sock")):
        with suppress(OSError):
            path.unlink()
