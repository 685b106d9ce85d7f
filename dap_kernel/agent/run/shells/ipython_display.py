"""What IPython's shell shows, brought to our displays: its publisher, `%matplotlib`, `%config InlineBackend`.

Imports IPython, and nothing of matplotlib. Its errors of formatting are said, and end no cell.
"""

# mypy: allow-untyped-calls
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from traitlets import Bool, Dict, Set, Unicode, observe
from traitlets.config.configurable import Configurable

from ...output import figures
from ...output.displays import Displays
from ...output.mime import Bundle
from ...wire.filenames import FileLine

_WITH_WIDGETS = ("widget", "ipympl", "notebook", "nbagg")


class Publisher(DisplayPublisher):
    """Where IPython's `display` sends its bundles."""

    displays: Displays

    def publish(
        self,
        data: Any,
        metadata: Any = None,
        source: object = None,
        *,
        transient: Any = None,
        update: bool = False,
        **_: object,
    ) -> None:
        """Show a bundle, or with `update` replace the display of `transient["display_id"]`.

        The signature is that of IPython's `DisplayPublisher.publish`, which raises ValueError for wrong data.
        """
        self._validate_data(data, metadata)
        known = (transient or {}).get("display_id")
        bundle = Bundle(dict(data), dict(metadata or {}))
        self.displays.publish(bundle, None, str(known) if known else None, update)

    def clear_output(self, wait: bool = False) -> None:
        self.displays.clear(wait)


class CellDisplayHook(DisplayHook):
    """Where a cell's values go: IPython has formatted them, and keeps them in `_` and `Out`."""

    displays: Displays
    place: FileLine | None = None  # of the value; None: where the code is

    def write_output_prompt(self) -> None:
        """Write nothing: the client says which cell it is."""

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        bundle = Bundle(dict(format_dict), dict(md_dict or {}))
        self.displays.publish(bundle, self.place, is_result=True)


class InlineBackend(Configurable):
    """What `%config InlineBackend.name = value` sets: the names are those of Jupyter's own."""

    figure_formats = Set({"png"}, help="png, retina, jpeg, svg, pdf").tag(config=True)
    figure_format = Unicode("", help="the same for only one").tag(config=True)
    print_figure_kwargs = Dict({"bbox_inches": "tight"}, help="of savefig()").tag(config=True)
    close_figures = Bool(True, help="close what was shown at a cell's end").tag(config=True)
    rc = Dict({}, help="matplotlib's settings").tag(config=True)

    @observe("figure_format")
    def _one_format(self, change: Any) -> None:
        if change["new"]:
            self.figure_formats = {change["new"]}

    @observe("figure_formats", "print_figure_kwargs", "close_figures", "rc")
    def _changed(self, change: Any) -> None:
        ours = figures.current
        ours.formats = set(self.figure_formats)
        ours.options = dict(self.print_figure_kwargs)
        ours.closes = self.close_figures
        if change["name"] == "rc" and self.rc:
            import matplotlib

            params: Any = matplotlib.rcParams
            params.update(self.rc)


def connect(shell: Any, displays: Displays) -> None:
    """Have what `shell` shows come to `displays`."""
    shell.display_pub.displays = shell.displayhook.displays = displays
    shell.configurables.append(InlineBackend(parent=shell))
    by_name = shell.display_formatter.mimebundle_formatter
    by_name.for_type_by_name("matplotlib.figure", "Figure", _figure)


def takes(gui: str | None) -> bool:
    """Whether `%matplotlib gui` means our own pictures."""
    return gui in ("inline", *_WITH_WIDGETS) or (gui in (None, "auto") and figures.current.is_inline)


def enable(gui: str | None) -> tuple[str | None, str]:
    """Do what `%matplotlib gui` asks, where it `takes`. Raises ModuleNotFoundError without matplotlib."""
    if gui in _WITH_WIDGETS:
        figures.current.say(
            f"%matplotlib {gui} needs a browser: the figures are drawn as with %matplotlib inline"
        )
    figures.use_ours()
    return None, "inline"


def _figure(figure: object) -> tuple[dict[str, object], dict[str, object]]:
    bundle = figures.current.format(figure)
    return (bundle.data, bundle.metadata) if bundle is not None else ({}, {})
