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

from ..common.errors import described
from ..common.object_access import NOTHING, attributes, class_dict, instance_dict, lookup, module, mro
from ..common.raised import PASS_ON
from ..evaluate.bindings import Bindings
from .items import Children, Item, attribute_path, group

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
_GETTERS = (object.__getattribute__, type.__dict__["__getattribute__"], ModuleType.__getattribute__)
_SKIPPED = {"__dict__", "__weakref__", "__builtins__", "__abstractmethods__"}
_REFERENT = "()"  # what a weak reference refers to
_PROMOTED = {"__cause__", "__context__", "__notes__"}  # of exceptions


class Attributes(Children):
    """The attributes of one object."""

    def __init__(self, value: Any, path: str | None, place: Bindings) -> None:
        super().__init__(place)
        self._value = value
        self._path = path  # to which `.x` can be appended

    def named(self, stop: int) -> list[Item]:
        """Return the groups of special, function and class variables that are not empty, then the others.

        `stop` is not looked at: all attributes are returned.
        """
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
        held = instance_dict(self._value) if not is_class else None
        for name, value in attributes(held).items() if held is not None else ():
            if name not in seen:
                seen.add(name)
                yield Item(name, value, self._path_of_own(name))
        if issubclass(type(self._value), ReferenceType):
            yield Item(_REFERENT, ReferenceType.__call__(self._value), self._path and self._path + "()")
        if issubclass(type(self._value), ModuleType):
            return
        for at, base in enumerate(mro(self._value if is_class else type(self._value))):
            if base is object:
                continue
            for name, entry in list(class_dict(base).items()):
                if type(name) is str and name not in seen:
                    seen.add(name)
                    path = self._path_of_entry(name, entry, at, is_class)
                    item = Item(name, entry, path) if is_class else self._of_class(name, entry, base, path)
                    if item is not None:
                        yield item

    def _of_class(self, name: str, entry: Any, base: type, path: str | None) -> Item | None:
        """Return the item for what an object's class has under `name`; None for an empty slot."""
        kind = type(entry)
        is_ours = module(base).partition(".")[0] in sys.stdlib_module_names
        if kind is MemberDescriptorType or (kind is GetSetDescriptorType and is_ours):
            path = self._path_of(name)
            try:
                return Item(name, entry.__get__(self._value), path)
            except PASS_ON:
                raise
            except BaseException as error:
                if issubclass(type(error), AttributeError):
                    return None
                return Item(name, NOTHING, path, text=f"<{described(error)}>", type="")
        if issubclass(kind, FUNCTIONS) or issubclass(kind, type) or lookup(kind, "__get__") is NOTHING:
            return Item(name, entry, path)
        path = self._path_of(name)
        lazy = Lazy(self._value, name, path, self.place)
        return Item(name, NOTHING, path, "property", ("hasSideEffects",), lazy, "property", "property")

    def _path_of(self, name: str) -> str | None:
        """Return the expression that gets an attribute, whatever it is."""
        return None if self._path is None else attribute_path(self._path, name, self.place)

    def _path_of_own(self, name: str) -> str | None:
        """Return the expression for what is in the object's own dictionary: the class may come first."""
        cls = type(self._value)
        if lookup(cls, "__getattribute__") not in _GETTERS:
            return None
        found = lookup(cls, name)
        if found is NOTHING or lookup(type(found), "__set__") is NOTHING:
            return self._path_of(name)
        return self._path and f"{self._path}.__dict__[{name!r}]"

    def _path_of_entry(self, name: str, entry: object, at: int, is_class: bool) -> str | None:
        """Return the expression for what the class `at` this place of the order of classes has.

        An attribute may be another thing than that: what a descriptor gives, or the metaclass.
        """
        if self._path is None:
            return None
        kind, cls = type(entry), type(self._value)
        if lookup(kind, "__get__") is NOTHING or (is_class and kind in (FunctionType, property)):
            is_plain = lookup(cls, "__getattribute__") in _GETTERS
            if is_plain and not (is_class and lookup(cls, name) is not NOTHING):
                return self._path_of(name)
        if not is_class and not self.place.has_builtins("type"):
            return None
        owner = self._path if is_class else f"type({self._path})"
        if not is_class and kind is FunctionType and lookup(type(cls), name) is NOTHING:
            return attribute_path(owner, name, self.place)
        return f"{owner}.__mro__[{at}].__dict__[{name!r}]"


class Lazy(Children):
    """A property: it runs when it is looked into."""

    def __init__(self, value: object, name: str, path: str | None, place: Bindings) -> None:
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
