"""`python -m dap_kernel listen -- SCRIPT`: a script is run as by Python, and waits for debuggers meanwhile.

Standard library only: this is the user's program, with the user's Python.
"""

import os
import sys
from collections.abc import Sequence
from types import CodeType, ModuleType, TracebackType

USAGE = "usage: python -m dap_kernel listen -- SCRIPT [ARGUMENT ...]"


def run_script(args: Sequence[str]) -> int:
    """Run a script with its arguments; return the exit status. Raises SystemExit and KeyboardInterrupt."""
    given = list(args[1:] if args[:1] == ["--"] else args)
    if not given or given[0].startswith("-"):
        print(USAGE, file=sys.stderr)
        return 2
    script = os.path.abspath(given[0])
    try:
        with open(script, "rb") as file:
            text = file.read()
    except OSError as error:
        print(f"dap-kernel: {given[0]} cannot be read: {error.strerror}", file=sys.stderr)
        return 2
    sys.argv[:] = given
    if not sys.flags.safe_path:
        sys.path.insert(0, os.path.dirname(script))
    module = _new_main(script)
    from . import listen  # noqa: F401  # from now on it waits for debuggers, by its name

    try:
        _dap_kernel_boot(compile(text, script, "exec"), module)
    except (SystemExit, KeyboardInterrupt):
        raise
    except BaseException as error:
        traceback = _of_script(error.__traceback__, script)
        sys.excepthook(type(error), error.with_traceback(traceback), traceback)
        return 1
    return 0


def _dap_kernel_boot(code: CodeType, module: ModuleType) -> None:
    """Run the script. Stacks are shown up to a function of this name: see `stops/stop.py` of the agent."""
    exec(code, vars(module))


def _new_main(script: str) -> ModuleType:
    """Return a `__main__` as a script has it, for good: its functions look there for their names."""
    import builtins
    from importlib.machinery import SourceFileLoader

    module = ModuleType("__main__")
    module.__file__ = script
    module.__loader__ = SourceFileLoader("__main__", script)
    vars(module)["__builtins__"] = builtins
    sys.modules["__main__"] = module
    return module


def _of_script(traceback: TracebackType | None, script: str) -> TracebackType | None:
    """Return the part of a traceback that is the script's."""
    while traceback is not None and traceback.tb_frame.f_code.co_filename != script:
        traceback = traceback.tb_next
    return traceback
