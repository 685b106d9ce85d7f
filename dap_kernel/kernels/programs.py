"""Programs on the user's path. Knows no kernel, and nothing of what a program is wanted for."""

import os
from collections.abc import Iterator, Mapping


def on_path(name: str, environ: Mapping[str, str] = os.environ) -> Iterator[str]:
    """Yield the programs of this name, the first on the path first.

    Relative parts of the path are left out: they would mean the folder that an editor happens to be in.
    """
    for folder in search_path(environ).split(os.pathsep):
        if os.path.isabs(folder) and is_program(path := os.path.join(folder, name)):
            yield path


def is_program(path: str) -> bool:
    """Whether a file may be executed."""
    return os.path.isfile(path) and os.access(path, os.X_OK)


def search_path(environ: Mapping[str, str]) -> str:
    """Return the folders in which programs are looked for, as `PATH` has them."""
    return environ.get("PATH", os.defpath)
