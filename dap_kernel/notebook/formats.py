"""Text to notebook: which format it has, and its reader. Knows no file system beyond the name it is told.

Each reader is imported when a text of its format comes.
"""

from .cells import Format, Notebook
from .collecting import collector_paused
from .text import unified


def read(text: str, name: str, format: Format | None = None) -> Notebook:
    """Return the notebook in `text`, which stands in a file called `name`. Raises NotebookError."""
    with collector_paused():
        return _read(text, format or recognise(text, name))


def _read(text: str, format: Format) -> Notebook:
    match format:
        case Format.JUPYTER:
            from .jupyter import read_jupyter

            return read_jupyter(text)
        case Format.MARIMO:
            from .marimo import read_marimo

            return read_marimo(text)
        case Format.PERCENT:
            from .percent import read_percent

            return read_percent(text)
        case Format.SCRIPT:
            from .script import read_script

            return read_script(text)


def recognise(text: str, name: str) -> Format:
    """Return the format of `text`: by the ending of `name` for Jupyter, else by what the text says."""
    if name.lower().endswith(".ipynb"):
        return Format.JUPYTER
    source = unified(text)
    if "marimo" in source and ".App" in source:
        from .marimo import is_marimo

        if is_marimo(source):
            return Format.MARIMO
    if "%%" in source or "codecell>" in source or "In[" in source:
        from .percent import marker_lines

        if marker_lines(source):
            return Format.PERCENT
    return Format.SCRIPT
