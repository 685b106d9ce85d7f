"""Which Python a notebook's kernel gets, and why: looks at files and variables, starts nothing.

Whether it is new enough its first breath says (see `boot.py`). Knows nothing of kernels.
"""

import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from glob import escape, glob
from pathlib import Path

import msgspec

from ...notebook.files import Unreadable, read_text
from ..errors import ANOTHER_PYTHON, InterpreterError
from ..programs import is_program, on_path, search_path
from ..trust import why_not
from .kernelspecs import python_of

MOST_SETTINGS = 2**16  # bytes of a `pyvenv.cfg`
RUN_FIRST = ("*.pth", "sitecustomize*", "usercustomize*")  # in `site-packages`; Python runs them as it starts
PATH = "$PATH"
TRUSTED = 'if you trust it, choose it in the editor or by "python" in the launch configuration'
SETTINGS = "pyvenv.cfg"
PLACES = ("bin/python", "bin/python3")  # in an environment's folder


class Choice(msgspec.Struct, frozen=True):
    """An interpreter's command line, and where it was found, as in a sentence: "from $VIRTUAL_ENV"."""

    argv: list[str]
    why: str
    passed_over: tuple[str, ...] = ()  # what came before it and is not run, and why, a sentence each


def choose(
    setting: str | Sequence[str] | None,
    notebook: str,
    kernelspec: str | None,
    environ: Mapping[str, str] = os.environ,
    *,
    prefers_own: bool = False,
) -> Choice:
    """Return the Python for a notebook. `prefers_own`: the server's own comes before those on the path.

    `setting` is the launch argument "python": a path, a name on the path, an environment's folder, or a
    command line. `kernelspec` is the name that the notebook itself gives. Raises InterpreterError when the
    setting leads nowhere; all else that leads nowhere is passed over, and so is what was merely found and
    others may have put there: a folder must not choose a program to run. The path and the variables of an
    environment are the user's own word: a shell would run what they name.
    """
    if setting:
        return _as_set([setting] if isinstance(setting, str) else list(setting), notebook, environ)
    for path, why in _named(environ):
        return Choice([path], why)
    passed_over: list[str] = []
    for path, why, named_by in _found(notebook, kernelspec, environ):
        if prefers_own and named_by == PATH:
            break
        doubt = _doubt(path, named_by) if named_by != PATH else None
        trusted = path if doubt is None else _as_our_own(path)
        if trusted is not None:
            return Choice([trusted], why, tuple(passed_over))
        passed_over.append(f"{path} is passed over, because {doubt}: {TRUSTED}")
    if not sys.executable:
        raise InterpreterError("; ".join([*passed_over, f"no Python was found: {ANOTHER_PYTHON}"]))
    return Choice([sys.executable], "the one that dap-kernel itself runs on", tuple(passed_over))


def _as_set(command: list[str], notebook: str, environ: Mapping[str, str]) -> Choice:
    """Return what the setting says; its relative paths count from the notebook's folder."""
    named = os.path.expanduser(command[0])
    path = os.path.join(os.path.dirname(notebook), named) if os.path.dirname(named) else named
    found = _in_environment(path) if os.path.isdir(path) else shutil.which(path, path=search_path(environ))
    if found is None and os.path.isdir(path := os.path.join(os.path.dirname(notebook), named)):
        found = _in_environment(path)
    if found is None:
        raise InterpreterError(f'"python": {command[0]} {_why_not(path, is_name=not os.path.dirname(named))}')
    return Choice([os.path.abspath(found), *command[1:]], "chosen in the editor or the launch configuration")


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

    Each with where it was found, and the file that says so, or PATH.
    """
    for above in Path(os.path.abspath(notebook)).parents:
        for name in (".venv", "venv"):
            if path := _in_environment(str(above / name)):
                yield path, f"from {above / name}", None
    if kernelspec and (installed := python_of(kernelspec, environ)):
        yield installed[0], f"of the notebook's kernelspec {kernelspec}", installed[1]
    for path in on_path("python3", environ):
        yield path, "the first python3 on the path", PATH


def _as_our_own(python: str) -> str | None:
    """Return an interpreter's path when it is of the environment that the server runs in, which it trusts.

    No link of others' is in it: it might lead elsewhere by the time it is run.
    """
    folder, name = os.path.split(os.path.realpath(os.path.dirname(python))), os.path.basename(python)
    return os.path.join(*folder, name) if folder[0] == os.path.realpath(sys.prefix) else None


def _doubt(python: str, named_by: str | None) -> str | None:
    """Return who else decides what an interpreter does, in half a sentence; None: nobody.

    Beside the program these are the files that a Python reads of its environment before any code of ours.
    """
    doubts = (_why_doubted(it) for it in _read_first(python, named_by))
    return next((it for it in doubts if it is not None), None)


def _why_doubted(path: str) -> str | None:
    """Return why others decide what is at a path, or why what is there makes no sense."""
    if (doubt := why_not(path)) is not None or os.path.basename(path) != SETTINGS:
        return doubt
    try:
        read_text(path, MOST_SETTINGS)
    except Unreadable as problem:
        return str(problem) if os.path.lexists(path) else None
    return None


def _read_first(python: str, named_by: str | None) -> Iterator[str]:
    """Yield what a Python reads before any code of ours; who asks for the next is sure of all so far."""
    yield python
    if named_by is not None:
        yield named_by
    folder = os.path.dirname(os.path.dirname(python))
    found = [os.path.join(it, SETTINGS) for it in (os.path.dirname(python), folder)]
    yield from found
    found = [it for it in found if os.path.isfile(it)]
    for settings in found[:1]:  # as Python does it
        yield from _home(settings)
        for packages in glob(os.path.join(escape(folder), "lib*/python3*/site-packages")):
            yield packages
            for name in RUN_FIRST:
                yield from glob(os.path.join(escape(packages), name))


def _home(settings: str) -> list[str]:
    """Return where an environment has the standard library from, by its `pyvenv.cfg`."""
    try:
        lines = read_text(settings, MOST_SETTINGS).splitlines()
    except Unreadable:
        return []
    pairs = (it.partition("=") for it in lines)
    return [value.strip() for name, _, value in pairs if name.strip().lower() == "home" and value.strip()]


def _in_environment(folder: str) -> str | None:
    paths = (os.path.join(folder, it) for it in PLACES)
    return next((it for it in paths if is_program(it)), None)
