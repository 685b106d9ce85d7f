"""No exception of ours reaches a cell out of what a backend tells: what is meant for the program passes.

Knows nothing of what is told.
"""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from ..common.errors import one_line
from ..common.signal_handlers import is_of_handler


class Guarded(Protocol):
    def is_for_program(self, error: Exception, /) -> bool:
        """Whether `error` is raised for the user's code, on purpose."""
        ...

    def tell_failure(self, text: str, /) -> None:
        """Tell the user of a failure of ours, which ends nothing."""


_Self = TypeVar("_Self", bound=Guarded)
_Given = ParamSpec("_Given")


def guarded(
    callback: Callable[Concatenate[_Self, _Given], None],
) -> Callable[Concatenate[_Self, _Given], None]:
    """Have a method tell of its failures. No `Exception` gets out but what is the program's own."""

    def call(self: _Self, /, *args: _Given.args, **more: _Given.kwargs) -> None:
        try:
            callback(self, *args, **more)
        except RecursionError:
            return  # The thread is too deep to be looked at, and about to fail in its own code.
        except Exception as error:
            if is_of_handler(error) or self.is_for_program(error):
                raise
            self.tell_failure(one_line(error))

    return call
