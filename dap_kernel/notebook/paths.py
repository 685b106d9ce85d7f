"""Paths, and what a client may call a source. Knows no notebook.

The forms: a path, a `file:` or `vscode-remote:` URI, a cell's URI, nvim-dap's `dap-src:`, Vim's `zipfile:`.
"""

import os
import sys
from urllib.parse import unquote, urlsplit

import msgspec

from .source.text import whole_number

CELL_SCHEME = "vscode-notebook-cell"
UNTITLED = "untitled:"  # what the path of a text begins with that was never saved


class FilePath(msgspec.Struct, frozen=True):
    path: str


class CellUri(msgspec.Struct, frozen=True):
    """A cell in an editor that knows notebooks; `uri` is the very string it sent."""

    uri: str
    path: str  # of the notebook
    handle: str  # the fragment: which cell only the editor knows


class Reference(msgspec.Struct, frozen=True):
    """A source of ours that has no file, as nvim-dap names it."""

    reference: int
    path: str


class Unknown(msgspec.Struct, frozen=True):
    """A URI of another kind: a diff, a terminal."""

    uri: str


def canonical(path: str) -> str:
    """Return the absolute path without links and relative parts. It need not exist."""
    if is_untitled(path):
        return path
    try:
        return os.path.realpath(expanded(path))
    except ValueError:  # a null character: it is no file's, and whoever opens it is told
        return path


def expanded(path: str) -> str:
    """Return a path with the folder that `~` stands for."""
    try:
        return os.path.expanduser(path)
    except ValueError:  # likewise
        return path


def is_untitled(path: str) -> bool:
    """Whether a path is the name of a text that was never saved: `untitled:Untitled-1.ipynb`."""
    return path.startswith(UNTITLED)


def same_path(one: str, other: str) -> bool:
    """Whether two paths name one file, also where the system does not tell upper from lower case."""
    return one == other or folded(one) == folded(other)


def folded(path: str, platform: str = sys.platform) -> str:
    """Return what compares equal for paths of one file; a key, not a path to open."""
    path = canonical(path)
    return path.lower() if platform == "darwin" else path


def parse_source(name: str) -> FilePath | CellUri | Reference | Unknown:
    """Return what a client means by the `path` of a source."""
    scheme, colon, _ = name.partition(":")
    if not colon or len(scheme) < 2 or not scheme.replace("-", "").replace("+", "").isalnum():
        return FilePath(name)  # a scheme of one letter is a drive
    may_be_relative = scheme == "untitled" or scheme.startswith(CELL_SCHEME)
    if os.sep in scheme or not (name.startswith(f"{scheme}:/") or may_be_relative):
        return FilePath(name)
    try:
        return _parse_uri(name, scheme.lower())
    except ValueError:  # an address without its bracket
        return Unknown(name)


def _parse_uri(name: str, scheme: str) -> FilePath | CellUri | Reference | Unknown:
    if scheme == "dap-src":
        return _parse_reference(name)
    if scheme in ("file", "vscode-remote", "vscode-local", "untitled"):
        return FilePath(_uri_path(name))
    if scheme == "zipfile":  # Vim's: `zipfile:///a/lib.zip::pkg/mod.py`
        return FilePath(_uri_path(name).replace("::", "/", 1))
    if scheme.startswith(CELL_SCHEME):
        return CellUri(name, _uri_path(name), urlsplit(name).fragment)
    return Unknown(name)


def _parse_reference(name: str) -> Reference | Unknown:
    """Return what `dap-src://SESSION/REF/PATH` says."""
    _, _, rest = name.partition("://")
    _, _, rest = rest.partition("/")
    reference, _, path = rest.partition("/")
    number = whole_number(reference)
    return Reference(number, path) if number is not None else Unknown(name)


def _uri_path(uri: str) -> str:
    """Return the path of a URI as the system writes it: `file:///c%3A/x.py` is `c:/x.py`."""
    parts = urlsplit(uri)
    path = unquote(parts.path)
    if len(path) > 2 and path[0] == "/" and path[2] == ":" and path[1].isalpha():
        return path[1:]
    if not path.startswith("/"):
        return UNTITLED + path
    if parts.scheme == "file" and parts.netloc not in ("", "localhost"):
        return f"//{parts.netloc}{path}"
    return path
