"""Files of environment variables, as python-dotenv reads them. Knows no session.

What `${NAME}` stands for is put in here, by python-dotenv's rules: it knows no bound, and of a few lines that
each name the one before twice it makes more than there is memory. Source: `dotenv.variables`.
"""

import os
import re
from collections.abc import Iterable, Iterator
from io import StringIO

from ...notebook.files import read_text
from ..errors import DapError
from .wrong_arguments import check_environment

MOST_BYTES = 2**16  # of a file: a fifteenth of a second for each 1,000 lines
MOST_VALUE = 2**17 - 1  # characters; Linux gives no process more in one variable (MAX_ARG_STRLEN)
MOST_VALUES = 2**20  # of all together; more than half of what a process may be given
MOST_BLANKS = 500  # in a row: python-dotenv is quadratic in them

_BLANKS = re.compile(rf"[^\S\r\n]{{{MOST_BLANKS + 1}}}")


def read_env(path: str) -> dict[str, str]:
    """Return the variables that a file sets; it may take seconds.

    Raises Unreadable, and DapError for what no process can have.
    """
    from dotenv.main import DotEnv  # late: few have such a file

    text = read_text(path, MOST_BYTES)
    try:
        if _BLANKS.search(text):
            raise DapError(f"it has more than {MOST_BLANKS} blanks in a row")
        found = _replaced(DotEnv(None, stream=StringIO(text), interpolate=False).parse())
        variables = {name: value for name, value in found.items() if value is not None}
        check_environment(variables.items())
    except DapError as wrong:
        raise DapError(f"{path}: {wrong}") from None
    return variables


def _replaced(lines: Iterable[tuple[str, str | None]]) -> dict[str, str | None]:
    """Return the values of names, the last of each; None: it has none. Raises DapError."""
    found: dict[str, str | None] = {}
    size = 0
    for name, value in lines:
        size -= len(found.get(name) or "")
        found[name] = None if value is None else _joined(name, _parts(value, found))
        size += len(found[name] or "")
        if size > MOST_VALUES:
            raise DapError(f"its values have more than {MOST_VALUES // 2**10:,} KiB together")
    return found


def _joined(name: str, parts: Iterable[str]) -> str:
    """Return a value. Raises DapError as soon as it is longer than a process may be given."""
    kept, size = [], 0
    for part in parts:
        kept.append(part)
        size += len(part)
        if size > MOST_VALUE:
            raise DapError(f'the value of "{name[:50]}" has more than {MOST_VALUE // 2**10 + 1} KiB')
    return "".join(kept)


def _parts(value: str, found: dict[str, str | None]) -> Iterator[str]:
    """Yield what a value consists of, in time that is linear in its length."""
    done = at = 0
    while (begin := value.find("${", at)) >= 0 and (end := value.find("}", begin)) >= 0:
        colon = value.find(":", begin, end)
        if colon >= 0 and value[colon + 1] != "-":
            at = colon  # Whatever begins before it is no reference either.
            continue
        name = value[begin + 2 : end if colon < 0 else colon]
        default = "" if colon < 0 else value[colon + 2 : end]
        yield value[done:begin]
        yield (found[name] if name in found else os.environ.get(name, default)) or ""
        done = at = end + 1
    yield value[done:]
