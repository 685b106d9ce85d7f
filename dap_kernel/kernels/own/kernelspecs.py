"""Finds the Python behind the name of an installed Jupyter kernel.

Source: jupyter_client, "Kernel specs", and jupyter_core's data folders. A notebook gives a name only,
so that it chooses among what its reader installed. Knows nothing of notebooks.
"""

import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

MAX_SPEC = 2**16  # bytes
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")
_PYTHON = re.compile(r"python[0-9.]*(\.exe)?", re.IGNORECASE)


class Spec(msgspec.Struct):
    """A kernel.json, as far as it matters here."""

    argv: list[str]


def python_of(name: str, environ: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the absolute path of the Python that a kernelspec starts, and the file that says so, or None."""
    if not _NAME.fullmatch(name):
        return None
    for folder in _folders(environ):
        path = folder / "kernels" / name / "kernel.json"
        try:
            if not folder.is_absolute() or not path.is_file():  # a FIFO would have us wait
                continue
            with path.open("rb") as file:
                spec = msgspec.json.decode(file.read(MAX_SPEC), type=Spec)
        except (OSError, msgspec.MsgspecError):
            continue
        program = spec.argv[0] if spec.argv else ""
        is_python = _PYTHON.fullmatch(os.path.basename(program)) is not None
        is_right = is_python and os.path.isabs(program) and os.access(program, os.X_OK)
        return (program, str(path)) if is_right else None
    return None


def _folders(environ: Mapping[str, str]) -> Iterator[Path]:
    """Yield Jupyter's data folders, the first to be asked first."""
    yield from (Path(it) for it in environ.get("JUPYTER_PATH", "").split(os.pathsep) if it)
    home = Path(environ.get("HOME") or os.path.expanduser("~"))
    if own := environ.get("JUPYTER_DATA_DIR"):
        yield Path(own)
    elif sys.platform == "darwin":
        yield home / "Library" / "Jupyter"
    else:
        yield Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "jupyter"
    yield from (Path(it) / "share" / "jupyter" for it in (sys.prefix, "/usr/local", "/usr"))
