"""Which exceptions stop a thread. Source: `setExceptionBreakpoints`; the filters are ours.

raised: where it is raised, once an exception, at its first frame of user code.
userUnhandled: where it leaves user code for a library.
uncaught: when it has ended a cell or a thread; the post-mortem.
"""

from collections.abc import Iterator
from itertools import islice
from types import FrameType, TracebackType

from ..common.object_access import module, mro, name, whole_qualname
from ..debuggee.user_code import UserCode
from ..wire.messages import ExceptionFilter

_CONTROL_FLOW = (StopIteration, StopAsyncIteration, GeneratorExit)
_ENDS = (KeyboardInterrupt, SystemExit)
_CANCELLED = frozenset({"asyncio.exceptions.CancelledError"})
_MOST_MEMBERS = 1_000  # of a group that are looked at
_MEMBERS = BaseExceptionGroup.__dict__["exceptions"].__get__  # a class of the user's may have its own


class ExceptionFilters:
    """The filters as they are set; asked on the thread that the exception is on."""

    def __init__(self, user_code: UserCode) -> None:
        self._user_code = user_code
        self._names: dict[str, frozenset[str] | None] = {}  # by filter; None: every exception
        self._version = -1

    def set(self, version: int, filters: list[ExceptionFilter]) -> bool:
        """Replace all. False: an old snapshot."""
        if version < self._version:
            return False
        self._version = version
        self._names = {it.filter: _names(it.condition) for it in filters}
        return True

    def wants(self, filter: str) -> bool:
        return filter in self._names

    def stops_at_raise(
        self, frame: FrameType, exception: BaseException, traceback: TracebackType | None, just_my_code: bool
    ) -> bool:
        """Whether an exception stops in `frame`, the first of `traceback`: it is raised or passes there."""
        if not self._accepts("raised", exception) or _is_a(exception, _CONTROL_FLOW):
            return False
        is_shown = self._user_code.is_shown
        if not is_shown(frame, just_my_code):
            return False
        inner = traceback.tb_next if traceback is not None else None
        while inner is not None:
            if is_shown(inner.tb_frame, just_my_code):
                return False  # It stopped there.
            inner = inner.tb_next
        return True

    def stops_at_unwind(self, frame: FrameType, exception: BaseException) -> bool:
        """Whether an exception that leaves `frame` stops there: its caller is a library.

        The loop that the kernel lives in counts as one: to it come the exceptions of tasks and callbacks.
        """
        if not self._accepts("userUnhandled", exception) or _is_a(exception, (*_CONTROL_FLOW, *_ENDS)):
            return False
        caller = frame.f_back
        if caller is None or not self._is_user(frame) or self._is_user(caller):
            return False
        return not (self._user_code.is_kernel(caller.f_code.co_filename) or self._is_cancelled(exception))

    def stops_after(self, exception: BaseException) -> bool:
        """Whether an exception that nobody caught is looked at post mortem."""
        return self._accepts("uncaught", exception) and not _is_a(exception, _ENDS)

    def _accepts(self, filter: str, exception: BaseException) -> bool:
        if not self.wants(filter):
            return False
        names = self._names[filter]
        return names is None or any(_is_named(it, names) for it in _with_members(exception))

    def _is_user(self, frame: FrameType) -> bool:
        return self._user_code.is_user(frame.f_code.co_filename)

    def _is_cancelled(self, exception: BaseException) -> bool:
        """Whether it is how a task ends that was cancelled, and nobody has asked for that by name."""
        return self._names["userUnhandled"] is None and _is_named(exception, _CANCELLED)


def _names(condition: str | None) -> frozenset[str] | None:
    names = frozenset(it.strip() for it in (condition or "").split(",")) - {""}
    return names or None


def _is_a(exception: BaseException, kinds: tuple[type[BaseException], ...]) -> bool:
    """Whether it is of one of `kinds`, Python's own: `isinstance` would ask it for its `__class__`."""
    return issubclass(type(exception), kinds)


def _is_named(exception: BaseException, names: frozenset[str]) -> bool:
    """Whether one of the classes of an exception has one of `names`, alone or with its module."""
    kinds = mro(type(exception))
    return any(name(it) in names or f"{module(it)}.{whole_qualname(it)}" in names for it in kinds)


def _with_members(exception: BaseException) -> Iterator[BaseException]:
    """Yield an exception and, if it is a group, all within it."""
    found = [exception]
    for it in islice(found, _MOST_MEMBERS):  # grows meanwhile
        if _is_a(it, (BaseExceptionGroup,)):
            found += _MEMBERS(it)
        yield it
