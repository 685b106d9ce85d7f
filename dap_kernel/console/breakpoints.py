"""The breakpoints of the user: numbered from 1, kept over resumes, sent as one table a source.

Knows which ones the server has; where the user types them is others' business.
"""

import os
from collections.abc import Iterable

import msgspec

from ..client.dap_client import DapClient, Refused
from ..protocol.breakpoints import (
    Breakpoint,
    BreakpointEvent,
    FunctionBreakpoint,
    SetBreakpointsArguments,
    SetBreakpointsResponse,
    SetFunctionBreakpointsArguments,
    SetFunctionBreakpointsResponse,
    SourceBreakpoint,
)
from ..protocol.sources import Source
from .errors import CommandError
from .frame_texts import shown_path
from .screen import TerminalScreen


class UserBreakpoint(msgspec.Struct, eq=False):
    """A breakpoint on a line of a file, or on a function (`path` None)."""

    number: int
    path: str | None
    line: int  # as asked for
    function: str = ""
    condition: str | None = None
    ignored: int = 0  # hits to let pass
    is_temporary: bool = False
    is_enabled: bool = True
    hits: int = 0
    told: Breakpoint | None = None  # what the server made of it

    @property
    def shown_line(self) -> int:
        return self.told.line if self.told is not None and self.told.line is not None else self.line

    @property
    def where(self) -> str:
        return (
            f"function {self.function}" if self.path is None else f"{shown_path(self.path)}:{self.shown_line}"
        )

    @property
    def hit_condition(self) -> str | None:
        return f">= {self.ignored + 1}" if self.ignored else None

    @property
    def problem(self) -> str | None:
        if not self.is_enabled or self.told is None or self.told.verified:
            return None
        return self.told.message or "not verified"


class UserBreakpoints:
    """The breakpoints of one session by their numbers, and what the server has made of each."""

    def __init__(self, client: DapClient, screen: TerminalScreen, program: str | None) -> None:
        self.points: dict[int, UserBreakpoint] = {}  # by number, as the user sees it
        self._client = client
        self._screen = screen
        self._program = program
        self._next = 1
        self._spent: list[UserBreakpoint] = []  # temporary ones that were hit

    def is_program(self, path: str) -> bool:
        return self._program is not None and os.path.realpath(path) == os.path.realpath(self._program)

    def on_line(self, path: str | None, line: int) -> list[UserBreakpoint]:
        """Return those that are shown on a line of a file, whatever link names it."""
        real = os.path.realpath(path) if path is not None else None
        return [
            it
            for it in self.points.values()
            if it.path is not None and os.path.realpath(it.path) == real and it.shown_line == line
        ]

    def new(
        self, path: str | None, line: int, function: str = "", condition: str | None = None
    ) -> UserBreakpoint:
        """Return a new breakpoint, of which the server does not know yet."""
        point = UserBreakpoint(self._next, path, line, function, condition)
        self._next += 1
        self.points[point.number] = point
        return point

    def remove(self, points: Iterable[UserBreakpoint]) -> None:
        for it in points:
            self.points.pop(it.number, None)

    async def send(self, changed: Iterable[UserBreakpoint]) -> None:
        """Tell the server each table that one of `changed` is in, or was. Raises CommandError."""
        changed = list(changed)
        try:
            for path in dict.fromkeys(it.path for it in changed if it.path is not None):
                await self._send_source(path)
            if any(it.path is None for it in changed):
                await self._send_functions()
        except Refused as refusal:
            raise CommandError(str(refusal)) from None

    async def _send_source(self, path: str) -> None:
        points = [it for it in self.points.values() if it.path == path and it.is_enabled]
        wanted = [SourceBreakpoint(it.line, None, it.condition, it.hit_condition) for it in points]
        source = Source(os.path.basename(path), path)
        response = await self._client.request(
            "setBreakpoints", SetBreakpointsArguments(source, wanted), SetBreakpointsResponse
        )
        _note(points, response.breakpoints)

    async def _send_functions(self) -> None:
        points = [it for it in self.points.values() if it.path is None and it.is_enabled]
        wanted = [FunctionBreakpoint(it.function, it.condition, it.hit_condition) for it in points]
        response = await self._client.request(
            "setFunctionBreakpoints",
            SetFunctionBreakpointsArguments(wanted),
            SetFunctionBreakpointsResponse,
        )
        _note(points, response.breakpoints)

    def changed(self, event: BreakpointEvent | None) -> None:
        """Take the server's word on a breakpoint; a change is news to the user."""
        if event is None or event.breakpoint.id is None:
            return
        for point in self.points.values():
            if point.told is not None and point.told.id == event.breakpoint.id:
                before = point.told.verified, point.shown_line, point.problem
                point.told = event.breakpoint
                if before != (event.breakpoint.verified, point.shown_line, point.problem):
                    problem = f": {point.problem}" if point.problem else ""
                    self._screen.show_text(f"breakpoint {point.number} is at {point.where}{problem}", "note")

    def hit(self, ids: Iterable[int]) -> None:
        """Count a stop."""
        for point in self.by_ids(ids):
            point.hits += 1
            if point.is_temporary:
                self._spent.append(point)

    def by_ids(self, ids: Iterable[int]) -> list[UserBreakpoint]:
        wanted = set(ids)
        return [it for it in self.points.values() if it.told is not None and it.told.id in wanted]

    async def drop_spent(self) -> None:
        """Remove the temporary breakpoints that were hit."""
        spent, self._spent = [it for it in self._spent if it.number in self.points], []
        if spent:
            self.remove(spent)
            await self.send(spent)


def _note(points: list[UserBreakpoint], told: list[Breakpoint]) -> None:
    for point, it in zip(points, told, strict=False):
        point.told = it
