"""The text that a kernel's Python is started with, and how it says that this Python will not do.

Knows nothing of processes. The text must parse on any Python, and leaves nothing behind in `sys.path` or
`__main__`.
"""

from collections.abc import Sequence
from pathlib import Path
from textwrap import indent

from ..agent_loader import AGENT, AGENT_FOLDER, CHECK, LOADER, NEEDED, TOO_OLD, WITHOUT_LOCK
from ..errors import ANOTHER_PYTHON

# "" (of -c) is off the path meanwhile: a notebook's folder may hold a queue.py of its own.
BOOT = f"""
def _dap_kernel_boot():
    globals().pop("_dap_kernel_boot")
{indent(CHECK, "    ")}
    fds, folder, cache, cwd = sys.argv[1:]
    here = sys.path[:1] == [""]
    del sys.path[:here]
    import os
    if cwd:
        os.chdir(cwd)
{indent(LOADER, "    ")}
    load(folder, cache)
    from {AGENT}.bootstrap import main
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
