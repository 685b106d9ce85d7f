"""Text to notebook: which format it has, and its reader. Knows no file system beyond the name it is told."""

from .cells import Format, Notebook
from .collecting import collector_paused
from .jupyter import read_jupyter
from .marimo import is_marimo, read_marimo
from .percent import marker_lines, read_percent, read_script
from .text import unified

_READERS = {
    Format.JUPYTER: read_jupyter,
    Format.MARIMO: read_marimo,
    Format.PERCENT: read_percent,
    Format.SCRIPT: read_script,
}


def read(text: str, name: str, format: Format | None = None) -> Notebook:
    """Return the notebook in `text`, which stands in a file called `name`. Raises NotebookError."""
    with collector_paused():
        return _READERS[format or recognise(text, name)](text)


def recognise(text: str, name: str) -> Format:
    """Return the format of `text`: by the ending of `name` for Jupyter, else by what the text says."""
    if name.lower().endswith(".ipynb"):
        return Format.JUPYTER
    source = unified(text)
    if is_marimo(source):
        return Format.MARIMO
    return Format.PERCENT if marker_lines(source) else Format.SCRIPT
