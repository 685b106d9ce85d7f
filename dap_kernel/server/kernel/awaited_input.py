"""The line that the program waits for in `input()`: asked for in the client's console, answered from there.

In a session with a terminal of its own nobody waits here. Knows nothing of what else is typed.
"""

from ...agent.wire import messages as wire
from ...kernels.output.escape_filter import clean
from ...protocol.variables import EvaluateResponse
from .. import convert
from ..output.cell_output import CellOutput
from ..port.client_port import ClientPort
from .session_kernel import SessionKernel

END_OF_FILE = "\x04"  # as an answer, what Ctrl-D sends on a terminal


class AwaitedInput:
    """At most one thread of the kernel waits for a line."""

    def __init__(self, port: ClientPort, kernel: SessionKernel, output: CellOutput) -> None:
        self._port = port
        self._kernel = kernel
        self._output = output
        self.is_wanted = False  # `input()` waits for a line

    def ask(self, wanted: wire.InputWanted) -> None:
        """Have the client's user be asked."""
        self.is_wanted = True
        self._output.flush(ends_line=False)  # it may be the question
        text = clean(wanted.prompt) or "input: "
        self._port.emit(convert.input_wanted(wanted, text, self._port.wants_notebook_events))

    def stop_waiting(self) -> None:
        """Note that nobody waits any more: it was answered or broken off, or the kernel is gone."""
        self.is_wanted = False

    def answer(self, text: str) -> EvaluateResponse:
        """Give a line, or `END_OF_FILE`, to `input()`."""
        self.is_wanted = False
        self._kernel.send_command(wire.Input(None if text == END_OF_FILE else text))
        return EvaluateResponse("", 0)
