"""What code of cells is called: by its own `co_filename`, and between server and agent.

Every text of a cell that ran, its revision, has a name of its own between server and agent, for ever
(`wire.RunCell.filename`). Where lines count from the notebook's file, its code says that file's path, as
under `python`: so whatever looks at code finds the file and the line. Only what cannot stand at its lines
of the path, since other code that is alive does, gets another spelling of it, which opens the same file:
`/a/./nb.py`. So a spelling and a line tell which revision is meant, to `linecache` as to us.

Looked up from any thread. Spellings are given on the main thread alone; all else that is written, without a
lock, is one entry of a dictionary, which any thread would write the same (`PyDict_SetItem`; checked with
CPython 3.11.7, 3.12.1 and 3.13.0). Code that goes takes its entries along in C before its id is another's
(`PyObject_ClearWeakRefs`). Survived: several threads note the same code at once, each of which holds it
meanwhile, so the weak references that are overwritten are gone before the code is.
Racing test: `test_code_that_several_threads_meet_at_once_while_other_code_goes`.
"""

from bisect import bisect_right, insort
from builtins import id as _id
from collections.abc import Sequence
from functools import partial
from os import getcwd
from os.path import abspath, sep
from types import CodeType, FrameType
from weakref import ref
from zipimport import zipimporter

from ..common.disk import exists, is_file
from ..common.signal_handlers import is_of_handler

Lines = tuple[int, int, str]  # first and last line, and the name of the revision that stands there
names: dict[int, str] = {}  # by id: code objects of cells that live, and the name of their revision
_refs: dict[int, tuple[ref[CodeType], ...]] = {}  # by id: they take it out of all three when it is gone
_alive: dict[str, dict[int, None]] = {}  # by name: ids
_relative: dict[tuple[str, str], str] = {}  # by working folder: what `absolute` has found
_LAST_LINE = 1 << 30  # more than a text has
_WHOLE = ("", "<", sep)  # what begins a name that is no relative path
_taken: dict[str, list[Lines]] = {}  # by spelling, in order


def name_of(code: CodeType) -> str:
    """Return what the server calls the file of `code`: of a cell's, its revision."""
    name = names.get(_id(code))
    if name is not None:
        return name
    filename = code.co_filename
    if filename in _taken:
        return _found(code, filename)
    if filename[:1] in _WHOLE or (path := absolute(filename)) == filename:
        return filename
    _note(code, path, _alive.setdefault(path, {}))
    return path


def name_at(filename: str, line: int) -> str:
    """Return what the server calls the file of code that says it is at this place."""
    taken = _taken.get(filename, ())
    at = bisect_right(taken, line, key=_first) - 1
    return taken[at][2] if at >= 0 and line <= taken[at][1] else filename


def spell(path: str, name: str, first: int, last: int) -> str:
    """Return where code of the revision `name`, at these lines of the file at `path`, is to say it is."""
    if not path.startswith(sep):  # the notebook was never saved: there is nothing to open
        return name
    number = 0
    while not _take(spelling := _spelled(path, number), first, last, name):
        number += 1
    return spelling


def stand_for(file: str, name: str) -> None:
    """Have code that says it is in `file` be of the revision `name`, but for what is known already.

    For code that somebody else compiles, and a file that has one text at a time.
    """
    _taken[file] = [(0, _LAST_LINE, name)]


def learn(code: CodeType, name: str) -> None:
    """Note that `code`, and all that is within it, is of the revision `name`."""
    alive = _alive.setdefault(name, {})
    codes = [code]
    while codes:
        code = codes.pop()
        _note(code, name, alive)
        codes += [it for it in code.co_consts if type(it) is CodeType]


def learn_zipped(frame: FrameType) -> str | None:
    """Note where a module is that begins in `frame`, if it was compiled elsewhere and packed: in an egg, say.

    Return its path in the zip, or None where its code knows it.
    """
    loader, file = frame.f_globals.get("__loader__"), frame.f_globals.get("__file__")
    if type(loader) is not zipimporter or type(file) is not str or not file.endswith(".pyc"):
        return None
    path = absolute(file[:-1])
    if path != frame.f_code.co_filename:
        learn(frame.f_code, path)
        return path
    return None


def _note(code: CodeType, name: str, alive: dict[int, None]) -> None:
    key = _id(code)
    # All in C: what a signal's handler raised in a callback in Python would be lost.
    _refs[key] = tuple(ref(code, partial(it.pop, key)) for it in (names, _refs, alive))
    names[key] = name
    alive[key] = None


def _take(spelling: str, first: int, last: int, name: str) -> bool:
    """Have lines of a spelling mean a revision, unless they mean another of which there is code."""
    taken = _taken.setdefault(spelling, [])
    begin, end = overlapping(taken, first, last)
    if any(_alive.get(it) for _, _, it in taken[begin:end] if it != name):
        return False
    kept = [*taken[:begin], *taken[end:]]
    insort(kept, (first, last, name))
    _taken[spelling] = kept  # Replaced, not changed: other threads may be reading the list.
    return True


def overlapping(taken: Sequence[Lines], first: int, last: int) -> tuple[int, int]:
    """Return the slice of `taken`, in order and without overlaps, that has one of these lines."""
    begin = max(bisect_right(taken, first, key=_first) - 1, 0)
    if begin < len(taken) and taken[begin][1] < first:
        begin += 1
    return begin, max(bisect_right(taken, last, key=_first), begin)


def _first(taken: Lines) -> int:
    return taken[0]


def _spelled(path: str, number: int) -> str:
    """Return one of the endless spellings of a path: the digits of `number` say which."""
    folder, _, base = path.rpartition(sep)  # `os.path.split` uses builtins that user code may replace
    digits = "".join("./" if digit == "1" else "/" for digit in f"{number:b}") if number else ""
    return f"{folder.rstrip('/')}/{digits}{base}"


def absolute(filename: str) -> str:
    """Return the path of a relative one, which code has that comes out of a zip; else what is given."""
    try:
        key = getcwd(), filename  # a program may change its folder
        known = _relative.get(key)
        if known is not None:
            return known
        path = above = abspath(filename)
        while not exists(above) and above != sep:
            above = above.rpartition(sep)[0] or sep
        known = _relative[key] = path if is_file(above) else filename
    except Exception as error:  # the working folder is gone, or user code has replaced `os.getcwd`, say
        if is_of_handler(error):
            raise
        return filename
    return known


def _found(code: CodeType, filename: str) -> str:
    """Return the name of code that we have not compiled: a decorator's copy, the body of a magic."""
    first = last = code.co_firstlineno
    if code.co_name == "<module>":  # or the file itself, imported as a module
        lines = [line for _, _, line in code.co_lines() if line]
        first, last = min(lines, default=0), max(lines, default=0)
    name = name_at(filename, last)
    if name == filename or name != name_at(filename, first):
        return filename
    _note(code, name, _alive.setdefault(name, {}))
    return name
