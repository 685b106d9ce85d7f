"""Look at any object without running its code: its class, its class's attributes, its own dictionary.

Classes and metaclasses may lie: `__class__`, `__name__`, `__mro__`, `__dict__` can be anything. What
is read here comes from the slots of `type` itself. Knows nothing of how values are shown.
"""

import sys
from collections.abc import Mapping
from types import GetSetDescriptorType, MappingProxyType, MemberDescriptorType
from typing import TypeGuard, TypeVar

from .raised import PASS_ON
from .text import clean

_T = TypeVar("_T")
_mro = type.__dict__["__mro__"].__get__
_dict = type.__dict__["__dict__"].__get__
_qualname = type.__dict__["__qualname__"].__get__
_name = type.__dict__["__name__"].__get__
_module = type.__dict__["__module__"].__get__

NOTHING = object()  # no such attribute: None may be one


def mro(cls: type) -> tuple[type, ...]:
    found: tuple[type, ...] = _mro(cls)
    return found


def class_dict(cls: type) -> MappingProxyType[str, object]:
    found: MappingProxyType[str, object] = _dict(cls)
    return found


def qualname(cls: type) -> str:
    """Return the class's name with the classes around it, without the functions around it."""
    return clean(str.__str__(_qualname(cls)).rpartition("<locals>.")[2])


def name(cls: type) -> str:
    """Return the class's name alone, as most reprs of Python's own have it."""
    return clean(str.__str__(_name(cls)))


def whole_qualname(cls: type) -> str:
    """Return the class's name with the classes and functions around it, as a dataclass's repr has it."""
    return clean(str.__str__(_qualname(cls)))


def module(cls: type) -> str:
    """Return the name of the class's module, "" when it has none or lies about it."""
    try:
        found = _module(cls)
    except PASS_ON:
        raise
    except BaseException:  # anything may be stored as a class's `__module__`
        return ""
    return clean(found) if type(found) is str else ""


def full_name(cls: type) -> str:
    """Return module and name, without "builtins" and "__main__"."""
    where = module(cls)
    return qualname(cls) if where in ("", "builtins", "__main__") else f"{where}.{qualname(cls)}"


def is_one_of(cls: type, classes: tuple[type, ...]) -> bool:
    """Whether `cls` is itself among `classes`: `in` would ask its metaclass whether it is equal."""
    return any(cls is it for it in classes)


def type_name(value: object) -> str:
    return qualname(type(value))


def lookup(cls: type, name: str) -> object:
    """Return what the class has under `name`, unbound, or NOTHING."""
    for base in _mro(cls):
        found = _dict(base)
        if name in found:
            return found[name]
    return NOTHING


def instance_dict(value: object) -> Mapping[str, object] | None:
    """Return the object's own dictionary; None when it has none that can be had without running code."""
    if issubclass(type(value), type):
        found: Mapping[str, object] = _dict(value)
        return found
    for base in _mro(type(value)):
        descriptor = _dict(base).get("__dict__")
        if type(descriptor) in (GetSetDescriptorType, MemberDescriptorType):  # a module's is a member
            try:
                held: object = descriptor.__get__(value)
            except AttributeError:
                return None
            return held if issubclass(type(held), dict) else None  # type: ignore[return-value]
    return None


def attribute(value: object, name: str) -> object:
    """Return an attribute that can be had without running code, else NOTHING."""
    held = instance_dict(value)
    if held is not None and name in held:
        return held[name]
    found = lookup(type(value), name)
    if type(found) is MemberDescriptorType:
        try:
            return found.__get__(value)
        except AttributeError:
            return NOTHING
    return found


def attributes(values: Mapping[str, object]) -> dict[str, object]:
    """Return a copy with only names for keys; empty while another thread keeps changing it."""
    for _ in range(5):
        try:
            copy = dict.copy(values) if issubclass(type(values), dict) else dict(values)  # type: ignore[arg-type]
        except RuntimeError:
            continue
        return {it: value for it, value in copy.items() if type(it) is str}
    return {}


def is_instance(value: object, cls: type[_T]) -> TypeGuard[_T]:
    """Whether the value is of `cls`: `isinstance` would ask the value's own `__class__`, too."""
    return issubclass(type(value), cls)


def is_a(value: object, module_name: str, class_name: str) -> bool:
    """Whether the value is of a class of a module, if that module is imported; imports nothing."""
    found = sys.modules.get(module_name)
    cls = None if found is None else vars(found).get(class_name)
    return issubclass(type(cls), type) and issubclass(type(value), cls)  # type: ignore[arg-type]
