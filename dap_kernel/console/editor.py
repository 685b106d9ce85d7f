"""Typed lines from a terminal: edited, completed, remembered. Knows prompt_toolkit; not what lines mean."""

import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path

import msgspec
from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import ANSI
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.patch_stdout import patch_stdout

from .line_input import Abandoned
from .screen import TerminalScreen
from .terminal_text import Cleaner


class CompletedText(msgspec.Struct, frozen=True):
    """A completion: `text` replaces what is between `start` and the cursor."""

    text: str
    start: int  # 0-based, in the text up to the cursor
    about: str = ""


Complete = Callable[[str], Awaitable[list[CompletedText]]]


class EditedLines:
    """Lines that a user edits at a terminal: see `line_input.Lines`."""

    def __init__(self, screen: TerminalScreen, complete: Complete) -> None:
        self._screen = screen
        completer = _Completer(complete)
        self._commands: PromptSession[str] = PromptSession(
            history=history(),
            completer=completer,
            complete_while_typing=False,
            enable_suspend=True,
            reserve_space_for_menu=5,
        )
        self._answers: PromptSession[str] = PromptSession(history=InMemoryHistory())
        self._hidden: PromptSession[str] = PromptSession(history=_NoHistory(), is_password=True)

    async def command(self, prompt: str) -> str | None:
        self._screen.finish_line()
        return await self._read(self._commands, self._screen.paint(prompt, "bold"))

    async def answer(self, prompt: str, is_hidden: bool) -> str | None:
        before, newline, last = prompt.rpartition("\n")
        self._screen.program(before + newline, "stdout")
        shown = self._screen.take_line() + Cleaner(keep_colours=True).feed(last)
        return await self._read(self._hidden if is_hidden else self._answers, shown)

    def drop(self) -> None:
        """Nothing to do: Ctrl-C is a key here."""

    async def _read(self, session: PromptSession[str], prompt: str) -> str | None:
        try:
            with patch_stdout(raw=True):
                return await session.prompt_async(ANSI(prompt), handle_sigint=False)
        except EOFError:
            return None
        except KeyboardInterrupt:
            raise Abandoned from None
        finally:
            self._screen.line_was_read()


class _Completer(Completer):
    def __init__(self, complete: Complete) -> None:
        self._complete = complete

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> list[Completion]:
        return []  # only the asynchronous way is asked

    async def get_completions_async(
        self, document: Document, complete_event: CompleteEvent
    ) -> AsyncGenerator[Completion, None]:
        text = document.text_before_cursor
        for it in await self._complete(text):
            yield Completion(it.text, it.start - len(text), display_meta=it.about)


class _NoHistory(History):
    """For what is not to be remembered at all."""

    def load_history_strings(self) -> list[str]:
        return []

    def store_string(self, string: str) -> None:
        pass


def history_path() -> Path:
    """Return where lines are remembered, for this user alone."""
    state = os.environ.get("XDG_STATE_HOME", "")
    folder = Path(state) if os.path.isabs(state) else Path.home() / ".local" / "state"
    return folder / "dap-kernel" / "history"


def history() -> History:
    """Return the history in its file; one of this session alone where there can be no file."""
    try:
        path = history_path()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            os.fchmod(fd, 0o600)
        finally:
            os.close(fd)
    except (OSError, RuntimeError):
        return InMemoryHistory()
    return FileHistory(str(path))
