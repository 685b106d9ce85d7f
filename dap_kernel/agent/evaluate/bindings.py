"""The names of one place in the user's code: read, bound, unbound.

A place is a frame, or the idle notebook. A function's locals live in slots: how to write them
depends on the version of Python (PEP 667), and this file alone knows it. Knows nothing of expressions.

CPython: until 3.12 reading `f_locals` fills a dictionary from the slots, and `PyFrame_LocalsToFast` writes
the slots from it; checked with 3.11.7 and 3.12.1. From 3.13 on `f_locals` is a proxy of the slots.
Survived: another thread sets a variable of a closure between such a reading and the writing (`settle`).
Racing tests: `test_a_variable_that_another_thread_counts`,
`test_a_variable_that_another_thread_sets_while_this_one_is_stopped`.
"""

import sys
from collections.abc import Iterable, Mapping
from types import CellType, CodeType, FrameType, FunctionType

from ..common.object_access import class_dict, is_instance, mro
from ..common.signal_handlers import begins_unbroken
from ..debuggee.code_names import name_of
from .scoping import inlined_names, stored_globally

PROXIED = sys.version_info >= (3, 13)  # PEP 667: `f_locals` of a function writes through
if not PROXIED:
    import ctypes

_OPTIMIZED = 0x1  # inspect.CO_OPTIMIZED: the locals are in slots, not in a dictionary


class InspectionError(Exception):
    """What was asked cannot be answered; the text says why, to the user."""


class _Unbound:
    """Stands in 3.13 for a name of ours that was deleted: the proxy removes none."""


_UNBOUND = _Unbound()


class Bindings:
    """Where something is evaluated or shown: a frame's names, or the idle notebook's.

    `is_global` says that the locals are the globals; `inner` are then the names of a comprehension
    that runs in a cell (from 3.12 on it has no frame of its own).
    `extras` are names that only evaluation knows: `__exception__`, `__return__`. `cells` are those of
    variables that functions made in the console have in common, by name: see `closures.py`.
    """

    def __init__(
        self,
        frame: FrameType | None,
        names: dict[str, object],
        extras: dict[str, object] | None = None,
        cells: dict[str, CellType] | None = None,
    ) -> None:
        self.frame = frame
        self.globals: dict[str, object] = names if frame is None else frame.f_globals
        self.extras = extras or {}
        self.cells = {} if cells is None else cells
        self.inner: dict[str, object] = {}
        self.is_global = frame is None
        if frame is not None and not has_slots(frame.f_code):
            self.inner = _of_comprehension(frame)
            self.is_global = bool(self.inner) or frame.f_locals is frame.f_globals

    @property
    def code(self) -> CodeType | None:
        return None if self.frame is None else self.frame.f_code

    @property
    def filename(self) -> str:
        return "" if self.frame is None else name_of(self.frame.f_code)

    @property
    def qualname(self) -> str:
        return "" if self.frame is None else self.frame.f_code.co_qualname

    @property
    def is_function(self) -> bool:
        """Whether the names are in slots."""
        return self.frame is not None and has_slots(self.frame.f_code)

    @property
    def free_names(self) -> tuple[str, ...]:
        """The names that belong to a function around this one."""
        return () if self.frame is None else self.frame.f_code.co_freevars

    @property
    def namespaces(self) -> tuple[dict[str, object], ...]:
        """The globals, and the locals of a class body or where text was run on names of its own."""
        if self.frame is None or self.is_global:
            return (self.globals,)
        return self.globals, self.frame.f_locals

    def local_names(self) -> list[str]:
        """Return the names that are local and not global, bound or not, in the order of the code."""
        if self.frame is None or self.is_global:
            return list(self.inner)
        names = self.own()
        return [it for it in dict.fromkeys((*self._slots(), *names)) if it.isidentifier()]

    def has_builtins(self, *names: str) -> bool:
        """Whether `names` mean Python's own there."""
        local = self.local_names()
        return not any(it in self.globals or it in local for it in names)

    def unbound(self, values: Mapping[str, object]) -> list[str]:
        """Return the local names that `values`, which are this place's own, leave out."""
        return [it for it in self._slots() if it not in values]

    def stored_globally(self) -> list[str]:
        """Return the names that a function has declared global, and binds."""
        return stored_globally(self.frame.f_code) if self.frame and self.is_function else []

    def class_of_method(self) -> type | None:
        """Return the class in whose body a method was written, if it can be found: `super` asks for it."""
        code = self.code
        if code is None or not code.co_argcount:
            return None
        first = self.own().get(code.co_varnames[0])
        for base in (*mro(type(first)), *(mro(first) if is_instance(first, type) else ())):
            for entry in list(class_dict(base).values()):
                function: object = entry
                if type(entry) is property:
                    function = entry.fget
                elif type(entry) is classmethod or type(entry) is staticmethod:
                    function = entry.__func__
                if type(function) is FunctionType and function.__code__ is code:
                    return base
        return None

    def _slots(self) -> list[str]:
        """Return a function's variables, without those that only its comprehensions have at other times."""
        if self.frame is None or not self.is_function:
            return []
        code = self.frame.f_code
        names = dict.fromkeys((*code.co_varnames, *code.co_cellvars, *code.co_freevars))
        inlined = inlined_names(code) if sys.version_info >= (3, 12) else ()
        return [it for it in names if it not in inlined]

    def own(self) -> dict[str, object]:
        """Return the bound names that are local and not global, in the order of the code.

        Those that evaluation added come last.
        """
        frame = self.frame
        if frame is None or self.is_global:
            return self.inner
        found = _plain(frame.f_locals)
        if not has_slots(frame.f_code):
            return {**_enclosing(frame), **found}
        code = frame.f_code
        known = [*code.co_varnames, *code.co_cellvars, *code.co_freevars]
        return {it: found[it] for it in dict.fromkeys((*known, *found)) if it in found}

    def locals(self) -> dict[str, object]:
        """Return what `locals()` would: at the level of a cell, the globals too."""
        return {**self.inner, **_plain(self.globals), **self.inner} if self.is_global else self.own()

    def bind(self, changes: Mapping[str, object], unbound: Iterable[str] = ()) -> None:
        """Bind and unbind local names. Raises InspectionError where this Python cannot."""
        frame, gone = self.frame, list(unbound)
        if frame is None or self.is_global:
            self._bind_globally(changes, gone)
        elif not has_slots(frame.f_code):
            for name, value in changes.items():
                frame.f_locals[name] = value
            for name in gone:
                del frame.f_locals[name]
        else:
            _bind_slots(frame, changes, gone)

    def _bind_globally(self, changes: Mapping[str, object], gone: list[str]) -> None:
        stuck = [it for it in (*changes, *gone) if it in self.inner]
        self.globals.update({it: value for it, value in changes.items() if it not in stuck})
        for name in gone:
            if name not in stuck:
                self.globals.pop(name, None)
        if stuck:
            raise InspectionError(f"{', '.join(stuck)} of a running comprehension cannot be set")


@begins_unbroken
def settle(frame: FrameType) -> None:
    """Make what was bound in `frame` last. Call it as the last thing before a trace function returns.

    Up to 3.12 the interpreter then writes the locals back from a dictionary (`call_trampoline`), also over
    what another thread has set in a closure since that was filled; reading fills it anew. No thread comes
    by between the reading and the writing.
    """
    if not PROXIED:
        _ = frame.f_locals


def has_slots(code: CodeType) -> bool:
    """Whether it is a function's code: no cell's, no script's, no class body's."""
    return bool(code.co_flags & _OPTIMIZED)


def _plain(names: Mapping[str, object]) -> dict[str, object]:
    for _ in range(5):
        try:
            found = dict(names)
            break
        except RuntimeError:  # another thread added a name meanwhile
            continue
    else:
        found = {}
    return {it: value for it, value in found.items() if type(it) is str and value is not _UNBOUND}


def _enclosing(frame: FrameType) -> dict[str, object]:
    """Return what a class body sees of the function around it: its frame does not hold that."""
    free = frame.f_code.co_freevars
    if not free or frame.f_back is None:
        return {}
    around = frame.f_back.f_locals
    return {it: around[it] for it in free if it in around}


def _of_comprehension(frame: FrameType) -> dict[str, object]:
    """Return the names of the comprehension that runs in a cell's own frame, if one does."""
    code = frame.f_code
    hidden = {*code.co_varnames, *code.co_cellvars}
    if code.co_name != "<module>" or not hidden or frame.f_locals is frame.f_globals:
        return {}
    found = _plain(frame.f_locals)
    if any(it not in frame.f_globals for it in found if it not in hidden):
        return {}  # run with locals of its own
    return {it: value for it, value in found.items() if it in hidden}


def _bind_slots(frame: FrameType, changes: Mapping[str, object], gone: list[str]) -> None:
    code = frame.f_code
    slots = {*code.co_varnames, *code.co_cellvars, *code.co_freevars}
    # From 3.12 on compiled code relies on it that a bound local stays bound.
    stuck = [it for it in gone if it in slots] if sys.version_info >= (3, 12) else []
    clears = 1 if slots.intersection(gone) and not stuck else 0
    if PROXIED:
        names = frame.f_locals
        for name, value in changes.items():
            names[name] = value
        for name in gone:
            if name not in slots:
                names[name] = _UNBOUND
    else:
        names = frame.f_locals
        names.update(changes)
        for name in gone:
            if name not in stuck:
                names.pop(name, None)
        # Nothing may come between: reading `f_locals` again would undo the above.
        ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(frame), ctypes.c_int(clears))
    if stuck:
        raise InspectionError(f"this Python cannot unbind {', '.join(stuck)} while its function runs")
