"""The world that a notebook's code finds itself in: `__main__`, `sys.argv`, `sys.path`.

Source: the data model's "__main__", and `runpy` for `python -m`. Knows nothing of running cells.
"""

import builtins
import linecache
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import find_spec
from os import fsdecode
from os.path import isfile
from types import ModuleType
from zipimport import zipimporter

from ..wire.messages import Start


def new_main() -> ModuleType:
    """Make a fresh `__main__`, whose dictionary is the notebook's namespace, and return it."""
    module = ModuleType("__main__")
    vars(module)["__builtins__"] = builtins
    sys.modules["__main__"] = module
    return module


def furnish(module: ModuleType, start: Start) -> None:
    """Give `__main__` and `sys` what the notebook's format promises."""
    sys.argv[:] = map(native, start.argv)
    _forget_boot_text()
    options = sys.orig_argv[: sys.orig_argv.index("-c")]
    program = start.argv[:1] if start.module is None else ["-m", start.module]
    sys.orig_argv[:] = [*options, *program, *start.argv[1:]]
    if start.path0 is not None and not sys.flags.safe_path:
        sys.path[0:1] = [native(start.path0)]  # `python -c` left "" there
    if not start.has_file:  # a worker process would execute the JSON if it had a __file__
        return
    if sys.version_info < (3, 14):  # from there on it would hide those that are evaluated when asked for
        vars(module).setdefault("__annotations__", {})
    if start.module is None:
        module.__file__ = native(start.notebook)
        if sys.version_info < (3, 15):
            vars(module)["__cached__"] = None
        module.__loader__ = _loader(start)
        if type(module.__loader__) is zipimporter:
            module.__spec__, module.__package__ = module.__loader__.find_spec("__main__"), ""


def native(path: str) -> str:
    """Return a path of the wire as this Python has paths: its encoding may be another than UTF-8."""
    return fsdecode(path.encode("utf-8", "surrogateescape"))


class NoFolder:
    """While it lasts, imports do not look into the notebook's folder: it may hold a `logging.py` of its own.

    What the kernel itself needs is imported so: Jupyter's and marimo's kernels import it before they put the
    folder on the path. Only for imports, since another thread of the program would look in vain meanwhile.
    """

    def __init__(self, folder: str | None) -> None:
        self._folder = None if folder is None else native(folder)
        self._place: int | None = None

    def __enter__(self) -> None:
        if self._folder is not None and self._folder in sys.path:
            self._place = sys.path.index(self._folder)
            del sys.path[self._place]

    def __exit__(self, *_: object) -> None:
        if self._place is not None and self._folder is not None:
            sys.path.insert(self._place, self._folder)
            self._place = None


def _loader(start: Start) -> SourceFileLoader | zipimporter:
    if start.argv[0] != start.notebook and isfile(start.argv[0]):  # a zip that is a program
        return zipimporter(start.argv[0])
    return SourceFileLoader("__main__", start.notebook)


def _forget_boot_text() -> None:
    """Take the text of `-c` from where Python 3.13 and newer keep it, as that of every `<string>`.

    A user's own `<string>`, of `exec` or of a dataclass's methods, would be shown with its lines. See
    `linecache._register_code`: 3.13 keeps it by file name, 3.14 by file name, name and first line.
    """
    for cache in (linecache.cache, getattr(linecache, "_interactive_cache", {})):
        for key in [it for it in cache if it == "<string>" or it[0] == "<string>"]:
            del cache[key]


def become_module(module: ModuleType, name: str) -> tuple[str, str]:
    """Make `__main__` what `python -m name` makes of it; return its file and its text.

    Imports the packages that it lies in. Raises ImportError when there is no such module, and
    whatever those packages raise.
    """
    spec = find_spec(name)
    if spec is not None and spec.submodule_search_locations is not None:
        name += ".__main__"
        spec = find_spec(name)
    source = getattr(spec and spec.loader, "get_source", lambda _: None)(name)
    if spec is None or spec.origin is None or source is None:
        raise ImportError(f"No module named {name}, or it has no source", name=name)
    module.__file__ = sys.argv[0] = spec.origin
    if sys.version_info < (3, 15):
        vars(module)["__cached__"] = spec.cached
    module.__loader__, module.__spec__, module.__package__ = spec.loader, spec, spec.parent
    return spec.origin, source
