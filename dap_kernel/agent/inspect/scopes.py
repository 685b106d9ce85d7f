"""The names that a frame sees, as scopes: locals first, then the globals of its notebook or module.

At the level of a cell the locals are the notebook's names, and there is no other scope.
Knows nothing of how values are shown.
"""

from collections.abc import Collection
from keyword import iskeyword
from types import ModuleType

from ..common.private_names import prefix_of, shown, split_private
from ..evaluate.bindings import Bindings, InspectionError
from .items import Children, Item, group, is_mangled
from .objects import FUNCTIONS, is_dunder


class Names(Children):
    """The local or the global names of a place. `first` are items shown before them."""

    def __init__(
        self, place: Bindings, is_global: bool, hidden: Collection[str], first: list[Item] | None = None
    ) -> None:
        super().__init__(place)
        self._is_global = is_global
        self._hidden = hidden
        self._first = first or []
        self._stored: dict[str, str] = {}  # by shown name

    def named(self, stop: int) -> list[Item]:
        """Return the names as items, those of each kind together: plain variables first, then the groups.

        Locals have the group "special variables" alone, globals have groups of functions, classes and modules
        and no special names. `stop` is not looked at: all names are returned.
        """
        names = self.items()
        special = [it for it in names if is_dunder(it.name)]
        rest = [it for it in names if not is_dunder(it.name)]
        if not self._is_global:
            return [*self._first, *rest, *group("special variables", special, self)]
        functions = [it for it in rest if issubclass(type(it.value), FUNCTIONS)]
        classes = [it for it in rest if issubclass(type(it.value), type)]
        modules = [it for it in rest if issubclass(type(it.value), ModuleType)]
        apart = {it.name for it in (*functions, *classes, *modules)}
        return [
            *self._first,
            *(it for it in rest if it.name not in apart),
            *group("function variables", functions, self),
            *group("class variables", classes, self),
            *group("imported modules", modules, self),
        ]

    def assign(self, name: str, value: object) -> None:
        """Bind the name that was shown as `name`, in the globals or in the frame's locals.

        Raises InspectionError for an item that is no name, and where this Python cannot bind it.
        """
        if any(it.name == name for it in self._first):
            raise InspectionError(f"{name} cannot be assigned to")
        name = self._stored.get(name, name)
        if not name.isidentifier():
            raise InspectionError(f"{name} is no name")
        if self._is_global and name not in self.place.inner:
            self.place.globals[name] = value
        else:
            self.place.bind({name: value})

    def items(self) -> list[Item]:
        """Return one item for each name that is bound now, in the order of the code, without groups.

        It also keeps which name is stored under which shown one: `assign` needs it.
        """
        place = self.place
        values = (
            place.locals()
            if place.is_global or not self._is_global
            else Bindings(None, place.globals).locals()
        )
        prefix = prefix_of(self.place.filename)
        items = []
        for name, value in values.items():
            # What stands there under no identifier is Python's or the kernel's.
            if not name.isidentifier() or (self._is_global and (name in self._hidden or is_dunder(name))):
                continue
            plain = shown(name, prefix) if self._is_global else name
            if plain == name and self._is_global and (private := split_private(name)) is not None:
                plain = f"{private[1]} ({private[0]})"  # of another cell
            self._stored[plain] = name
            items.append(Item(plain, value, self._path(name if "(" in plain else plain)))
        return items

    def _path(self, name: str) -> str | None:
        """Return the expression for a name: where that is another's, for the global one."""
        place = self.place
        is_local = place.is_global or not self._is_global
        if iskeyword(name) or (is_mangled(name) and "." in place.qualname):
            is_local = False
        elif self._is_global and not place.is_global:
            is_local = name not in place.local_names()
        if is_local:
            return name
        return f"globals()[{name!r}]" if self._is_global and place.has_builtins("globals") else None


def scopes(
    place: Bindings, hidden: Collection[str], first: list[Item]
) -> list[tuple[str, Children, bool, str]]:
    """Return name, children, whether it is expensive and DAP's hint of each scope."""
    if place.is_global:
        return [("Locals", Names(place, True, hidden, first), False, "locals")]
    return [
        ("Locals", Names(place, False, (), first), False, "locals"),
        ("Globals", Names(place, True, hidden), True, "globals"),
    ]
