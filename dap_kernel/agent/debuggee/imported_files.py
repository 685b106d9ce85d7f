"""The files of modules as they were when they were imported, so that an edit since then can be told.

Nothing is hooked into the import system: the sampler looks now and then what is new. Runs no user code.
"""

import posix  # the system itself: user code may have changed the functions of `os`
import sys

_UNKNOWN = (0, 0)


class Imports:
    """Time of the last change, in nanoseconds, and size of each module's file."""

    def __init__(self) -> None:
        self._stamps: dict[object, tuple[int, int]] = {}  # by the module's name

    def look(self) -> None:
        """Note the files of the modules that were not there at the last look."""
        if len(sys.modules) != len(self._stamps):
            for name, module in list(sys.modules.items()):
                if name not in self._stamps:
                    self._stamps[name] = _stamp(module)

    def stamp(self, name: str) -> tuple[int, int]:
        return self._stamps.get(name, _UNKNOWN)


def _stamp(module: object) -> tuple[int, int]:
    names = getattr(module, "__dict__", None)
    path = names.get("__file__") if type(names) is dict else None
    if type(path) is not str or "site-packages" in path:
        return _UNKNOWN
    try:
        status = posix.stat(path)
    except (OSError, ValueError):
        return _UNKNOWN
    return status.st_mtime_ns, status.st_size
