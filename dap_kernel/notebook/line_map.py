"""Which line of a text is which line of another. Knows nothing of what the texts are."""


def line_map(old: str, new: str) -> dict[int, int]:
    """Return, for each line of `old` that is unchanged in `new`, where it is there."""
    one, two = old.split("\n"), new.split("\n")
    if old == new:
        return {line: line for line in range(1, len(one) + 1)}
    head = _common(one, two)
    tail = _common(one[head:][::-1], two[head:][::-1])
    lines = {line: line for line in range(1, head + 1)}
    lines |= {len(one) - back: len(two) - back for back in range(tail)}
    middle, other = one[head : len(one) - tail], two[head : len(two) - tail]
    if middle and other:
        from difflib import SequenceMatcher

        matcher = SequenceMatcher(None, middle, other, autojunk=len(middle) > 2000)
        for block in matcher.get_matching_blocks():
            for step in range(block.size):
                lines[head + block.a + step + 1] = head + block.b + step + 1
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


def _common(one: list[str], two: list[str]) -> int:
    """Return how many lines two texts have in common at their beginnings."""
    count = 0
    for a, b in zip(one, two, strict=False):
        if a != b:
            break
        count += 1
    return count
