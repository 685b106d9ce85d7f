"""What cells show beside text: as `notebookDisplay` to who knows that, else as text and a picture's path.

Source: docs/protocol.md, "Events".
"""

import binascii
import logging

from ...agent.wire import messages as wire
from ...kernels.errors import RuntimeFolderError
from ...kernels.runtime.picture_files import PictureFiles
from ...protocol.notebook import NotebookDisplayEvent
from ..convert import display
from ..port.client_port import ClientPort
from ..texts.sources import Location

log = logging.getLogger(__name__)

PLAIN = "text/plain"
SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg", "image/svg+xml": ".svg"}  # the best one first
SHORT = 200  # characters of a text that its picture's path stands beside
MOST_TOLD = 200  # displays that can be updated, of which is known what was told


class DisplayEvents:
    """What the client is told of what cells show; knows which displays it was told of."""

    def __init__(self, port: ClientPort) -> None:
        self._port = port
        self._pictures = PictureFiles()
        self._clears: str | None = None  # id of the cell whose outputs go away before the next one
        self._told: dict[str, str] = {}  # to a console, by display id

    def show(self, shown: wire.Display, cell_id: str | None, location: Location | None) -> str:
        """Tell who wants to know; return what a console shows of it, if that is new."""
        if shown.clear is not None:
            self._clear(cell_id, is_now=shown.clear == "now")
            return ""
        self.something_new(cell_id)
        if self._port.has_notebook_hearers:
            self._port.emit(display(shown, cell_id, location))
        text = str(shown.data.get(PLAIN, ""))
        if self._port.wants_notebook_events:
            return "" if shown.update else text
        return self._news(shown, self._with_path(text, shown))

    def something_new(self, cell_id: str | None) -> None:
        """Let go what a cell has shown, if it wants that before there is more to see."""
        if self._clears is not None and self._clears == cell_id:
            self._clear(cell_id, is_now=True)

    def _clear(self, cell_id: str | None, *, is_now: bool) -> None:
        self._clears = None if is_now else cell_id
        if is_now and self._port.has_notebook_hearers:
            self._port.emit(NotebookDisplayEvent({}, cell_id, clear=True))

    def _news(self, shown: wire.Display, text: str) -> str:
        """Return `text`, or "" where the same was told of the display before this update."""
        if shown.display_id is None:
            return text
        told = self._told.pop(shown.display_id, None)
        self._told[shown.display_id] = text
        if len(self._told) > MOST_TOLD:
            del self._told[next(iter(self._told))]
        return "" if shown.update and told == text else text

    def _with_path(self, text: str, shown: wire.Display) -> str:
        """Return `text` with the path of a display's picture, if it has one."""
        for mime, suffix in SUFFIXES.items():
            value = shown.data.get(mime)
            if not isinstance(value, str):
                continue
            try:
                path = self._pictures.keep(_bytes(mime, value), suffix, shown.display_id)
            except (OSError, RuntimeFolderError, binascii.Error) as error:
                log.warning("a picture could not be kept: %s", error)
                return text
            is_short = "\n" not in text and len(text) < SHORT
            return f"{text}: {path}" if is_short else f"{text}\n{path}"
        return text


def _bytes(mime: str, value: str) -> bytes:
    """Return what goes into a file."""
    return value.encode() if mime.endswith("+xml") else binascii.a2b_base64(value)
