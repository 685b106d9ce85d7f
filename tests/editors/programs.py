"""Which of the editors' programs on this machine are new enough to be tested."""

import os
import re
import shutil
import subprocess

Version = tuple[int, ...]
CLIENTS = os.environ.get("DAP_KERNEL_CLIENTS", "")


def version_of(program: str) -> Version:
    """Return what the first line of `--version` says; empty when it cannot be run."""
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20, check=False)
    except OSError:
        return ()
    found = re.search(r"\d+(\.\d+)+", done.stdout.partition("\n")[0])
    return tuple(map(int, found[0].split("."))) if found else ()


def program(variable: str, name: str, wanted: Version) -> str | None:
    """Return the variable's program, else that of the clients, else that on the path: if it is new enough."""
    if said := os.environ.get(variable):
        places = [said]
    else:
        places = [os.path.join(CLIENTS, name, name) if CLIENTS else "", shutil.which(name) or ""]
    return next((it for it in places if it and version_of(it) >= wanted), None)


def folder(variable: str, below: str) -> str | None:
    """Return the folder that the variable names, else the one that is there in the folder of clients."""
    path = os.environ.get(variable) or (os.path.join(CLIENTS, below) if CLIENTS else "")
    return path if path and os.path.isdir(path) else None
