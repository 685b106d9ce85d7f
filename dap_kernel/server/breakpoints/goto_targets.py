"""Where `goto` can go: what `gotoTargets` has offered. Knows no thread."""

import msgspec

from ..errors import DapError
from ..texts.sources import CodeLine


class GotoTargets(msgspec.Struct):
    """The targets offered so far; an id is never used again."""

    _places: dict[int, CodeLine] = msgspec.field(default_factory=dict)

    def offer(self, place: CodeLine) -> int:
        """Return the id of a new target."""
        id = len(self._places) + 1
        self._places[id] = place
        return id

    def target(self, id: int) -> CodeLine:
        """Return what was offered as `id`. Raises DapError."""
        try:
            return self._places[id]
        except KeyError:
            raise DapError(f"there is no goto target {id}") from None
