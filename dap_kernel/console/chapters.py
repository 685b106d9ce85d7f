"""All commands, loaded in the order in which `help` lists them."""

import importlib

CHAPTERS = ("running", "breaking", "frames", "values", "notebook", "session")


def load() -> None:
    """Fill the table of commands."""
    for name in CHAPTERS:
        importlib.import_module(f"{__package__}.commands.{name}")
