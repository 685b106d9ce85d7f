"""The text that loads the agent, in whichever process it is to be, and whether a Python will do for it.

Knows no process. The texts must parse on any Python. The agent is loaded under a private name from our
folder: nothing of ours is on `sys.path`.
"""

from pathlib import Path

OLDEST = (3, 11)
NEEDED = "Python " + ".".join(map(str, OLDEST)) + " or newer"
TOO_OLD = 97  # the exit code of a Python below OLDEST
WITHOUT_LOCK = 98  # that of a free-threaded one
AGENT = "_dap_kernel_agent"  # what the package is called where it is loaded
AGENT_FOLDER = Path(__file__).parents[1] / "agent"

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

# `load` returns the agent's package; None: there is one in this process already. The agent has builtins of
# its own: user code may replace `builtins.open` for a while, and be debugged meanwhile. A compiled file that
# a full disk has cut short is none (importlib's `_write_atomic` takes no note of that).
LOADER = f"""
def load(folder, cache):
    import builtins, os, sys
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
    name, file = "{AGENT}", folder + "/__init__.py"
    spec = spec_from_file_location(name, file, loader=Loader(name, file), submodule_search_locations=[folder])
    package = module_from_spec(spec)
    if sys.modules.setdefault(name, package) is not package:
        return None
    spec.loader.exec_module(package)
    return package
"""
