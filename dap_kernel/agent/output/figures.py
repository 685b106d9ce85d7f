"""matplotlib's figures, drawn by us unless the user chose a backend: at `show()` and at a cell's end.

Imports nothing of matplotlib before the user does, and puts nothing into the environment: a child
process would look there for a backend that only this one has.
"""

import os
import struct
import sys
from collections.abc import Callable
from io import BytesIO
from types import ModuleType
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

from ..common.errors import one_line
from ..common.when_imported import when_imported
from ..wire.filenames import FileLine
from .displays import NOWHERE, Displays, new_id
from .mime import Bundle

BACKEND = f"module://{__package__}.figure_backend"  # matplotlib takes `FigureCanvas` from there
_SAME_AS_OURS = ("inline", "module://matplotlib_inline.backend_inline")  # what Jupyter gives its children
_MIMES = {
    "png": "image/png",
    "retina": "image/png",
    "png2x": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
}
_MOST = 50  # figures that are shown at a cell's end
_DOUBLE = ("retina", "png2x")


class Figures:
    """The figures of one kernel. The backend finds it as `figures.current`."""

    def __init__(self, displays: Displays) -> None:
        self._displays = displays
        self.formats: set[str] = {"png"}
        self.options: dict[str, Any] = {"bbox_inches": "tight"}  # of `savefig`
        self.is_inline = False
        self.closes = True  # what was shown at a cell's end
        self._made_at: WeakKeyDictionary[Any, FileLine] = WeakKeyDictionary()  # by figure
        self._shown: WeakSet[Any] = WeakSet()  # figures, as they are now
        self._moving: WeakKeyDictionary[Any, str] = WeakKeyDictionary()  # display ids, by figure

    def install(self, is_inline: bool) -> None:
        """`is_inline`: be matplotlib's backend unless the user has said which; else only draw values."""
        global current
        current = self
        self.is_inline = is_inline
        self._displays.formats.append(self.format)
        self._displays.on_clear.append(self._moving.clear)
        if is_inline:
            when_imported("matplotlib", _choose, self._displays.send_note)

    def say(self, text: str) -> None:
        """Say something about figures to the user."""
        self._displays.complain(text)

    def made(self, figure: object) -> None:
        """Note where pyplot made a figure."""
        self._made_at[figure] = self._displays.here()

    def format(self, value: object) -> Bundle | None:
        """Return a figure's forms, of a value that is to be shown; None: it is no figure."""
        module = sys.modules.get("matplotlib.figure")
        if module is None or not isinstance(value, module.Figure):
            return None
        if _is_empty(value):
            return Bundle({"text/plain": repr(value)})
        self._shown.add(value)
        return self._drawn(value)

    def show(self, manager: Any, *, is_over: bool, moves: bool = False) -> None:
        """Show a figure. `is_over`: and close it; `moves`: what it becomes in this cell takes its place."""
        figure = manager.canvas.figure
        try:
            if not _is_empty(figure):
                is_known = figure in self._moving
                if moves and not is_known:
                    self._moving[figure] = new_id()
                place, id = self._made_at.get(figure, NOWHERE), self._moving.get(figure)
                self._displays.publish(self._drawn(figure), place, id, update=is_known)
                self._shown.add(figure)
        finally:
            if is_over:
                _destroy(manager)

    def show_all(self, *, goes_on: bool) -> None:
        """What `pyplot.show()` does; `goes_on`: what `pyplot.pause()` does, and `show(block=False)`."""
        for manager in _managers():
            self.show(manager, is_over=self.closes and not goes_on, moves=goes_on)

    def cell_ends(self) -> None:
        """Show what the cell has left open, but nothing twice; of very many the first ones."""
        managers = [it for it in _managers() if _is_ours(it)]
        fresh = [it for it in managers if it.canvas.figure not in self._shown or it.canvas.figure.stale]
        try:
            for manager in fresh[:_MOST]:
                self._try(lambda it: self.show(it, is_over=False), manager)
            if len(fresh) > _MOST:
                self.say(f"{len(fresh)} figures were left open: the first {_MOST} are shown")
        finally:  # an interrupt is meant for all of them
            self._moving.clear()
            for manager in managers if self.closes else ():
                self._try(_destroy, manager)

    def _try(self, call: Callable[[Any], None], manager: Any) -> None:
        try:
            call(manager)
        except Exception as error:
            self.say(f"a figure cannot be drawn: {one_line(error)}")

    def draw_now(self) -> int:
        """Show every open figure as it is, and leave it open; return how many."""
        found = [it for it in _managers() if not _is_empty(it.canvas.figure)]
        for manager in found:
            self.show(manager, is_over=False)
        return len(found)

    def _drawn(self, figure: Any) -> Bundle:
        bundle, was_stale = Bundle({"text/plain": repr(figure)}), figure.stale
        for format in sorted(self.formats & set(_MIMES)):
            buffer, is_double = BytesIO(), format in _DOUBLE
            options = {"dpi": figure.dpi * (2 if is_double else 1), **self.options}
            kind = _MIMES[format].rpartition("/")[2].removesuffix("+xml")
            figure.savefig(buffer, format=kind, **options)
            data = buffer.getvalue()
            bundle.data[_MIMES[format]] = data
            if is_double:
                width, height = struct.unpack(">2I", data[16:24])
                bundle.metadata[_MIMES[format]] = {"width": width // 2, "height": height // 2}
        figure.stale = was_stale and not _is_ours(
            figure.canvas.manager
        )  # drawing it changes it, for a moment
        return bundle


current: Figures


def use_ours() -> None:
    """Be matplotlib's backend from now on; it is imported if need be."""
    import matplotlib

    matplotlib.use(BACKEND)


def _choose(matplotlib: ModuleType) -> None:
    """Be the backend of a matplotlib that has just been imported, unless another one was chosen."""
    told = os.environ.get("MPLBACKEND")
    if told and told not in _SAME_AS_OURS:
        return
    params = matplotlib.rcParams
    if told or not isinstance(dict.__getitem__(params, "backend"), str):  # what none was chosen of is no name
        params["backend"] = BACKEND


def _managers() -> list[Any]:
    helpers = sys.modules.get("matplotlib._pylab_helpers")
    return list(helpers.Gcf.get_all_fig_managers()) if helpers is not None else []


def _is_ours(manager: object) -> bool:
    backend = sys.modules.get(f"{__package__}.figure_backend")
    return backend is not None and isinstance(manager, backend.FigureManager)


def _destroy(manager: Any) -> None:
    sys.modules["matplotlib._pylab_helpers"].Gcf.destroy(manager)


def _is_empty(figure: Any) -> bool:
    """Whether nothing was drawn on a figure, that somebody made only to have one."""
    return len(figure.get_children()) < 2  # one is the background
