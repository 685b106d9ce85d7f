"""Exceptions as texts, bounded, whatever their classes do. Of user code only their `__str__` is run."""

from .object_access import full_name, is_instance, type_name
from .private_names import plain
from .raised import PASS_ON
from .signal_handlers import is_of_handler
from .text import clean

_MOST_TEXT = 2_000  # characters
_MOST_LINE = 500  # characters of the one line that names an error


def text_of(error: BaseException) -> str:
    """Return `str(error)`, bounded, whatever it does."""
    try:
        text = str.__str__(str(error))
    except PASS_ON:
        raise
    except BaseException as worse:
        if is_of_handler(worse):
            raise
        return f"<str() raised {type_name(worse)}>"
    return plain(clean(text if len(text) <= _MOST_TEXT else text[:_MOST_TEXT] + "…"))


def described(error: BaseException) -> str:
    """Return an exception as the end of a traceback has it, in as many lines as its text has."""
    text = error.msg if is_instance(error, SyntaxError) and type(error.msg) is str else text_of(error)
    name = full_name(type(error))
    return f"{name}: {text}" if text else name


def one_line(error: BaseException) -> str:
    """Return `ValueError: no such column`: an exception in one line, bounded, whatever its class does."""
    first, _, rest = described(error).strip().partition("\n")
    if rest or len(first) > _MOST_LINE:
        first = f"{first[:_MOST_LINE]} …"
    return plain(clean(first))
