"""The commands, one file a chapter of `help`."""

import importlib

CHAPTERS = ("running", "breaking", "frames", "values", "notebook", "session")


def load() -> None:
    """Have the chapters fill the table of commands."""
    for name in CHAPTERS:
        importlib.import_module(f"{__package__}.{name}")
