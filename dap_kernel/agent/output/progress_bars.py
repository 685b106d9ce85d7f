"""Progress bars of libraries that look for Jupyter's widgets or a terminal: as text that is written over.

The server shows such text as a terminal would. The libraries are changed when somebody imports them.
"""

from collections.abc import Callable
from types import ModuleType
from typing import Any

from ..common.when_imported import when_imported


def install(is_ours: Callable[[object], bool], tell: Callable[[str], None], *, has_cells: bool) -> None:
    """`is_ours` tells a stream of ours; `has_cells`: the client shows in a cell what it writes over."""

    def change_rich(console: ModuleType) -> None:
        _draw_on(console.Console, is_ours)

    when_imported("tqdm.notebook", _be_text, tell)
    if has_cells:
        when_imported("rich.console", change_rich, tell)


def _be_text(notebook: ModuleType) -> None:
    """Have `tqdm.notebook` draw what tqdm draws elsewhere: nobody here would hear of a widget's changes."""
    plain: Any = notebook.std_tqdm

    class TextBar(plain):  # type: ignore[misc]
        container = None  # the widgets
        displayed = True

        def __init__(self, *args: Any, display: bool = True, **options: Any) -> None:
            super().__init__(*args, **options)

        def display(self, msg: Any = None, pos: Any = None, **of_widgets: Any) -> Any:
            return super().display(msg, pos)

    TextBar.__module__, TextBar.__name__, TextBar.__qualname__ = (
        notebook.__name__,
        "tqdm_notebook",
        "tqdm_notebook",
    )
    names = vars(notebook)
    names["tqdm_notebook"] = names["tqdm"] = TextBar
    names["tnrange"] = names["trange"] = lambda *args, **options: TextBar(range(*args), **options)


def _draw_on(console: Any, is_ours: Callable[[object], bool]) -> None:
    """Have rich take our streams for terminals, unless the user says what they are."""
    was_terminal, was_dumb = console.is_terminal, console.is_dumb_terminal

    def is_seen(self: Any) -> bool:
        names = vars(self)  # private ones of rich 13 and 14
        said = names.get("_force_terminal") is not None or self.is_jupyter
        told = {"TTY_COMPATIBLE", "FORCE_COLOR"} & set(names.get("_environ") or ())
        return not said and not told and is_ours(self.file)

    console.is_terminal = property(
        lambda self: is_seen(self) or was_terminal.fget(self), doc=was_terminal.__doc__
    )
    console.is_dumb_terminal = property(
        lambda self: not is_seen(self) and was_dumb.fget(self), doc=was_dumb.__doc__
    )
