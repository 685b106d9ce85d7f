"""Which Python a notebook's kernel gets, and why: looks at files and variables, starts nothing.

Whether it is new enough its first breath says (see `boot.py`). Knows nothing of kernels.
"""

import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .errors import InterpreterError
from .kernelspecs import python_of

PLACES = ("bin/python", "bin/python3", "Scripts/python.exe", "python.exe")  # in an environment's folder


@dataclass(frozen=True)
class Choice:
    """An interpreter's command line, and where it was found, as in a sentence: "from $VIRTUAL_ENV"."""

    argv: list[str]
    why: str


def choose(
    setting: str | Sequence[str] | None,
    notebook: str,
    kernelspec: str | None,
    environ: Mapping[str, str] = os.environ,
) -> Choice:
    """Return the Python for a notebook.

    `setting` is the launch argument "python": a path, a name on the path, an environment's folder, or a
    command line. `kernelspec` is the name that the notebook itself gives. Raises InterpreterError when the
    setting leads nowhere; all else that leads nowhere is passed over.
    """
    if setting:
        return _as_set([setting] if isinstance(setting, str) else list(setting), notebook, environ)
    for path, why in _found(notebook, kernelspec, environ):
        return Choice([path], why)
    if not sys.executable:
        raise InterpreterError('no Python was found: set "python" to one')
    return Choice([sys.executable], "the one dap_kernel runs on")


def _as_set(command: list[str], notebook: str, environ: Mapping[str, str]) -> Choice:
    """Return what the setting says; its relative paths count from the notebook's folder."""
    named = os.path.expanduser(command[0])
    path = os.path.join(os.path.dirname(notebook), named) if os.path.dirname(named) else named
    found = _in_environment(path) if os.path.isdir(path) else shutil.which(path, path=_search_path(environ))
    if found is None and os.path.isdir(path := os.path.join(os.path.dirname(notebook), named)):
        found = _in_environment(path)
    if found is None:
        raise InterpreterError(f'"python": {command[0]} {_why_not(path, is_name=not os.path.dirname(named))}')
    return Choice([os.path.abspath(found), *command[1:]], 'by the setting "python"')


def _why_not(path: str, is_name: bool) -> str:
    if os.path.isdir(path):
        return "holds no Python"
    if os.path.exists(path):
        return "is no program, or may not be executed"
    return "is not on the path" if is_name else "does not exist"


def _found(notebook: str, kernelspec: str | None, environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the interpreters there are, the best first, each with where it was found."""
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        if (folder := environ.get(name)) and (path := _in_environment(folder)):
            yield path, f"from ${name}"
    for above in Path(os.path.abspath(notebook)).parents:
        for name in (".venv", "venv"):
            if path := _in_environment(str(above / name)):
                yield path, f"from {above / name}"
    if kernelspec and (path := python_of(kernelspec, environ)):
        yield path, f"of the notebook's kernelspec {kernelspec}"
    if path := shutil.which("python3", path=_search_path(environ)):
        yield path, "the first python3 on the path"


def _in_environment(folder: str) -> str | None:
    paths = (os.path.join(folder, it) for it in PLACES)
    return next((it for it in paths if _is_program(it)), None)


def _is_program(path: str) -> bool:
    return os.path.isfile(path) and os.access(path, os.X_OK)


def _search_path(environ: Mapping[str, str]) -> str:
    return environ.get("PATH", os.defpath)
