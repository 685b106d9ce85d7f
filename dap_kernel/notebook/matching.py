"""Which cell of an edited notebook is which of the one before: by its name, equal text, likeness in order.

Near linear: only neighbours between cells that are certain are compared.
"""

import re
from collections import defaultdict, deque
from collections.abc import Iterator

from msgspec.structs import replace

from .cells import Cell, Notebook
from .format_traits import Format
from .source.text import Unique

_WORD = re.compile(r"\w+|[^\w\s]")
_LIKE = 0.5  # share of words in common from which two texts are versions of one
_SURE = 0.9  # the same, without looking further
_AHEAD = 8  # how many old cells a new one is compared with


def match(old: Notebook, new: Notebook, known: dict[int, str] | None = None) -> Notebook:
    """Return `new` with each cell called as it was in `old`. A new one gets an id of its own.

    `known`: ids of cells of `old` that are known to be the cells of `new` with these indexes.
    """
    pairs = _told(old, known or {})  # index in new: index in old
    is_named = new.format is Format.JUPYTER and _has_anchors(old) and _has_anchors(new)  # no edit changes ids
    _by_anchor(old.cells, new.cells, pairs)
    _by_text(old.cells, new.cells, pairs)
    _by_likeness(old.cells, new.cells, pairs, is_named)
    _by_place(old.cells, new.cells, pairs, is_named)
    ids = Unique(cell.id for cell in old.cells)
    cells = []
    for index, cell in enumerate(new.cells):
        id = old.cells[pairs[index]].id if index in pairs else ids.reserve_name(cell.id)
        cells.append(cell if id == cell.id else replace(cell, id=id))
    return replace(new, cells=tuple(cells))


def _told(old: Notebook, known: dict[int, str]) -> dict[int, int]:
    indexes = {cell.id: index for index, cell in enumerate(old.cells)}
    return {new: indexes[id] for new, id in known.items() if id in indexes}


def _has_anchors(notebook: Notebook) -> bool:
    return any(cell.anchor is not None for cell in notebook.cells)


def _by_anchor(old: tuple[Cell, ...], new: tuple[Cell, ...], pairs: dict[int, int]) -> None:
    used = set(pairs.values())
    known: dict[str, deque[int]] = defaultdict(deque)
    for index, cell in enumerate(old):
        if cell.anchor is not None and index not in used:
            known[cell.anchor].append(index)
    for index, cell in enumerate(new):
        if index not in pairs and cell.anchor is not None and known.get(cell.anchor):
            pairs[index] = known[cell.anchor].popleft()


def _by_text(old: tuple[Cell, ...], new: tuple[Cell, ...], pairs: dict[int, int]) -> None:
    """Pair cells of equal kind and text, the first with the first, if there is any text."""
    used = set(pairs.values())
    known: dict[tuple[str, str], deque[int]] = defaultdict(deque)
    for index, cell in enumerate(old):
        if index not in used and cell.source.strip():
            known[cell.kind, cell.source].append(index)
    for index, cell in enumerate(new):
        if index not in pairs and (candidates := known.get((cell.kind, cell.source))):
            pairs[index] = candidates.popleft()


def _by_likeness(old: tuple[Cell, ...], new: tuple[Cell, ...], pairs: dict[int, int], is_named: bool) -> None:
    for all_olds, all_news in list(_gaps(len(old), len(new), pairs)):
        olds, news = _unnamed(old, all_olds, is_named), _unnamed(new, all_news, is_named)
        if not olds or len(olds) == len(news) == 1:
            continue
        words = [_words(old[a]) for a in olds]
        first = 0
        for b in news:
            found = _most_alike(_words(new[b]), words[first : first + _AHEAD])
            if found is not None:
                pairs[b] = olds[first + found]
                first += found + 1


def _by_place(old: tuple[Cell, ...], new: tuple[Cell, ...], pairs: dict[int, int], is_named: bool) -> None:
    """Pair what is left where as many cells went as came: they were edited in place, however much."""
    for all_olds, all_news in list(_gaps(len(old), len(new), pairs)):
        olds, news = _unnamed(old, all_olds, is_named), _unnamed(new, all_news, is_named)
        if len(olds) == len(news):
            pairs.update((b, a) for a, b in zip(olds, news, strict=True) if old[a].kind == new[b].kind)


def _unnamed(cells: tuple[Cell, ...], some: list[int], is_named: bool) -> list[int]:
    """Return those of `some` that may be a cell of another name: all, where names change."""
    return [it for it in some if cells[it].anchor is None] if is_named else some


def _gaps(olds: int, news: int, pairs: dict[int, int]) -> Iterator[tuple[list[int], list[int]]]:
    """Yield the cells left over, old and new, between each two neighbours in both that are paired."""
    backwards = {a: b for b, a in pairs.items()}
    left: dict[int, list[int]] = defaultdict(list)  # by the old cell that is paired and comes before
    before = -1
    for a in range(olds):
        if a in backwards:
            before = a
        else:
            left[before].append(a)
    gap: list[int] = []
    before = -1
    for b in range(news):
        if b in pairs:
            if gap:
                yield left.pop(before, []), gap
            before, gap = pairs[b], []
        else:
            gap.append(b)
    if gap:
        yield left.pop(before, []), gap


def _words(cell: Cell) -> frozenset[str]:
    """Return the words of a cell, each with its kind: cells of two kinds have none in common."""
    return frozenset(f"{cell.kind} {word}" for word in _WORD.findall(cell.source) or ("",))


def _most_alike(words: frozenset[str], candidates: list[frozenset[str]]) -> int | None:
    """Return which of `candidates` has most words in common with `words`, if it is enough."""
    best, found = _LIKE, None
    for index, candidate in enumerate(candidates):
        total = len(words) + len(candidate)
        likeness = 2 * len(words & candidate) / total if total else 0.0
        if likeness >= _SURE:
            return index
        if likeness > best or (likeness == best and found is None):
            best, found = likeness, index
    return found
