"""The Pythons of this machine that a kernel can run under: pyenv's, uv's, those on the path, those named.

`python tests/pythons.py` prints one for each version but the running one's, a path a line.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

OLDEST = (3, 11)
NEWEST_TRIED = 20
CHOSEN = "DAP_KERNEL_TEST_PYTHON"  # the kernel's Python in the stories; absent: the running one
NAMED = "DAP_KERNEL_TEST_PYTHONS"  # paths of more that are to be found, with a colon between them

LOOK = """
import json, sys, sysconfig
is_plain = sys.implementation.name == "cpython" and not sysconfig.get_config_var("Py_GIL_DISABLED")
print(json.dumps([sys.executable, list(sys.version_info[:3]), is_plain]))
"""


@dataclass(frozen=True)
class Python:
    path: str
    version: tuple[int, ...]

    @property
    def backends(self) -> list[str]:
        """The watch backends that an agent can use there."""
        return ["monitoring", "settrace"] if self.version >= (3, 12) else ["settrace"]

    def can_import(self, module: str) -> bool:
        return _can_import(self.path, module)


def chosen() -> Python:
    """The Python that the stories' kernels run under."""
    path = os.environ.get(CHOSEN)
    if path is None:
        return Python(sys.executable, tuple(sys.version_info[:3]))
    python = look(path)
    if python is None:
        raise SystemExit(f"{CHOSEN}: {path} is no Python from {OLDEST[0]}.{OLDEST[1]} on")
    return python


@cache
def others() -> list[Python]:
    """One interpreter, the newest, of each minor version but the running one."""
    found: dict[tuple[int, ...], Python] = {}
    for path in _candidates():
        python = look(path)
        if python is not None and python.version[:2] != sys.version_info[:2]:
            known = found.get(python.version[:2])
            if known is None or known.version < python.version:
                found[python.version[:2]] = python
    return [found[it] for it in sorted(found)]


@cache
def too_old() -> str | None:
    """Return a Python 3 that is no kernel's any more, None where there is none."""
    on_path = [shutil.which(f"python3.{minor}") for minor in range(6, OLDEST[1])]
    for path in (*filter(None, on_path), *_candidates()):
        code = f"import sys; sys.exit(not (3, 6) <= sys.version_info < {OLDEST})"
        try:
            if subprocess.run([path, "-I", "-c", code], capture_output=True, timeout=30).returncode == 0:
                return path
        except (OSError, subprocess.SubprocessError):
            continue
    return None


def look(path: str) -> Python | None:
    """Return what is at `path`, None for no CPython, one too old, or one without a GIL."""
    try:
        shown = subprocess.run([path, "-I", "-c", LOOK], capture_output=True, timeout=30, check=True)
        executable, version, is_plain = json.loads(shown.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return Python(executable, tuple(version)) if is_plain and tuple(version) >= OLDEST else None


def _candidates() -> Iterator[str]:
    yield from filter(None, os.environ.get(NAMED, "").split(os.pathsep))
    uv = shutil.which("uv")
    if uv is not None:
        asked = [uv, "python", "dir"]
        folder = subprocess.run(asked, capture_output=True, text=True, timeout=30).stdout.strip()
        yield from (str(it) for it in Path(folder).glob("cpython-*/bin/python3") if folder)
    pyenv = shutil.which("pyenv")
    if pyenv is not None:
        root = subprocess.run([pyenv, "root"], capture_output=True, text=True, timeout=30).stdout.strip()
        yield from (str(it) for it in Path(root, "versions").glob("*/bin/python") if root)
    for minor in range(OLDEST[1], NEWEST_TRIED):
        path = shutil.which(f"python3.{minor}")
        if path is not None:
            yield path


@cache
def _can_import(path: str, module: str) -> bool:
    code = f"import importlib.util as u, sys; sys.exit(u.find_spec({module!r}) is None)"
    return subprocess.run([path, "-I", "-c", code], timeout=30).returncode == 0


if __name__ == "__main__":
    for it in others():
        print(it.path)
