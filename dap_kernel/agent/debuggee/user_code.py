"""Whose code is it: a cell's, the user's, a library's, or the kernel's own?

Decided by file name alone, and remembered. A file that the notebook consists of is always the
user's, wherever it lies.
"""

import os
import sysconfig
from collections.abc import Iterable
from os.path import dirname, realpath, sep
from types import CodeType, FrameType

from ..common.disk import exists
from ..common.own_files import FOLDER
from ..common.signal_handlers import is_of_handler
from ..wire.filenames import is_virtual
from ..wire.messages import FrameKind
from .code_names import absolute

_PACKAGE_FOLDERS = (f"{sep}site-packages{sep}", f"{sep}dist-packages{sep}")
_HOSTS = ("IPython", "ipykernel", "marimo")  # what runs cells is the kernel's, not the user's
_LOOP = frozenset(  # functions of asyncio that are on the stack below what a loop runs
    {
        "run_until_complete",
        "run_forever",
        "_run_once",
        "_run",
        "__step",
        "__step_run_and_handle_result",
        "__wakeup",
    }
)
_FROZEN = "<frozen "
_IMPORT_SYSTEM = ("<frozen importlib.", "<frozen zipimport>")


class UserCode:
    """Tell user code from the rest. Safe from any thread: one look-up, else a pure computation."""

    def __init__(self, notebook: str, hosts: Iterable[str] = ()) -> None:
        """Take the file `notebook`, and the virtual files of its cells, as the user's.

        `hosts`: how the files are called of those who run cells beside the usual ones.
        """
        self._notebook = notebook
        self._kinds: dict[str, FrameKind] = {}  # by the code's file name
        self._elsewhere: dict[str, str] = {}  # files, by the names that code has for them
        self._paths: dict[str, str] = {}  # real paths, by the code's file name
        paths = sysconfig.get_paths()
        standard = dirname(realpath(os.__file__))
        self._libraries = tuple(
            {realpath(paths[it]) + sep for it in ("stdlib", "platstdlib", "purelib", "platlib")}
            | {standard + sep}
        )
        self._standard = standard
        self._asyncio = f"{standard}{sep}asyncio{sep}"
        self._kernel = (FOLDER, realpath(FOLDER) + sep, *hosts)

    def is_at(self, filename: str, path: str) -> None:
        """Take code that says it is in `filename` for that of the file at `path`."""
        self._elsewhere[filename] = path
        self._kinds.pop(filename, None)

    def is_cell(self, code: CodeType) -> bool:
        """Whether `code` is that of a cell or script itself, not of a function in it."""
        return code.co_name == "<module>" and self.is_notebook(code.co_filename)

    def is_user(self, filename: str) -> bool:
        """Whether justMyCode means the code of this file. (Cells are meant too.)"""
        return self._kind_of_file(filename) == "user"

    def is_users_text(self, filename: str) -> bool:
        """Whether a file is the user's, or a text that a cell has given to IPython to run."""
        return filename.startswith("<ipython-input-") or self.is_user(filename)

    def is_kernel(self, filename: str) -> bool:
        """Whether a file is the agent's, or of what runs cells for it. See `is_kernel_frame`."""
        return self._kind_of_file(filename) == "kernel"

    def is_kernel_frame(self, frame: FrameType) -> bool:
        """Whether a frame is the kernel's own, also one of asyncio's in the loop that the kernel lives in."""
        code = frame.f_code
        if self.is_kernel(code.co_filename):
            return True
        if code.co_name not in _LOOP or not self._is_asyncio(frame):
            return False
        outer = frame.f_back
        while outer is not None and self._is_asyncio(outer):
            outer = outer.f_back
        return outer is not None and self.is_kernel(outer.f_code.co_filename)

    def is_shown(self, frame: FrameType, just_my_code: bool) -> bool:
        """Whether a step may end in `frame`, or an exception stop there."""
        if just_my_code or self.is_user(frame.f_code.co_filename):
            return self.is_user(frame.f_code.co_filename)
        return not (self.is_kernel_frame(frame) or self._is_importing(frame))

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
            is_named = filename == self._notebook or is_virtual(
                filename, self._notebook
            )  # a script may be in no file
            try:
                file = filename if is_named else self.text_file(filename)
                is_file = file[:1] != "<" and not is_named
                known = self._paths[filename] = realpath(file) if is_file else filename
            except Exception as error:  # user code has put something else in the place of `os.lstat`, say
                if is_of_handler(error):
                    raise
                return filename
        return known

    def text_file(self, filename: str) -> str:
        """Return the file that has the text of what is frozen into the interpreter, else `filename` itself.

        Source: the documentation of `-X frozen_modules`. What a program imports of it by name has the same
        lines as its file in the standard library.
        """
        if not filename.startswith(_FROZEN) or is_import_system(filename):
            return filename
        path = self._standard + sep + filename[len(_FROZEN) : -1].replace(".", sep)
        return next((it for it in (f"{path}.py", f"{path}{sep}__init__.py") if exists(it)), filename)

    def _is_importing(self, frame: FrameType | None) -> bool:
        """Whether a frame that is not the user's is at the work of an `import`, not at a module's code."""
        while frame is not None and frame.f_code.co_name != "<module>":
            filename = frame.f_code.co_filename
            if self.is_user(filename):
                return False
            if is_import_system(filename):
                return True
            frame = frame.f_back
        return False

    def _is_asyncio(self, frame: FrameType) -> bool:
        return frame.f_code.co_filename.startswith(self._asyncio)

    def is_notebook(self, filename: str) -> bool:
        """Whether a file is the notebook itself, or a cell of it."""
        return self._notebook != "" and (
            is_virtual(filename, self._notebook) or self.canonical(filename) == self._notebook
        )

    def _kind_of_file(self, filename: str) -> FrameKind:
        kind = self._kinds.get(filename)
        if kind is None:
            kind = self._kinds[filename] = self._decide(filename)
        return kind

    def _decide(self, filename: str) -> FrameKind:
        filename = self._elsewhere.get(filename, filename)
        if self.is_notebook(filename):
            return "user"
        if filename.startswith(self._kernel):
            return "kernel"
        if filename[:1] == "<":  # <string>, <frozen ...>, <attrs generated init>: no text to show
            return "library"
        is_found = filename.startswith(sep) or exists(filename) or absolute(filename) != filename
        if not is_found:  # the same under a made-up name
            return "library"
        path = self.canonical(filename)
        for folder in _PACKAGE_FOLDERS:
            _, found, rest = path.rpartition(folder)
            if found:
                return "kernel" if rest.split(sep, 1)[0] in _HOSTS else "library"
        if path.startswith(self._kernel):
            return "kernel"
        return "library" if path.startswith(self._libraries) else "user"


def is_import_system(filename: str) -> bool:
    """Whether a file is of the import system, which has no text and is in no traceback of Python's either."""
    return filename.startswith(_IMPORT_SYSTEM)
