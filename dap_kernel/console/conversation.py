"""The conversation: a line is read when there is something to type for, and done. It ends with the session.

Knows where lines come from and what kinds there are; the commands are in `commands/`.
"""

import asyncio
import signal
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from ..client.dap_client import Refused, ServerGone
from ..protocol.execution import PauseArguments, StoppedEvent
from ..protocol.variables import EvaluateArguments
from .commands.notebook import in_console
from .commands.values import evaluate
from .errors import CommandError
from .line_input import Abandoned, Lines
from .registry import COMMANDS, with_expression
from .session import MAIN_THREAD, ConsoleSession
from .stop_view import show_stop
from .typed_line import Typed, needs_more, read

T = TypeVar("T")

PROMPT = "(dap) "
MORE = "...   "
END_OF_FILE = "\x04"  # for the program's `input()`, as a terminal says it
GO_ON = ("l", "list", "table")  # repeated without their argument they go on from there
PAUSE_S = 1.0  # for a pause to stop the program, until a word is said


class Conversation:
    """What is typed, and what comes of it. `make_lines` gives who reads lines for it."""

    def __init__(self, session: ConsoleSession, make_lines: "Callable[[Conversation], Lines]") -> None:
        self.session = session
        self.lines = make_lines(self)
        self.statement = ""  # the lines so far of one that goes on
        self._shown: StoppedEvent | None = None
        self._repeated: Typed | None = None
        self._interrupts = 0  # Ctrl-C since the program runs
        self._is_reading = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def hold(self) -> None:
        """Talk until the session has ended or the user wants it to."""
        session = self.session
        while not session.is_ended and not session.is_leaving:
            if session.input_wanted is not None:
                await self._answer()
            elif session.is_stopped:
                await self._one_line()
            else:
                await asyncio.wait([session.change()])

    async def _one_line(self) -> None:
        """Show what is new, read a line and do it."""
        session = self.session
        try:
            if session.stop is not self._shown:
                self._interrupts = 0
                self._shown = session.stop
                await show_stop(session)
            line = await self._read(self.lines.command(PROMPT))
            if line is not None:
                await self._answering(self._do(line))
        except CommandError as error:
            session.screen.show_text(f"*** {error}", "error")
        except Refused as refusal:
            session.screen.show_text(f"*** {refusal}", "error")
        except Abandoned:
            session.screen.finish_line()

    async def _answering(self, doing: Coroutine[Any, Any, None]) -> None:
        """Wait for what a line has begun, which may be Python that asks for input."""
        task = asyncio.ensure_future(doing)
        try:
            while not task.done():
                if self.session.input_wanted is not None and not self._is_reading:
                    await self._answer()
                await asyncio.wait({task, self.session.change()}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            task.cancel()
        await task

    async def _do(self, line: str) -> None:
        session = self.session
        typed = read(line, COMMANDS, with_expression())
        if typed.kind == "nothing" and (session.pages.rest or session.pages.items is not None):
            typed = Typed("command", "more", "")
        if typed.word != "more":
            session.pages.forget_result()
        if typed.kind == "nothing":
            if self._repeated is None:
                return
            typed = self._repeated
        self._repeated = None
        match typed.kind:
            case "command":
                command = COMMANDS[typed.word]
                if command.repeats:
                    self._repeated = Typed("command", typed.word, "" if typed.word in GO_ON else typed.rest)
                await command.run(session, typed.rest)
            case "colon" if typed.rest[1:].split()[:1] == ["table"]:  # which knows the terminal's width
                await self._do(f"table {typed.rest.partition('table')[2]}")
            case "colon":
                await in_console(session, typed.rest)
            case _:
                await self._python(typed.rest)

    async def _python(self, first: str) -> None:
        """Read the rest of a statement, and evaluate it."""
        self.statement = first
        try:
            while needs_more(self.statement):
                line = await self._read(self.lines.command(MORE))
                if line is None:
                    break
                self.statement += f"\n{line}"
            statement = self.statement.rstrip()
        finally:
            self.statement = ""
        if statement:
            await evaluate(self.session, statement)

    async def _read(self, reading: Coroutine[Any, Any, str | None]) -> str | None:
        """Return a line; None when there are no more, or the program went on without being told to."""
        self._is_reading = True
        try:
            is_read, line = await _first(reading, self.session.until_busy())
        finally:
            self._is_reading = False
        if is_read and line is None:
            self.session.ask_to_leave()
        return line

    async def _answer(self) -> None:
        """Read a line for the program's `input()`."""
        session = self.session
        wanted = session.input_wanted
        if wanted is None:
            return
        self._is_reading = True
        try:
            is_read, line = await _first(
                self.lines.answer(wanted.prompt, wanted.is_hidden), self._until_answered()
            )
            if not is_read:
                return
            session.input_answered()
            text = END_OF_FILE if line is None else f":{line}" if line.startswith(":") else line
            await session.client.perform("evaluate", EvaluateArguments(text))
        except Abandoned:
            session.input_answered()
            await session.client.send("notebookInterrupt")
        except Refused as refusal:
            session.screen.show_text(f"*** {refusal}", "error")
        finally:
            self._is_reading = False

    async def _until_answered(self) -> None:
        while self.session.input_wanted is not None and not self.session.is_ended:
            await asyncio.wait([self.session.change()])

    def interrupt(self) -> None:
        """Do what Ctrl-C means now; called on the event loop."""
        session = self.session
        if self._is_reading:
            self.lines.drop()
        elif session.evaluating is not None:
            self._spawn(session.client.send("cancel", {"requestId": session.evaluating}))
        elif not session.stops:
            self._interrupts += 1
            if self._interrupts == 1:
                self._spawn(session.client.send("pause", PauseArguments(MAIN_THREAD)))
                asyncio.get_running_loop().call_later(PAUSE_S, self._say_next)
            elif self._interrupts == 2:
                session.screen.say("interrupting; Ctrl-C once more ends the session", "note")
                self._spawn(session.client.send("notebookInterrupt"))
            else:
                session.ask_to_leave()

    def _say_next(self) -> None:
        if self._interrupts == 1 and not self.session.stops and not self.session.is_ended:
            self.session.screen.say("it runs on for now; Ctrl-C once more interrupts it", "note")

    def _spawn(self, answer: "asyncio.Future[Any]") -> None:
        async def wait() -> None:
            try:
                response = await answer
            except ServerGone:
                return
            if not response.success:
                self.session.screen.show_text(f"*** {response.message}", "error")

        task = asyncio.get_running_loop().create_task(wait())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _first(
    wanted: Coroutine[Any, Any, T], otherwise: Coroutine[Any, Any, None]
) -> tuple[bool, T | None]:
    """Return whether `wanted` ended first, and its result; what did not end is cancelled."""
    reading, other = asyncio.ensure_future(wanted), asyncio.ensure_future(otherwise)
    try:
        await asyncio.wait({reading, other}, return_when=asyncio.FIRST_COMPLETED)
        return (True, reading.result()) if reading.done() else (False, None)
    finally:
        for task in (reading, other):
            if not task.done():
                task.cancel()
        await asyncio.wait({reading, other})


def listen(conversation: Conversation) -> None:
    """Have Ctrl-C go to the conversation, and not end this process."""
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, conversation.interrupt)
