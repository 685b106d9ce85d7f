"""Which shell runs a notebook's cells. Those that use the notebook's own library are loaded late."""

from types import ModuleType

from ...output.displays import Displays
from ...wire.messages import Start
from ..main_module import NoFolder
from .plain import PlainShell, ScriptShell
from .shell import Shell, TellUser


def make_shell(start: Start, main: ModuleType, hidden: set[str], displays: Displays, note: TellUser) -> Shell:
    """Return the shell for the notebook of `start`; its own library is used where it can be imported.

    `hidden` gets the names in the namespace that are the shell's, `note` what the user is to know.
    """
    plain = PlainShell(displays, lambda: _ipython(main, hidden, displays, start.path0))
    match start.shell:
        case "script":
            return ScriptShell(start, lambda: _ipython(main, hidden, displays, start.path0, is_script=True))
        case "marimo":
            with NoFolder(start.path0):
                from .marimo import MarimoShell

            return MarimoShell(start.notebook, start.path0, displays, note)
        case "plain":
            return plain
    try:
        return _ipython(main, hidden, displays, start.path0)
    except ImportError:
        return plain
    except Exception as problem:
        note(f"IPython cannot be used here ({type(problem).__name__}: {problem}): cells run as plain Python")
        return plain


def _ipython(
    main: ModuleType, hidden: set[str], displays: Displays, folder: str | None, is_script: bool = False
) -> Shell:
    try:
        with NoFolder(folder):
            from .ipython import EmbeddedShell

            shell = EmbeddedShell(main, hidden, displays, is_script=is_script)
    except ModuleNotFoundError as missing:
        if missing.name != "IPython":
            raise
        text = "This cell uses IPython's syntax, and IPython is not installed here: pip install ipython"
        raise ModuleNotFoundError(text, name="IPython") from None
    shell.run_startup()
    return shell
