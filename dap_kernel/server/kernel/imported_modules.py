"""The user's modules that the kernel has imported: one whose file changes is told, once a change.

Knows no cell. What was imported is what the kernel said when the last run ended.
"""

import os
from collections.abc import Awaitable, Callable

from ...agent.wire import messages as wire
from ...kernels.errors import CommandFailed, KernelDied
from ...notebook.paths import folded
from ..errors import DapError
from ..texts.documents import Documents
from .session_kernel import SessionKernel

Stamp = tuple[int, int]  # when it was changed last, in ns, and its size


class ImportedModules:
    """The modules of the user's own by the paths of their files."""

    def __init__(
        self,
        kernel: SessionKernel,
        documents: Documents,
        notebook_frame_id: Callable[[], Awaitable[int]],
        say: Callable[[str], None],
    ) -> None:
        """`notebook_frame_id` returns the kernel's id of the notebook's frame, or raises DapError."""
        self._kernel = kernel
        self._documents = documents
        self._notebook_frame_id = notebook_frame_id
        self._say = say
        self._stamps: dict[str, Stamp] = {}  # by path
        self._names: dict[str, str] = {}  # by path
        self._changed: dict[str, None] = {}  # names of modules that are not what was imported

    async def learn(self) -> None:
        """Note what has been imported since the last time, and say what has changed meanwhile."""
        kernel, main = self._kernel.live, self._documents.main
        if kernel is None or main is None:
            return
        try:
            found = await kernel.call(wire.Modules(), list[wire.Module])
        except (CommandFailed, KernelDied):
            return
        for it in found:
            if it.is_user_code and it.path is not None and it.path not in self._stamps:
                stamp = (it.changed_ns, it.size_bytes) if it.changed_ns else None
                if (
                    stamp is not None
                    and it.path.endswith(".py")
                    and folded(it.path) != folded(main.revisions.path)
                ):
                    self._stamps[it.path], self._names[it.path] = stamp, it.name
        self.notice_changed_files()

    @property
    def names(self) -> list[str]:
        return sorted(self._names.values())

    async def reload(self, names: list[str]) -> list[str]:
        """Have the kernel import modules anew, those that have changed if none is named; return which.

        Raises DapError: a cell is running, or the import fails.
        """
        self.notice_changed_files()
        wanted = names or list(self._changed)
        frame = await self._notebook_frame_id()
        for name in wanted:
            if not all(it.isidentifier() for it in name.split(".")):
                raise DapError(f"{name!r} is no module's name")
            reload = f"(lambda it: it.reload(it.import_module({name!r})) and None)(__import__('importlib'))"
            await self._kernel.call(wire.Evaluate(frame, reload), wire.Variable)
            self._changed.pop(name, None)
        return wanted

    def notice_changed_files(self) -> None:
        """Say which files have changed since they were imported, or since that was said."""
        for path, before in self._stamps.items():
            stamp = _stamp(path)
            if stamp is not None and stamp != before:
                self._stamps[path] = stamp
                name = self._names[path]
                self._changed[name] = None
                change = f"{os.path.basename(path)} changed after import"
                self._say(f"{change}; :reload {name}, or restart")

    def clear_modules(self) -> None:
        """There is a fresh kernel, or none."""
        self._stamps.clear()
        self._names.clear()
        self._changed.clear()


def _stamp(path: str) -> Stamp | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
