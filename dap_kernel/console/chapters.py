"""All commands: the files that register them."""

import importlib

CHAPTERS = ("running", "breaking", "frames", "values", "notebook", "session")


def load() -> None:
    """Fill the table of commands."""
    for name in CHAPTERS:
        importlib.import_module(f"{__package__}.commands.{name}")
