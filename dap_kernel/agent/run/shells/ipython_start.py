"""What IPython reads before the first cell: `ipython_config.py`, extensions, startup files.

The files are those of Jupyter's kernel, `ipython_kernel_config.py` too. Imports IPython.
"""

# mypy: allow-untyped-calls
from collections.abc import Callable
from typing import Any

from IPython.core.application import BaseIPythonApplication
from IPython.core.shellapp import InteractiveShellApp

from ...common.errors import one_line


class KernelApp(BaseIPythonApplication, InteractiveShellApp):
    """IPython's application, as far as it reads files: `cells.py` runs the cells."""

    name = "ipython-kernel"  # names the configuration file, as Jupyter's kernel does

    def init_crash_handler(self) -> None:
        """Leave `sys.excepthook` alone."""

    def exit(self, exit_status: Any = 0) -> None:
        """Go on without the configuration: an application would end here."""
        raise RuntimeError(f"IPython's application asked to exit with {exit_status}")


def load_config(complain: Callable[[str], None]) -> Any:
    """Return the application with its configuration; what is wrong with a file is said."""
    app = KernelApp()
    try:
        app.initialize([])
    except Exception as problem:
        complain(f"IPython's configuration cannot be used: {one_line(problem)}")
    return app


def run_startup(app: Any, shell: Any) -> None:
    """Load the extensions and run the files that the configuration names; IPython says what fails."""
    app.shell = shell
    shell.configurables.append(app)
    try:
        app.init_gui_pylab()
        app.init_extensions()
        app.init_code()
    except BaseException as problem:  # `sys.exit()` in a startup file: the notebook runs all the same
        shell.complain(f"IPython's startup has ended early: {one_line(problem)}")
