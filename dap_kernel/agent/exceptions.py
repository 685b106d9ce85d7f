"""Which exceptions stop a thread. Source: `setExceptionBreakpoints`; the filters are ours.

raised: where it is raised, once an exception, at its first frame of user code.
userUnhandled: where it leaves user code for a library.
uncaught: when it has ended a cell or a thread; the post-mortem.
"""

from types import FrameType, TracebackType

from .user_code import UserCode
from .wire import ExceptionFilter

_CONTROL_FLOW = (StopIteration, StopAsyncIteration, GeneratorExit)
_ENDS = (KeyboardInterrupt, SystemExit)


class ExceptionFilters:
    """The filters as they are set; asked on the thread that the exception is on."""

    def __init__(self, user_code: UserCode) -> None:
        self._user_code = user_code
        self._names: dict[str, set[str] | None] = {}  # by filter; None: every exception
        self._version = -1
        self.is_off = False  # no filter counts

    def set(self, version: int, filters: list[ExceptionFilter]) -> bool:
        """Replace all. False: an old snapshot."""
        if version < self._version:
            return False
        self._version = version
        self._names = {it.filter: _names(it.condition) for it in filters}
        return True

    def wants(self, filter: str) -> bool:
        return filter in self._names and not self.is_off

    def stops_at_raise(
        self, frame: FrameType, exception: BaseException, traceback: TracebackType | None, just_my_code: bool
    ) -> bool:
        """Whether an exception stops in `frame`, the first of `traceback`: it is raised or passes there."""
        if not self._accepts("raised", exception) or isinstance(exception, _CONTROL_FLOW):
            return False
        is_mine = self._is_mine if just_my_code else self._is_not_kernels
        if not is_mine(frame):
            return False
        inner = traceback.tb_next if traceback is not None else None
        while inner is not None:
            if is_mine(inner.tb_frame):
                return False  # It stopped there.
            inner = inner.tb_next
        return True

    def stops_at_unwind(self, frame: FrameType, exception: BaseException) -> bool:
        """Whether an exception that leaves `frame` stops there: its caller is a library."""
        if not self._accepts("userUnhandled", exception) or isinstance(exception, (*_CONTROL_FLOW, *_ENDS)):
            return False
        caller = frame.f_back
        return (
            self._is_mine(frame)
            and caller is not None
            and not self._is_mine(caller)
            and self._is_not_kernels(caller)
        )

    def stops_after(self, exception: BaseException) -> bool:
        """Whether an exception that nobody caught is looked at post mortem."""
        return self._accepts("uncaught", exception) and not isinstance(exception, _ENDS)

    def _accepts(self, filter: str, exception: BaseException) -> bool:
        if not self.wants(filter):
            return False
        names = self._names[filter]
        return names is None or any(_is_named(it, names) for it in type(exception).__mro__)

    def _is_mine(self, frame: FrameType) -> bool:
        return self._user_code.is_user(frame.f_code.co_filename)

    def _is_not_kernels(self, frame: FrameType) -> bool:
        return not self._user_code.is_kernel(frame.f_code.co_filename)


def _names(condition: str | None) -> set[str] | None:
    names = {name.strip() for name in (condition or "").split(",")} - {""}
    return names or None


def _is_named(kind: type, names: set[str]) -> bool:
    return kind.__name__ in names or f"{kind.__module__}.{kind.__qualname__}" in names
