"""Which line of a text is which line of another. Knows nothing of what the texts are."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

MOST_COMPARED = 100_000  # lines of one text times those of another, for difflib, which may take their square

Span = tuple[int, int]  # indexes of lines: the first, and the one after the last


def line_map(old: str, new: str) -> dict[int, int]:
    """Return, for each line of `old` that is unchanged in `new`, where it is there."""
    one, two = old.split("\n"), new.split("\n")
    if old == new:
        return {line: line for line in range(1, len(one) + 1)}
    lines: dict[int, int] = {}
    rest = _trimmed(one, two, (0, len(one)), (0, len(two)), lines)
    for old_part, new_part in _parts(one, two, *rest):
        _compare(one, two, *_trimmed(one, two, old_part, new_part, lines), lines)
    return lines


def nearest(lines: dict[int, int], line: int) -> int | None:
    """Return where a line was put that `lines`, a line map, does not have: it was edited where it stood.

    None: nothing new stands between its neighbours.
    """
    before = max((it for it in lines if it < line), default=0)
    after = min((it for it in lines if it > line), default=None)
    found = lines.get(before, 0) + line - before
    if after is not None:
        found = min(found, lines[after] - 1)
    return found if found > lines.get(before, 0) else None


def _trimmed(
    one: list[str], two: list[str], old: Span, new: Span, lines: dict[int, int]
) -> tuple[Span, Span]:
    """Add to `lines` what parts of two texts have in common at both ends; return what is between."""
    some, others = one[slice(*old)], two[slice(*new)]
    head = _common(some, others)
    tail = _common(some[head:][::-1], others[head:][::-1])
    lines |= {old[0] + step: new[0] + step for step in range(1, head + 1)}
    lines |= {old[1] - back: new[1] - back for back in range(tail)}
    return (old[0] + head, old[1] - tail), (new[0] + head, new[1] - tail)


def _parts(one: list[str], two: list[str], old: Span, new: Span) -> Iterator[tuple[Span, Span]]:
    """Yield parts to compare each by itself: all in one, or what lies between lines that are sure."""
    if (old[1] - old[0]) * (new[1] - new[0]) <= MOST_COMPARED:
        yield old, new
        return
    cuts = [(old[0], new[0]), *_sure(one, two, old, new), (old[1], new[1])]
    for (a, b), (next_a, next_b) in pairwise(cuts):
        yield (a, next_a), (b, next_b)


def _sure(one: list[str], two: list[str], old: Span, new: Span) -> list[tuple[int, int]]:
    """Return the lines that stand once in both texts, as many as are in one order: patience diff."""
    counts, others = Counter(one[slice(*old)]), Counter(two[slice(*new)])
    where = {two[at]: at for at in range(*new) if others[two[at]] == 1}
    ends: list[int] = []  # by length of a rising sequence: the least index in `two` that one ends with
    last: list[int] = []  # likewise: the index in `one`
    before: dict[int, int | None] = {}  # by index in `one`: what comes before it in its sequence
    for at in range(*old):
        if counts[one[at]] != 1 or one[at] not in where:
            continue
        length = bisect_left(ends, where[one[at]])
        before[at] = last[length - 1] if length else None
        ends[length : length + 1], last[length : length + 1] = [where[one[at]]], [at]
    found = []
    step = last[-1] if last else None
    while step is not None:
        found.append((step, where[one[step]]))
        step = before[step]
    return found[::-1]


def _compare(one: list[str], two: list[str], old: Span, new: Span, lines: dict[int, int]) -> None:
    """Add to `lines` which lines two parts have in common, unless that takes too long."""
    size = (old[1] - old[0]) * (new[1] - new[0])
    if not size or size > MOST_COMPARED:
        return
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(None, one[slice(*old)], two[slice(*new)], autojunk=False)
    for block in matcher.get_matching_blocks():
        for step in range(1, block.size + 1):
            lines[old[0] + block.a + step] = new[0] + block.b + step


def _common(one: list[str], two: list[str]) -> int:
    """Return how many lines two texts have in common at their beginnings."""
    count = 0
    for a, b in zip(one, two, strict=False):
        if a != b:
            break
        count += 1
    return count
