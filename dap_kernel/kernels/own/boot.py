"""The text that a kernel's Python is started with, and how it says that this Python will not do.

Knows nothing of processes. The text must parse on any Python, and leaves nothing behind in `sys.path` or
`__main__`.
"""

from collections.abc import Sequence
from pathlib import Path
from textwrap import indent

from ..errors import ANOTHER_PYTHON

OLDEST = (3, 11)
NEEDED = "Python " + ".".join(map(str, OLDEST)) + " or newer"
TOO_OLD = 97  # the exit code of a Python below OLDEST
WITHOUT_LOCK = 98  # that of a free-threaded one
AGENT_FOLDER = Path(__file__).parents[2] / "agent"

# What a Python says of itself, and leaves with, where it will not do; else it says nothing.
CHECK = f"""
import sys
unfit = {TOO_OLD} if sys.version_info < {OLDEST!r} else 0
if not getattr(sys, "_is_gil_enabled", lambda: True)():
    unfit = {WITHOUT_LOCK}
if unfit:
    sys.stderr.write("%s is Python %s" % (sys.executable, sys.version.split()[0]))
    sys.stderr.flush()
    sys.exit(unfit)
"""

# "" (of -c) is off the path meanwhile: a notebook's folder may hold a queue.py of its own. The agent has
# builtins of its own: user code may replace `builtins.open` for a while, and be debugged meanwhile.
# A compiled file that a full disk has cut short is none (importlib's `_write_atomic` takes no note of that).
BOOT = f"""
def _dap_kernel_boot():
    globals().pop("_dap_kernel_boot")
{indent(CHECK, "    ")}
    fds, folder, cache, cwd = sys.argv[1:]
    here = sys.path[:1] == [""]
    del sys.path[:here]
    import builtins, os
    if cwd:
        os.chdir(cwd)
    from importlib.machinery import FileFinder, SourceFileLoader
    from importlib.util import cache_from_source, module_from_spec, spec_from_file_location
    own = dict(vars(builtins))
    class Loader(SourceFileLoader):
        def exec_module(self, module):
            vars(module)["__builtins__"] = own
            for it in vars(module).get("__path__", ()):
                sys.path_importer_cache[it] = FileFinder(it, (Loader, [".py"]))
            SourceFileLoader.exec_module(self, module)
        def get_code(self, name):
            prefix, dont_write = sys.pycache_prefix, sys.dont_write_bytecode
            if cache:
                sys.pycache_prefix, sys.dont_write_bytecode = cache, False
            try:
                return SourceFileLoader.get_code(self, name)
            except (EOFError, ValueError, TypeError, ImportError):
                self.drop(cache_from_source(self.path))
                return self.source_to_code(self.get_data(self.path), self.path)
            finally:
                sys.pycache_prefix, sys.dont_write_bytecode = prefix, dont_write
        def set_data(self, path, data, **mode):
            SourceFileLoader.set_data(self, path, data, **mode)
            try:
                if len(self.get_data(path)) != len(data):
                    self.drop(path)
            except OSError:
                pass
        def drop(self, path):
            try:
                os.unlink(path)
            except OSError:
                pass
    name, file = "_dap_kernel_agent", folder + "/__init__.py"
    spec = spec_from_file_location(name, file, loader=Loader(name, file), submodule_search_locations=[folder])
    sys.modules[name] = package = module_from_spec(spec)
    spec.loader.exec_module(package)
    from _dap_kernel_agent.bootstrap import main
    sys.path[:0] = [""][:here]
    main(*map(int, fds.split(",")))
_dap_kernel_boot()
"""


def boot_arguments(
    fds: Sequence[int], cache: Path | None, agent: Path = AGENT_FOLDER, cwd: str = ""
) -> list[str]:
    """Return what follows the interpreter and its own options.

    `fds` are the wire, the reading ends of the child's stdout and stderr, and perhaps a terminal; `cache` is
    where the agent's compiled files go when they cannot go beside it; `cwd` is where to go first.
    """
    return ["-c", BOOT, ",".join(map(str, fds)), str(agent), str(cache or ""), cwd]


def why_unfit(exit_code: int | None, printed: str) -> str | None:
    """Return why a Python that ended with this code will not do, and what to do; None: it is not that.

    `printed` is what the boot text has said of it.
    """
    if exit_code == TOO_OLD:
        return f"{printed}, and notebooks need {NEEDED}: {ANOTHER_PYTHON}"
    if exit_code == WITHOUT_LOCK:
        return (
            f"{printed} and runs without the global interpreter lock, which debugging needs: "
            f'set "pythonArgs" to ["-X", "gil=1"], or {ANOTHER_PYTHON}'
        )
    return None
