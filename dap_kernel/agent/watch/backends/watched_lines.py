"""The lines that have breakpoints, for trace functions: by file name, changed in place. Knows no thread.

They are changed without a lock: each change of a dictionary with ints for keys is one call of C
(`PyDict_Update`, `_PyDict_Pop`; checked with CPython 3.11.7, 3.12.1 and 3.13.0). Survived: breakpoints
change just when a thread has looked them up; it looks again until nothing has changed meanwhile.
Racing test: `test_breakpoints_that_change_just_when_a_thread_has_looked_them_up`.
"""

from types import CodeType

from ...debuggee.code_names import name_of
from ...wire.code_lines import is_deferred
from ..breakpoint_table import Points
from ..watch_list import WatchList


class WatchedLines:
    """On any thread. A change leaves what no longer holds for a moment, and never lacks what held and holds.

    What was set just now may be lacking until a thread that has looked before that looks again.
    """

    def __init__(self, watch_list: WatchList) -> None:
        self._list = watch_list
        self._lines: dict[str, Points] = {}  # by file name
        self._scanned: dict[int, tuple[CodeType, Points, bool]] = {}  # by id: whether it holds a breakpoint

    def of(self, filename: str) -> Points:
        """Return the lines of a file, brought up to date; the same dictionary each time."""
        lines = self._lines.setdefault(filename, {})
        while True:
            new = self._list.points_of(filename)
            lines.update(new or {})
            for line in set(lines).difference(new or ()):
                lines.pop(line, None)
            if new is self._list.points_of(filename):
                return lines

    def change(self, filename: str) -> None:
        """Bring the lines of a file up to date, if anybody has them."""
        if filename in self._lines:
            self.of(filename)

    def forget_codes(self) -> None:
        """Hold no code object for longer than until something changes."""
        self._scanned.clear()

    def release_code(self) -> None:
        """Hold neither code objects nor breakpoints, whose conditions know what they were last asked of."""
        for lines in list(self._lines.values()):
            lines.clear()
        self.forget_codes()

    def are_in(self, code: CodeType) -> bool:
        """Whether there is a breakpoint on a line of `code`."""
        points = self._list.points_of(name_of(code))
        if points is None:
            return False
        known = self._scanned.get(id(code))
        if known is None or known[0] is not code or known[1] is not points:
            known = self._scanned[id(code)] = (code, points, has_points(code, points))
        return known[2]


def has_points(code: CodeType, points: Points) -> bool:
    """Whether there is a breakpoint in `code`. Annotations leave it to the other code of their line."""
    return any(line in points for _, _, line in code.co_lines()) and not is_deferred(code)
