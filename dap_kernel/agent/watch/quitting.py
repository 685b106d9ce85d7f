"""The threads that are to end what they run. Knows neither how they are told nor what it is."""

import sys
from _thread import get_ident
from types import FrameType

from ..common.raised import CellQuit
from ..debuggee.threads import UserThread, UserThreads
from ..debuggee.user_code import UserCode


class Quitting:
    """The threads that are to quit. Each is known by its ident and as an object: idents are used again."""

    def __init__(self, threads: UserThreads, user_code: UserCode) -> None:
        self._threads = threads
        self._user_code = user_code
        self.idents: dict[int, UserThread] = {}  # the threads that are to quit, by ident

    def begin(self, ident: int) -> None:
        self.idents[ident] = self._threads.of(ident)

    def end(self, ident: int) -> None:
        self.idents.pop(ident, None)

    def is_to_end(self, frame: FrameType) -> bool:
        """Whether the calling thread, which is in `frame`, is to be ended here.

        Not while a quit is being handled: `finally` blocks run, and code that swallows it is ended after.
        """
        ident = get_ident()
        if ident not in self.idents:
            return False
        if self.idents.get(ident) is not self._threads.current():
            self.end(ident)
            return False
        if isinstance(sys.exception(), CellQuit):
            return False
        return self._user_code.is_user(frame.f_code.co_filename)
