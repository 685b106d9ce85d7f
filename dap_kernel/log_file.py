"""The file of `--log`: one that is its user's alone, or what the user has given the process itself.

Knows nothing of what is logged.
"""

import os
import re
import stat
from typing import TextIO

_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_OUR_OWN = re.compile(r"/dev/(stderr|stdout|stdin)|/(?:dev|proc/self)/fd/(\d{1,9})")
_NAMED = {"stdin": 0, "stdout": 1, "stderr": 2}


class LogError(Exception):
    """A log would not be this user's alone; the text says why."""


def open_log(path: str) -> TextIO:
    """Return a file to append to. Raises LogError."""
    own = _OUR_OWN.fullmatch(path)
    fd = _file(path) if own is None else _copy(path, _NAMED[own[1]] if own[1] else int(own[2]))
    return open(fd, "a", encoding="utf-8", errors="backslashreplace")


def _copy(path: str, fd: int) -> int:
    """Return a copy of a descriptor that this process was started with. Raises LogError."""
    if fd in (0, 1):
        raise LogError(f"the log {path} would get between what is read and written there: take /dev/stderr")
    try:
        return os.dup(fd)
    except (OSError, OverflowError) as error:
        raise LogError(f"the log {path} cannot be opened: {error}") from None


def _file(path: str) -> int:
    """Return a file to append to that is this user's alone, from now on. Raises LogError."""
    try:
        fd = os.open(path, _FLAGS, 0o600)
    except (OSError, ValueError) as error:
        why = "it is a link" if os.path.islink(path) else getattr(error, "strerror", None) or error
        raise LogError(f"the log {path} cannot be opened: {why}") from None
    found = os.fstat(fd)
    if stat.S_ISCHR(found.st_mode) and os.path.samestat(found, os.stat(os.devnull)):
        return fd
    if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
        why = "is no plain file with one name"
    elif found.st_uid != os.geteuid():
        why = "belongs to another user"
    else:
        if found.st_mode & 0o077:
            os.fchmod(fd, 0o600)  # An editor made it, or a shell, with what its umask allows.
        return fd
    os.close(fd)
    raise LogError(f"the log {path} {why}")
