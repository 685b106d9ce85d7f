"""Whose code is it: a cell's, the user's, a library's, or the kernel's own?

Decided by file name alone, and remembered. A file that the notebook consists of is always the
user's, wherever it lies.
"""

import os
import sysconfig
from os.path import abspath, dirname, exists, isabs, realpath, sep
from types import CodeType, FrameType

from .wire import FrameKind

_PACKAGE_FOLDERS = (f"{sep}site-packages{sep}", f"{sep}dist-packages{sep}")
_HOSTS = ("IPython", "ipykernel", "marimo")  # what runs cells is the kernel's, not the user's


class UserCode:
    """Tell user code from the rest. Safe from any thread: one look-up, else a pure computation."""

    def __init__(self) -> None:
        self._notebook = ""
        self._kinds: dict[str, FrameKind] = {}
        self._paths: dict[str, str] = {}
        paths = sysconfig.get_paths()
        standard = dirname(realpath(os.__file__))
        self._libraries = tuple(
            {realpath(paths[it]) + sep for it in ("stdlib", "platstdlib", "purelib", "platlib")}
            | {standard + sep}
        )
        self._kernel = (
            dirname(abspath(__file__)) + sep,
            dirname(realpath(__file__)) + sep,
            f"{standard}{sep}asyncio{sep}",
        )

    def notebook_is(self, path: str) -> None:
        """Take `path`, and the virtual files `path#...` of its cells, as the notebook."""
        self._notebook = path
        self._kinds.clear()

    def is_cell(self, code: CodeType) -> bool:
        """Whether `code` is that of a cell or script itself, not of a function in it."""
        return code.co_name == "<module>" and self.is_notebook(code.co_filename)

    def is_user(self, filename: str) -> bool:
        """Whether justMyCode means the code of this file. (Cells are meant too.)"""
        return self._kind_of_file(filename) == "user"

    def is_kernel(self, filename: str) -> bool:
        return self._kind_of_file(filename) == "kernel"

    def kind(self, code: CodeType) -> FrameKind:
        return "cell" if self.is_cell(code) else self._kind_of_file(code.co_filename)

    def runs_user_code(self, frame: FrameType | None) -> bool:
        """Whether `frame` or one that called it is the user's."""
        while frame is not None and not self.is_user(frame.f_code.co_filename):
            frame = frame.f_back
        return frame is not None

    def canonical(self, filename: str) -> str:
        """Return the name under which the server knows a file: links resolved, virtual names as they are."""
        known = self._paths.get(filename)
        if known is None:
            is_named = filename == self._notebook or self._is_virtual(filename)  # a script may be in no file
            is_file = filename[:1] != "<" and not is_named
            try:
                known = self._paths[filename] = realpath(filename) if is_file else filename
            except Exception:  # user code has put something else in the place of `os.lstat`, say
                return filename
        return known

    def _is_virtual(self, filename: str) -> bool:
        return filename.startswith(self._notebook + "#") and filename.endswith(".py")

    def is_notebook(self, filename: str) -> bool:
        """Whether a file is the notebook itself, or a cell of it."""
        return self._notebook != "" and (
            self._is_virtual(filename) or self.canonical(filename) == self._notebook
        )

    def _kind_of_file(self, filename: str) -> FrameKind:
        kind = self._kinds.get(filename)
        if kind is None:
            kind = self._kinds[filename] = self._decide(filename)
        return kind

    def _decide(self, filename: str) -> FrameKind:
        if self.is_notebook(filename):
            return "user"
        if filename.startswith(self._kernel):
            return "kernel"
        if filename[:1] == "<":  # <string>, <frozen ...>, <attrs generated init>: no text to show
            return "library"
        if not isabs(filename) and not exists(filename):  # the same under a made-up name
            return "library"
        path = self.canonical(filename)
        for folder in _PACKAGE_FOLDERS:
            _, found, rest = path.rpartition(folder)
            if found:
                return "kernel" if rest.split(sep, 1)[0] in _HOSTS else "library"
        if path.startswith(self._kernel):
            return "kernel"
        return "library" if path.startswith(self._libraries) else "user"
