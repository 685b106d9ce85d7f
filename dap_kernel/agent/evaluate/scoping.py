"""Whose the names of a function are, as far as its bytecode tells more than its lists of names. Pure."""

from collections.abc import Iterator
from functools import lru_cache
from opcode import EXTENDED_ARG, opname
from types import CodeType

_Range = tuple[tuple[int, int], tuple[int, int]]  # line and column of begin and end


@lru_cache(64)
def stored_globally(code: CodeType) -> list[str]:
    """Return the names that a function has declared global, and binds."""
    found = [
        argument for name, argument, _ in _instructions(code) if name in ("STORE_GLOBAL", "DELETE_GLOBAL")
    ]
    return list(dict.fromkeys(code.co_names[it] for it in found))


@lru_cache(64)
def inlined_names(code: CodeType) -> frozenset[str]:
    """Return the names that only comprehensions bind which a function runs in its own frame (PEP 709).

    The function itself has no such variable: elsewhere the name means a global one, or none.
    """
    slots = [*dict.fromkeys((*code.co_varnames, *code.co_cellvars)), *code.co_freevars]
    cleared: dict[str, list[_Range]] = {}
    stores: list[tuple[str, _Range | None]] = []
    for name, argument, where in _instructions(code):
        if name == "LOAD_FAST_AND_CLEAR" and where is not None:
            cleared.setdefault(slots[argument], []).append(where)
        elif name in ("STORE_FAST", "STORE_DEREF", "STORE_FAST_MAYBE_NULL"):
            stores.append((slots[argument], where))
        elif name == "STORE_FAST_STORE_FAST":
            stores += [(slots[it], where) for it in (argument >> 4, argument & 15)]
        elif name == "STORE_FAST_LOAD_FAST":
            stores.append((slots[argument >> 4], where))
    count = code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & 4) + bool(code.co_flags & 8)
    real = {it for it, where in stores if it in cleared and not _is_in(where, cleared[it])}
    return frozenset(cleared) - real - {*code.co_varnames[:count], *code.co_freevars}


def _is_in(where: _Range | None, ranges: list[_Range]) -> bool:
    return where is not None and any(begin <= where[0] and where[1] <= end for begin, end in ranges)


def _instructions(code: CodeType) -> Iterator[tuple[str, int, _Range | None]]:
    raw, argument = code.co_code, 0
    for at, (line, end, column, end_column) in enumerate(code.co_positions()):
        operation = raw[2 * at]
        argument = argument << 8 | raw[2 * at + 1]
        if operation != EXTENDED_ARG:
            if line is None or end is None or column is None or end_column is None:
                where = None
            else:
                where = (line, column), (end, end_column)
            yield opname[operation], argument, where
            argument = 0
