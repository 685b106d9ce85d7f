"""What can go wrong between server and kernel, as sentences for the user."""

ANOTHER_PYTHON = (
    'choose another Python: in the editor, by "python" in the launch configuration or by --python'
)


class CommandFailed(Exception):
    """The agent declined a command; the text says why."""


class NoAnswer(CommandFailed):
    """The agent has not answered in time. It may yet do what it was told."""


class KernelDied(Exception):
    """There is no kernel: it did not come up, it ended, or it cannot be reached."""


class InterpreterError(KernelDied):
    """No usable Python; the text names the setting to change."""


class RuntimeFolderError(Exception):
    """The private runtime folder is not private."""
