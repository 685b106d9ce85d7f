"""Files of environment variables, as python-dotenv reads them. Knows no session."""

from io import StringIO

from ..notebook.files import read_text
from .errors import DapError
from .wrong_arguments import check_environment

MOST_BYTES = 2**16  # a fifteenth of a second for each 1,000 lines


def read_env(path: str) -> dict[str, str]:
    """Return the variables that a file sets. Raises Unreadable, and DapError for what no process can have."""
    from dotenv import dotenv_values  # late: few have such a file

    found: dict[str, str | None] = dotenv_values(stream=StringIO(read_text(path, MOST_BYTES)))
    variables = {name: value for name, value in found.items() if value is not None}
    try:
        check_environment(variables.items())
    except DapError as wrong:
        raise DapError(f"{path}: {wrong}") from None
    return variables
