"""The requests, one file a chapter of DAP. Importing a chapter registers its handlers."""

from importlib import import_module

CHAPTERS = ("lifecycle", "breakpoints", "execution", "stack", "variables", "notebook", "tables")


def load() -> None:
    """Register every handler; a second time is for nothing."""
    for chapter in CHAPTERS:
        import_module(f".{chapter}", __name__)
