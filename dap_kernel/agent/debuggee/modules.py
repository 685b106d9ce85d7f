"""What modules there are, and the texts of files, without running any code."""

import linecache
import sys

from ..common.text import clean
from ..wire.messages import Module
from .imported_files import Imports
from .user_code import UserCode


def modules(user_code: UserCode, imports: Imports) -> list[Module]:
    """Return the modules imported so far. No attribute of a module is looked up but in its dictionary."""
    imports.look()
    found = []
    for name, module in list(sys.modules.items()):
        names = getattr(module, "__dict__", None)
        if type(names) is not dict or type(name) is not str:
            continue
        path, version = names.get("__file__"), names.get("__version__")
        found.append(
            Module(
                clean(name),
                clean(user_code.canonical(path)) if type(path) is str else None,
                clean(version) if type(version) is str else None,
                type(path) is str and user_code.is_user(path),
                *imports.stamp(name),
            )
        )
    return found


def source_text(filename: str) -> str | None:
    """Return the text of a file that need not be on disk, or None."""
    lines = linecache.getlines(filename)
    return clean("".join(lines)) if lines else None
