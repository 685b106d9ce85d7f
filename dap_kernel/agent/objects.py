"""The attributes of any object: its own, its slots, its class's, found without running its code.

Properties are not run: such an item runs its property when it is expanded. Names with two
underscores, functions and classes stand in groups, as debugpy has them. Knows no containers.
"""

import sys
from collections.abc import Iterator
from types import (
    BuiltinFunctionType,
    ClassMethodDescriptorType,
    FunctionType,
    GetSetDescriptorType,
    MemberDescriptorType,
    MethodDescriptorType,
    MethodType,
    ModuleType,
    WrapperDescriptorType,
)
from typing import Any
from weakref import ReferenceType

from .bindings import Place
from .items import Children, Item, group
from .safely import (
    NOTHING,
    PASS_ON,
    attributes,
    class_dict,
    described,
    instance_dict,
    lookup,
    module,
    mro,
)

FUNCTIONS = (
    FunctionType,
    BuiltinFunctionType,
    MethodType,
    classmethod,
    staticmethod,
    ClassMethodDescriptorType,
    MethodDescriptorType,
    WrapperDescriptorType,
)
_SKIPPED = {"__dict__", "__weakref__", "__builtins__", "__abstractmethods__"}
_REFERENT = "()"  # what a weak reference refers to
_PROMOTED = {"__cause__", "__context__", "__notes__"}  # of exceptions


class Attributes(Children):
    """The attributes of one object."""

    def __init__(self, value: Any, path: str | None, place: Place) -> None:
        super().__init__(place)
        self._value = value
        self._path = path  # to which `.x` can be appended

    def named(self, stop: int) -> list[Item]:
        plain: list[Item] = []
        special: list[Item] = []
        functions: list[Item] = []
        classes: list[Item] = []
        for item in self._items():
            value = item.value
            if item.name == _REFERENT:
                plain.append(item)
            elif is_dunder(item.name):
                promoted = item.name in _PROMOTED and value is not None and _is_exception(self._value)
                (plain if promoted else special).append(item)
            elif issubclass(type(value), FUNCTIONS):
                functions.append(item)
            elif issubclass(type(value), type):
                classes.append(item)
            else:
                plain.append(item)
        return [
            *group("special variables", special, self),
            *group("function variables", functions, self),
            *group("class variables", classes, self),
            *plain,
        ]

    def assign(self, name: str, value: object) -> None:
        setattr(self._value, name, value)

    def _items(self) -> Iterator[Item]:
        is_class = issubclass(type(self._value), type)
        seen = set(_SKIPPED)
        held = instance_dict(self._value)
        for name, value in attributes(held).items() if held is not None else ():
            if name not in seen:
                seen.add(name)
                yield Item(name, value, self._path_of(name))
        if issubclass(type(self._value), ReferenceType):
            yield Item(_REFERENT, ReferenceType.__call__(self._value), self._path and self._path + "()")
        if issubclass(type(self._value), ModuleType):
            return
        for base in mro(self._value if is_class else type(self._value)):
            if base is object:
                continue
            for name, entry in list(class_dict(base).items()):
                if type(name) is str and name not in seen:
                    seen.add(name)
                    item = self._raw(name, entry) if is_class else self._of_class(name, entry, base)
                    if item is not None:
                        yield item

    def _raw(self, name: str, entry: object) -> Item:
        return Item(name, entry, self._path_of(name))

    def _of_class(self, name: str, entry: Any, base: type) -> Item | None:
        """Return the item for what an object's class has under `name`; None for an empty slot."""
        kind = type(entry)
        is_ours = module(base).partition(".")[0] in sys.stdlib_module_names
        if kind is MemberDescriptorType or (kind is GetSetDescriptorType and is_ours):
            try:
                return Item(name, entry.__get__(self._value), self._path_of(name))
            except PASS_ON:
                raise
            except BaseException as error:
                if isinstance(error, AttributeError):
                    return None
                return Item(name, NOTHING, self._path_of(name), text=f"<{described(error)}>", type="")
        if issubclass(kind, FUNCTIONS) or issubclass(kind, type) or lookup(kind, "__get__") is NOTHING:
            return self._raw(name, entry)
        path = self._path_of(name)
        lazy = Lazy(self._value, name, path, self.place)
        return Item(name, NOTHING, path, "property", ("hasSideEffects",), lazy, "property", "property")

    def _path_of(self, name: str) -> str | None:
        if self._path is None:
            return None
        return f"{self._path}.{name}" if name.isidentifier() else f"getattr({self._path}, {name!r})"


class Lazy(Children):
    """A property: it runs when it is looked into."""

    def __init__(self, value: object, name: str, path: str | None, place: Place) -> None:
        super().__init__(place)
        self._value = value
        self._name = name
        self._path = path

    def names(self) -> int:
        return 1

    def named(self, stop: int) -> list[Item]:
        try:
            value = getattr(self._value, self._name)
        except PASS_ON:
            raise
        except BaseException as error:
            return [Item(self._name, NOTHING, self._path, text=f"<{described(error)}>", type="")]
        return [Item(self._name, value, self._path)]

    def assign(self, name: str, value: object) -> None:
        setattr(self._value, name, value)


def is_dunder(name: str) -> bool:
    return len(name) > 4 and name.startswith("__") and name.endswith("__")


def _is_exception(value: object) -> bool:
    return issubclass(type(value), BaseException)
