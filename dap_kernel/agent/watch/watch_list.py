"""What is to be watched: breakpoints, exceptions and steps, as the client has asked for them.

Changed by the agent thread, and by a thread for its own steps; read by every thread, and by the backends in
every event. Tells nobody: who changes it has the backend see that (`FrameWatcher`).
"""

from collections.abc import Callable
from types import CodeType

from ..debuggee.user_code import UserCode
from ..wire.messages import BreakpointChanged, ExceptionFilter
from .breakpoint_table import BreakpointTable, PlacedBreakpoints
from .exception_filters import ExceptionFilters
from .stepping import Step


class WatchList:
    """`just_my_code` and `show_return_value` are the launch arguments.

    `points` are the line breakpoints by file name as code objects have it, None where there is none;
    `points_of` fills it for a name met for the first time. `steps` are those under way, by the ident of the
    thread. With `wants_raise` every exception is to be told, with `wants_unwind` every frame that one
    leaves.
    """

    def __init__(self, user_code: UserCode, on_changed: Callable[[BreakpointChanged], None]) -> None:
        """`on_changed` is told of each breakpoint that is elsewhere than the server thinks."""
        self._user_code = user_code
        self.table = BreakpointTable()
        self.placed = PlacedBreakpoints(self.table, user_code, on_changed)
        self.points = self.placed.points
        self.points_of, self.names_of = self.placed.points_of, self.placed.names_of  # one call, not two
        self.steps: dict[int, Step] = {}
        self.filters = ExceptionFilters(user_code)
        self.wants_raise = False
        self.wants_unwind = False
        self.just_my_code = True
        self.show_return_value = True

    @property
    def is_off(self) -> bool:
        """Whether no breakpoint, no exception and no `breakpoint()` stops: a pause does."""
        return self.table.is_off

    def wants_code(self, code: CodeType) -> bool:
        """Whether exceptions in `code` are to be told."""
        if not (self.wants_raise or self.wants_unwind):
            return False
        filename = code.co_filename
        is_user = self._user_code.is_user(filename)
        return is_user or not (self.just_my_code or self._user_code.is_kernel(filename))

    def configure(self, just_my_code: bool, show_return_value: bool) -> None:
        """Take these options from now on; a step under way keeps those that it began with."""
        self.just_my_code = just_my_code
        self.show_return_value = show_return_value

    def set_filters(self, version: int, filters: list[ExceptionFilter]) -> bool:
        """Replace all exception filters. False: an old snapshot."""
        is_new = self.filters.set(version, filters)
        self._look_at_filters()
        return is_new

    def set_off(self, is_off: bool) -> list[str]:
        """Hide breakpoints and filters, or show them again; return the names of the files that have any.

        They are kept meanwhile, with their counts of hits, and can be set.
        """
        filenames = self.table.set_off(is_off)
        for filename in filenames:
            self.placed.look_up_again(filename)
        self._look_at_filters()
        return filenames

    def clear(self) -> None:
        """Drop every breakpoint, filter and step: the server is gone."""
        self.table.clear()
        self.points.update(dict.fromkeys(self.points))
        self.filters = ExceptionFilters(self._user_code)
        self._look_at_filters()
        self.steps.clear()

    def _look_at_filters(self) -> None:
        self.wants_raise = self.filters.wants("raised") and not self.is_off
        self.wants_unwind = self.filters.wants("userUnhandled") and not self.is_off
