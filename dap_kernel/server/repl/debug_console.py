"""The console beside Python: colon commands, and the answers to `input()`.

A line that starts with a colon is a command, also while `input()` waits; `::` sends a colon. Knows no
command: those are in `commands.py`. Source: the design's sections 5 and 7.
"""

from typing import TYPE_CHECKING

from ...agent.wire import messages as wire
from ...protocol.variables import CompletionItem, EvaluateResponse
from .. import convert
from ..errors import DapError
from ..output.cell_output import clean
from ..registry import Then
from .commands import COMMANDS
from .table_pager import TablePager

if TYPE_CHECKING:
    from ..session import Session

END_OF_FILE = "\x04"  # as an answer, what Ctrl-D sends on a terminal


class Console:
    """See the module."""

    def __init__(self, session: "Session") -> None:
        self._session = session
        self._wanted: wire.InputWanted | None = None
        self.table_pager = TablePager(session)
        self.frame_id: int | None = None  # of the frame that the last command was typed for

    @property
    def is_wanted(self) -> bool:
        """Whether `input()` waits for a line."""
        return self._wanted is not None

    def input_wanted(self, it: wire.InputWanted) -> None:
        self._wanted = it
        self._session.output.flush(ends_line=False)  # it may be the question
        text = clean(it.prompt) or "input: "
        self._session.emit(convert.input_wanted(it, text, self._session.wants_notebook_events))

    def input_done(self) -> None:
        self._wanted = None

    def forget(self) -> None:
        """The kernel is gone, and with it whoever asked."""
        self._wanted = None

    def answer(self, text: str) -> EvaluateResponse:
        """Give `text` to `input()`."""
        self._wanted = None
        self._session.kernel.tell(wire.Input(None if text == END_OF_FILE else text))
        return EvaluateResponse("", 0)

    async def do(self, line: str, frame_id: int | None = None) -> Then | EvaluateResponse:
        """Do a colon command, typed while the client looks at a frame. Raises DapError."""
        self.frame_id = frame_id
        name, _, rest = line.strip().removeprefix(":").strip().partition(" ")
        if not name:
            raise DapError("a command's name follows the colon; :help lists them")
        command = COMMANDS.get(name)
        if command is None:
            near = [it for it in COMMANDS if name and it.startswith(name)]
            if len(near) != 1:
                raise DapError(_unknown(name))
            command = COMMANDS[near[0]]
        words = [rest.strip()] if command.takes_text and rest.strip() else rest.split()
        said = await command.run(self._session, words)
        response = EvaluateResponse(said.text, 0)
        return response if said.then is None else Then(response, said.then)

    def complete(self, text: str, first_column: int) -> list[CompletionItem]:
        """Return completions of a colon command; `text` is the line up to the cursor."""
        name, space, rest = text.lstrip().removeprefix(":").partition(" ")
        indent = len(text) - len(text.lstrip())
        if not space:
            found = [f":{it}" for it in COMMANDS if it.startswith(name)]
            return [
                CompletionItem(it, type="keyword", start=first_column + indent, length=len(name) + 1)
                for it in found
            ]
        words = rest.split(" ")
        command = COMMANDS.get(name)
        options = command.words(self._session, words[:-1]) if command is not None else []
        start = len(text) - len(words[-1])
        return [
            CompletionItem(it, type="value", start=first_column + start, length=len(words[-1]))
            for it in options
            if it.startswith(words[-1])
        ]


def _unknown(name: str) -> str:
    from difflib import get_close_matches  # late: it is slow to import

    near = get_close_matches(name.lower(), COMMANDS, n=1)
    meant = f"did you mean :{near[0]}? " if near else ""
    return f"there is no command :{name}; {meant}:help lists them"


def is_command(text: str) -> bool:
    stripped = text.lstrip()
    return stripped.startswith(":") and not stripped.startswith("::")
