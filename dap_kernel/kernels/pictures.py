"""Pictures for clients that show only text: files in a private folder, the newest ones of a session.

The folder outlives its session, so that what was printed can still be opened; a later one clears it away.
"""

import os
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from .process import is_alive
from .runtime import runtime_folder

MOST = 200  # pictures of a session
MOST_BYTES = 2**28
KEPT_S = 24 * 3600.0  # after the server's end
PREFIX = "plots-"


class Pictures:
    """The pictures of one session."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._kept: list[tuple[Path, int]] = []  # with their sizes, the oldest first
        self._count = 0

    def keep(self, data: bytes, suffix: str) -> Path:
        """Write a picture and return its path. Raises OSError, RuntimeFolderError."""
        if self._folder is None:
            base = runtime_folder()
            clear_away(base)
            self._folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=base))  # mode 0700
        self._count += 1
        path = self._folder / f"{self._count}{suffix}"
        path.write_bytes(data)
        self._kept.append((path, len(data)))
        while len(self._kept) > MOST or sum(size for _, size in self._kept) > MOST_BYTES:
            with suppress(OSError):
                self._kept.pop(0)[0].unlink()
        return path


def clear_away(base: Path, now: float | None = None) -> None:
    """Remove the folders of servers that ended long ago."""
    now = time.time() if now is None else now
    for folder in base.glob(f"{PREFIX}*-*"):
        pid = folder.name.removeprefix(PREFIX).partition("-")[0]
        with suppress(OSError):
            found = folder.lstat()
            is_old = now - found.st_mtime > KEPT_S
            if pid.isdigit() and is_old and found.st_uid == os.getuid() and not is_alive(int(pid)):
                shutil.rmtree(folder, ignore_errors=True)
