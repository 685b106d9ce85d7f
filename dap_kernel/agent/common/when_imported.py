"""Call somebody when a module is imported, not before: nothing is loaded for it. Knows no module by name."""

import os
import sys
from _thread import get_ident
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from .errors import described

OnImport = Callable[[ModuleType], None]
Tell = Callable[[str], None]


def when_imported(name: str, call: OnImport, tell: Tell, folder: str | None = None) -> None:
    """Call `call` with the module `name`: now, or right after its import.

    What lies in `folder`, the first of `sys.path`, is not taken for something that the module imports.
    `tell` is told of an error that `call` raises: the module is not always what we take it for.
    """

    def try_call(module: ModuleType) -> None:
        try:
            call(module)
        except Exception as error:
            tell(f"{module.__name__} is left as it is: {described(error)}")

    module = sys.modules.get(name)
    if module is not None:
        try_call(module)
    else:
        sys.meta_path.insert(0, _Finder(name, try_call, folder))


class _Finder:
    """Takes itself away once its module is loaded: who only asks whether there is one loads nothing."""

    def __init__(self, name: str, call: OnImport, folder: str | None) -> None:
        self._name = name
        self._call = call
        self._folder = folder
        self._looking: set[int] = set()  # idents of the threads that are asking the other finders

    def find_spec(self, name: str, path: object, target: ModuleType | None = None) -> ModuleSpec | None:
        if name != self._name or (ident := get_ident()) in self._looking:
            return None
        self._looking.add(ident)
        try:
            spec = find_spec(name)
        finally:
            self._looking.discard(ident)
        if spec is not None and spec.loader is not None:
            is_within = self._folder is not None and str(spec.origin).startswith(self._folder + os.sep)
            spec.loader = _Loader(spec.loader, self._loaded, None if is_within else self._folder)  # type: ignore[assignment]
        return spec

    def _loaded(self, module: ModuleType) -> None:
        if self in sys.meta_path:
            sys.meta_path.remove(self)
            self._call(module)


class _Loader:
    """Loads as another loader does, then calls back; the module keeps no trace of it."""

    def __init__(self, loader: Any, call: OnImport, folder: str | None) -> None:
        self._loader = loader
        self._call = call
        self._folder = folder

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        spec.loader = self._loader
        try:
            made: ModuleType | None = self._loader.create_module(spec)
            return made
        finally:
            spec.loader = self  # type: ignore[assignment]

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        is_hidden = self._folder is not None and sys.path[:1] == [self._folder]
        del sys.path[:is_hidden]
        try:
            self._loader.exec_module(module)
            self._call(module)
        finally:
            sys.path[:0] = [str(self._folder)] * is_hidden
