"""Folders that the client knows by another name than the server. Pure.

A client on Windows writes its paths with backslashes and does not care for case.
"""

import re
from collections.abc import Iterable

from ..arguments.launch_arguments import PathMapping

_WINDOWS = re.compile(r"[A-Za-z]:([\\/]|$)|\\\\")


def to_server(path: str, mappings: Iterable[PathMapping]) -> str:
    """Return what the server calls a path of the client's: by the first mapping whose root holds it."""
    for it in mappings:
        rest = _below(path, it.local_root)
        if rest is not None:
            return _joined(it.remote_root, rest)
    return path


def to_client(path: str, mappings: Iterable[PathMapping]) -> str:
    """Return what the client calls a path of the server's."""
    for it in mappings:
        rest = _below(path, it.remote_root)
        if rest is not None:
            return _joined(it.local_root, rest)
    return path


def _below(path: str, root: str) -> str | None:
    """Return the part of `path` under `root`, with slashes; "" for the root itself, None: not under it."""
    path, root = _slashed(path), _slashed(root).rstrip("/")
    is_same = path[: len(root)].lower() == root.lower() if _WINDOWS.match(root) else path.startswith(root)
    if not is_same or path[len(root) : len(root) + 1] not in ("", "/"):
        return None
    return path[len(root) :].strip("/")


def _joined(root: str, rest: str) -> str:
    separator = "\\" if _WINDOWS.match(root) and "\\" in root else "/"
    root = root.rstrip("/\\")
    return root + separator + rest.replace("/", separator) if rest else root or separator


def _slashed(path: str) -> str:
    return path.replace("\\", "/") if _WINDOWS.match(path) else path
