"""Text to notebook: which format it has, and its reader. Knows no file system beyond the name it is told.

Each reader is imported when a text of its format comes.
"""

import os

from ..cells import Notebook
from ..files import NotebookError
from ..format_traits import Format
from ..source.collector_pause import collector_paused
from ..source.text import unified

MARKDOWN = {  # by ending: what converts it
    **dict.fromkeys((".md", ".markdown", ".rmd", ".myst"), "jupytext --to ipynb {name}"),
    ".qmd": "quarto convert {name}",
}


def is_markdown(path: str) -> bool:
    return os.path.splitext(path)[1].lower() in MARKDOWN


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
    """Return the format of `text`: by the ending of `name` for Jupyter, else by what the text says.

    Raises NotebookError for text notebooks of another language than Python.
    """
    ending = os.path.splitext(name)[1].lower()
    if ending == ".ipynb":
        return Format.JUPYTER
    if ending in MARKDOWN:
        how = MARKDOWN[ending].format(name=name)
        raise NotebookError(f"it is Markdown, which is not run as it stands. Make an .ipynb of it: {how}")
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
