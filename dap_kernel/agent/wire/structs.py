"""Classes that hold values: dataclasses, without what those cost at every start, here and in the server.

`dataclass` takes some milliseconds to load and a third of one for each class; most classes of the wire are
not needed before the first stop. So `__init__` is made when the first instance is, and what msgspec reads of
a dataclass when it asks. Who is frozen is so for the type checker.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")
_MISSING: Any = object()


class _Made:
    """Stands in a class for a default that each instance gets one of its own of."""

    def __init__(self, factory: Callable[[], object]) -> None:
        self.factory = factory


def field(*, default_factory: Callable[[], T]) -> T:
    """Return the default of a field that is made anew for each instance."""
    return _Made(default_factory)  # type: ignore[return-value]


class _ForMsgspec:
    """`__dataclass_fields__` of a class: what msgspec, in the server, knows a dataclass by."""

    def __get__(self, instance: object, kind: "type[AnyStruct]") -> dict[str, Any]:
        import dataclasses  # in the server alone

        found: dict[str, Any] = {}
        for name, type_ in kind.__annotations__.items():
            factory = kind._factories.get(name)
            if factory is not None:
                made: Any = dataclasses.field(default_factory=factory)
            else:
                made = dataclasses.field(default=vars(kind).get(name, dataclasses.MISSING))
            made.name, made.type, made._field_type = name, type_, dataclasses._FIELD  # type: ignore[attr-defined]
            found[name] = made
        kind.__dataclass_fields__ = found  # type: ignore[assignment]
        return found


class AnyStruct:
    """What both kinds have in common. Fields are the annotations of the class itself."""

    __dataclass_fields__ = _ForMsgspec()
    __match_args__: tuple[str, ...] = ()
    _factories: Mapping[str, Callable[[], object]] = {}

    def __init_subclass__(cls) -> None:
        made = {name: it.factory for name, it in vars(cls).items() if isinstance(it, _Made)}
        for name in made:  # msgspec takes what a class has for the instance's
            delattr(cls, name)
        cls._factories = made
        cls.__match_args__ = tuple(cls.__annotations__)  # type: ignore[misc]  # it is for `match` alone

    def __init__(self, *values: object, **named: object) -> None:
        kind = type(self)
        kind.__init__ = _make_init(kind)  # type: ignore[method-assign]
        self.__init__(*values, **named)  # type: ignore[misc]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={it!r}' for name, it in vars(self).items())})"


@dataclass_transform(eq_default=False, field_specifiers=(field,))
class Struct(AnyStruct):
    """Equal to itself alone."""


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class FrozenStruct(AnyStruct):
    """One that is never changed, and equal to what has equal fields."""

    def __eq__(self, other: object) -> bool:
        return vars(self) == vars(other) if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(vars(self).values()))


def replace(value: T, **changes: object) -> T:
    """Return one of the same class with the same fields but for `changes`."""
    return type(value)(**{**vars(value), **changes})


def _make_init(kind: type[AnyStruct]) -> Callable[..., None]:
    """Return the `__init__` that `dataclass` would make."""
    scope: dict[str, Any] = {"__builtins__": {}, "_MISSING": _MISSING}
    parameters, body = ["self"], []
    for name in kind.__annotations__:
        if name in kind._factories:
            scope[f"_make_{name}"] = kind._factories[name]
            parameters.append(f"{name}=_MISSING")
            body.append(f" if {name} is _MISSING:\n  {name} = _make_{name}()\n")
        elif name in vars(kind):
            scope[f"_default_{name}"] = vars(kind)[name]
            parameters.append(f"{name}=_default_{name}")
        else:
            parameters.append(name)
        body.append(f" self.{name} = {name}\n")
    exec(f"def __init__({', '.join(parameters)}):\n{''.join(body) or ' pass'}", scope)
    made: Callable[..., None] = scope["__init__"]
    return made
