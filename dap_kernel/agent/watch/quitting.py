"""The threads that are to end what they run. Knows neither how they are told nor what it is."""

import sys
from _thread import get_ident
from types import FrameType

from ..common.raised import CellQuit
from ..debuggee.threads import Threads, UserThread
from ..debuggee.user_code import UserCode


class Quitting:
    """Who is quitting, by ident and by thread: an ident is another's once its thread has ended."""

    def __init__(self, threads: Threads, user_code: UserCode) -> None:
        self._threads = threads
        self._user_code = user_code
        self.idents: dict[int, UserThread] = {}

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
