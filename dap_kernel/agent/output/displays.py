"""What is shown beside text: `display()`, a cell's last value, plots; on their way to the client.

A bundle goes through the output pipe, like all that is printed: in order with it, and a client that
does not read holds up the cell that shows, not the wire. Does not know what a value looks like.
"""

import builtins
import sys
from binascii import hexlify
from collections.abc import Callable
from json import JSONEncoder
from os import urandom
from types import ModuleType
from typing import Any

from ..common.errors import described
from ..common.text import clean
from ..common.when_imported import when_imported
from ..debuggee.code_names import name_of
from ..wire.filenames import FileLine
from ..wire.messages import MAX_DISPLAY, Display
from .mime import PLAIN, Bundle, as_json, bounded, bundle_of, filtered
from .streams import Streams

NOWHERE: FileLine = ("", 0)
_MOST_METADATA = 2**20  # characters
_dumps = JSONEncoder().encode

Format = Callable[[object], Bundle | None]


class Displays:
    """All that is displayed in one kernel."""

    def __init__(self, streams: Streams, is_heard: Callable[[], bool], tell: Callable[[str], None]) -> None:
        """`is_heard`: whether a server listens, that wants more than text; `tell` says what was left out."""
        self._streams = streams
        self._is_heard = is_heard
        self.send_note = tell
        self.formats: list[Format] = []
        """Called in turn for a value's forms; who returns None does not know it."""
        self.on_clear: list[Callable[[], None]] = []
        """Called when what the cell has shown goes away: nothing can take its place any more."""

    def install(self) -> None:
        """Have `display` be there without an import, and IPython's own do the same where it has no shell."""
        vars(builtins)["display"] = self.display
        when_imported("IPython.core.display_functions", self._stand_in, self.send_note)

    def release_formatters(self) -> None:
        """Know nobody who formats: IPython's shell, which holds all names of the user's, is one."""
        self.formats.clear()
        self.on_clear.clear()

    def complain(self, text: str) -> None:
        """Say what went wrong with something that is to be shown: the cell goes on."""
        self._streams.emit_error(f"{clean(text)}\n")

    def bundle(self, value: object) -> Bundle | None:
        """Return a value's forms; None: it has shown itself. Runs user code."""
        for format in self.formats:
            if (found := format(value)) is not None:
                return found
        return bundle_of(value, self.complain)

    def here(self) -> FileLine:
        """Return the line of the user's code that runs."""
        frame = self._streams.printing_frame(sys._getframe(1))
        return NOWHERE if frame is None else (name_of(frame.f_code), frame.f_lineno or 0)

    def publish(
        self,
        bundle: Bundle,
        place: FileLine | None = None,
        display_id: str | None = None,
        update: bool = False,
        *,
        is_result: bool = False,
    ) -> None:
        """Show a bundle, as if `place` had printed it; None: where the code is. Raises no error.

        `is_result`: it is the value of a cell.
        """
        place = place or self.here()
        try:
            text = bounded(clean(str(bundle.data.get(PLAIN) or _without_text(bundle))))
            data = as_json(Bundle({**bundle.data, PLAIN: text}), self.complain)
            self._bound(data)
            id = clean(display_id) if display_id else None
            display = Display(place[0], place[1], id, update, is_result=is_result)
            metadata = as_json(Bundle(bundle.metadata), self.complain)
            metadata = metadata if sum(map(len, metadata.values())) < _MOST_METADATA else {}
            fields = {name: _dumps(it) for name, it in vars(display).items()}
            fields |= {"data": _object(data), "metadata": _object(metadata)}
            self._streams.emit_display(_object(fields), text)
        except Exception as error:
            self.complain(f"this cannot be displayed: {described(error)}")

    def clear(self, wait: bool = False) -> None:
        """Take away what the cell has shown; `wait`: once there is something new."""
        for forget in self.on_clear:
            forget()
        display = Display(*self.here(), clear="wait" if wait else "now")
        self._streams.emit_display(_dumps(vars(display)), "")

    def display(
        self,
        *objs: object,
        include: object = None,
        exclude: object = None,
        metadata: dict[str, object] | None = None,
        transient: dict[str, object] | None = None,
        display_id: str | bool | None = None,
        raw: bool = False,
        clear: bool = False,
        update: bool = False,
        **_: object,
    ) -> "DisplayHandle | None":
        """Show objects in the richest form that the client knows; takes what IPython's `display` takes."""
        if clear:
            self.clear(wait=True)
        own = display_id if isinstance(display_id, str) else new_id() if display_id else None
        known = own or (transient or {}).get("display_id")
        for it in objs:
            bundle = Bundle(dict(it)) if raw and isinstance(it, dict) else self.bundle(it)
            if bundle is not None:
                bundle.metadata.update(metadata or {})
                self.publish(filtered(bundle, include, exclude), None, str(known) if known else None, update)
        return DisplayHandle(own, self) if own is not None else None

    def update(self, obj: object, *, display_id: str, **more: Any) -> None:
        """Show `obj` in the place of what was displayed under that id."""
        self.display(obj, display_id=display_id, **{**more, "update": True})

    def _bound(self, data: dict[str, str]) -> None:
        """Leave out the longest forms of what is too much in all, and say so."""
        while sum(map(len, data.values())) > MAX_DISPLAY:
            mime = max((it for it in data if it != PLAIN), key=lambda it: len(data[it]))
            size = len(data.pop(mime))
            most = MAX_DISPLAY // 2**20
            self.send_note(f"{mime} of {size / 2**20:.1f} MiB is not shown: {most} MiB at most")
        if not self._is_heard():
            for mime in [it for it in data if it != PLAIN]:
                del data[mime]

    def _stand_in(self, module: ModuleType) -> None:
        """Have IPython's functions come here while IPython has no shell: they would only print."""

        def has_shell() -> bool:
            loaded = sys.modules.get("IPython.core.interactiveshell")
            return loaded is not None and loaded.InteractiveShell.initialized()

        def publish(data: Any, metadata: Any = None, **more: Any) -> None:
            self.display(data, raw=True, metadata=metadata, **more)

        ours: dict[str, Callable[..., Any]] = {
            "display": self.display,
            "update_display": self.update,
            "clear_output": self.clear,
            "publish_display_data": publish,
        }
        for name, own in ours.items():
            setattr(module, name, _either(getattr(module, name), own, has_shell))


class DisplayHandle:
    """What `display(..., display_id=True)` returns."""

    def __init__(self, display_id: str, displays: Displays) -> None:
        self.display_id = display_id
        self._displays = displays

    def __repr__(self) -> str:
        return f"<DisplayHandle display_id={self.display_id}>"

    def display(self, obj: object, **more: Any) -> None:
        """Show `obj` under this id, once more."""
        self._displays.display(obj, display_id=self.display_id, **more)

    def update(self, obj: object, **more: Any) -> None:
        """Show `obj` in the place of what was shown under this id."""
        self._displays.update(obj, display_id=self.display_id, **more)


def _either(its: Callable[..., Any], ours: Callable[..., Any], has_shell: Callable[[], bool]) -> Any:
    def function(*args: Any, **more: Any) -> Any:
        return its(*args, **more) if has_shell() else ours(*args, **more)

    function.__name__, function.__doc__ = its.__name__, its.__doc__
    return function


def new_id() -> str:
    return hexlify(urandom(16)).decode()


def _without_text(bundle: Bundle) -> str:
    return f"<{', '.join(map(str, bundle.data))}>" if bundle.data else ""


def _object(fields: dict[str, str]) -> str:
    """Return a JSON object of fields that are JSON."""
    return f"{{{','.join(f'{_dumps(name)}:{it}' for name, it in fields.items())}}}"
