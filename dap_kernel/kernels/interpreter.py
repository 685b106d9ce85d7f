"""Which Python a notebook's kernel gets, and why: looks at files and variables, starts nothing.

Whether it is new enough its first breath says (see `boot.py`). Knows nothing of kernels.
"""

import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from glob import escape, glob
from pathlib import Path

from .errors import InterpreterError
from .kernelspecs import python_of
from .trust import why_not

PLACES = ("bin/python", "bin/python3", "Scripts/python.exe", "python.exe")  # in an environment's folder


@dataclass(frozen=True)
class Choice:
    """An interpreter's command line, and where it was found, as in a sentence: "from $VIRTUAL_ENV"."""

    argv: list[str]
    why: str
    passed_over: tuple[str, ...] = ()  # what came before it and is not run, and why, a sentence each


def choose(
    setting: str | Sequence[str] | None,
    notebook: str,
    kernelspec: str | None,
    environ: Mapping[str, str] = os.environ,
) -> Choice:
    """Return the Python for a notebook.

    `setting` is the launch argument "python": a path, a name on the path, an environment's folder, or a
    command line. `kernelspec` is the name that the notebook itself gives. Raises InterpreterError when the
    setting leads nowhere; all else that leads nowhere is passed over, and so is what was merely found and
    others may have put there: a folder must not choose a program to run.
    """
    if setting:
        return _as_set([setting] if isinstance(setting, str) else list(setting), notebook, environ)
    for path, why in _named(environ):
        return Choice([path], why)
    passed_over: list[str] = []
    for path, why, named_by in _found(notebook, kernelspec, environ):
        if (doubt := _doubt(path, named_by)) is None:
            return Choice([path], why, tuple(passed_over))
        passed_over.append(f'{path} is not run, because {doubt}: set "python" to it if you trust it')
    if not sys.executable:
        raise InterpreterError("; ".join([*passed_over, 'no Python was found: set "python" to one']))
    return Choice([sys.executable], "the one dap_kernel runs on", tuple(passed_over))


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


def _named(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the interpreters of the environments that the user has activated, with where they were found."""
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        folder = environ.get(name, "")
        if os.path.isabs(folder) and (path := _in_environment(folder)):
            yield path, f"from ${name}"


def _found(
    notebook: str, kernelspec: str | None, environ: Mapping[str, str]
) -> Iterator[tuple[str, str, str | None]]:
    """Yield the interpreters that nobody has named, the best first.

    Each with where it was found, and the file that says so.
    """
    for above in Path(os.path.abspath(notebook)).parents:
        for name in (".venv", "venv"):
            if path := _in_environment(str(above / name)):
                yield path, f"from {above / name}", None
    if kernelspec and (installed := python_of(kernelspec, environ)):
        yield installed[0], f"of the notebook's kernelspec {kernelspec}", installed[1]
    for path in on_path("python3", environ):
        yield path, "the first python3 on the path", None


def on_path(name: str, environ: Mapping[str, str] = os.environ) -> Iterator[str]:
    """Yield the programs of this name, the first on the path first.

    Relative parts of the path are left out: they would mean the folder that an editor happens to be in.
    """
    for folder in _search_path(environ).split(os.pathsep):
        if os.path.isabs(folder) and _is_program(path := os.path.join(folder, name)):
            yield path


def _doubt(python: str, named_by: str | None) -> str | None:
    """Return who else decides what an interpreter does, in half a sentence; None: nobody.

    Beside the program these are the files that a Python reads of its environment before any code of ours.
    """
    folder = os.path.dirname(os.path.dirname(python))
    settings = os.path.join(folder, "pyvenv.cfg")
    read = [python] if named_by is None else [python, named_by]
    if os.path.isfile(settings):
        read += [
            settings,
            *_home(settings),
            *glob(os.path.join(escape(folder), "lib*/python3*/site-packages")),
        ]
    return next((doubt for it in read if (doubt := why_not(it)) is not None), None)


def _home(settings: str) -> list[str]:
    """Return where an environment has the standard library from, by its `pyvenv.cfg`."""
    try:
        lines = Path(settings).read_text("utf-8", "replace").splitlines()
    except OSError:
        return []
    pairs = (it.partition("=") for it in lines)
    return [value.strip() for name, _, value in pairs if name.strip().lower() == "home" and value.strip()]


def _in_environment(folder: str) -> str | None:
    paths = (os.path.join(folder, it) for it in PLACES)
    return next((it for it in paths if _is_program(it)), None)


def _is_program(path: str) -> bool:
    return os.path.isfile(path) and os.access(path, os.X_OK)


def _search_path(environ: Mapping[str, str]) -> str:
    return environ.get("PATH", os.defpath)
