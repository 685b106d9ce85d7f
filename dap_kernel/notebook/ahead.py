"""Big texts, read before they are asked for: a thread works ahead, and who asks finds it done.

Knows no event loop. What is small is read when it is asked for.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from .cells import Notebook
from .files import NotebookError

BIG = 100_000  # characters; as many take a tenth of a second, or more if they are made to

Reader = Callable[..., Notebook]  # pure, of a text and what can be a key; may raise NotebookError


def read_once(reader: Reader, text: str, *others: Any) -> Notebook:
    """Return what `reader` makes of `text`: of a big one what it made of it last. Raises NotebookError."""
    if len(text) < BIG:
        return reader(text, *others)
    found = _made(reader, text, *others)
    if isinstance(found, str):
        raise NotebookError(found)
    return found


def work_ahead(reader: Reader, text: str, *others: Any) -> None:
    """Read a text, and look at its cells, for those who ask later. In any thread."""
    try:
        notebook = read_once(reader, text, *others)
    except NotebookError:
        return  # who asks is told
    from .source.bound_names import names_of  # late, as ever: what is small needs none of it

    for cell in notebook.cells:
        if cell.problem is None and notebook.traits.orders_by_dataflow:
            names_of(cell.source)


def look_ahead(texts: list[str]) -> None:
    """Look at the texts of cells, for those who ask later. In any thread."""
    from .source.syntax import error

    for it in texts:
        error(it)


@lru_cache(maxsize=2)
def _made(reader: Reader, text: str, *others: Any) -> Notebook | str:
    try:
        return reader(text, *others)
    except NotebookError as problem:
        return str(problem)
