"""Pictures for clients that show only text: files in a private folder, the newest ones of a session.

The folder outlives its session, so that what was printed can still be opened; a later one clears it away.
"""

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from .announcements import pid_in, private_folder
from .process import is_alive

MOST = 200  # pictures of a session
MOST_BYTES = 2**27  # of a session, and of all that have ended: the runtime folder is in memory mostly
KEPT_S = 24 * 3600.0  # after the server's end
PREFIX = "plots-"


class PictureFiles:
    """The pictures of one session."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._kept: dict[tuple[object, str], tuple[Path, int]] = {}  # with their sizes, the oldest first
        self._count = 0

    def keep(self, data: bytes, suffix: str, name: str | None = None) -> Path:
        """Write a picture, over the one that had the same `name`; return its path.

        Raises OSError, RuntimeFolderError.
        """
        if self._folder is None:
            base = private_folder()
            clear_away(base)
            self._folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=base))  # mode 0700
        self._count += 1
        key = self._count if name is None else name, suffix
        path, _ = self._kept.pop(key, (self._folder / f"{self._count}{suffix}", 0))
        path.write_bytes(data)
        self._kept[key] = path, len(data)
        while len(self._kept) > MOST or sum(size for _, size in self._kept.values()) > MOST_BYTES:
            oldest, _ = self._kept.pop(next(iter(self._kept)))
            with suppress(OSError):
                oldest.unlink()
        return path


def clear_away(base: Path, now: float | None = None) -> None:
    """Remove the folders of servers that ended long ago, and where there is much the oldest ones first."""
    now = time.time() if now is None else now
    size = 0
    for changed, folder in sorted(_ended(base), reverse=True):
        with suppress(OSError):
            size += sum(it.stat().st_size for it in folder.iterdir())
        if now - changed > KEPT_S or size > MOST_BYTES:
            shutil.rmtree(folder, ignore_errors=True)


def _ended(base: Path) -> Iterator[tuple[float, Path]]:
    """Yield the folders of servers that have ended, with when something came into each last."""
    for folder in base.glob(f"{PREFIX}*-*"):
        pid = pid_in(folder.name.removeprefix(PREFIX).partition("-")[0])
        with suppress(OSError):
            found = folder.lstat()
            is_dir = stat.S_ISDIR(found.st_mode)
            if pid is not None and is_dir and found.st_uid == os.getuid() and not is_alive(pid):
                yield found.st_mtime, folder
