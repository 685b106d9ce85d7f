"""Pictures that a terminal cannot show, as files: their paths are told. Knows no session.

The folder stays after the end, as what was told of it does.
"""

import binascii
import tempfile
from pathlib import Path

from ..protocol.notebook import NotebookDisplayEvent

SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg", "image/svg+xml": ".svg"}  # the best one first


class Pictures:
    """The pictures of one session."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._count = 0

    def keep(self, shown: NotebookDisplayEvent) -> Path | None:
        """Write what can be seen of a display into a file; None: nothing. Raises OSError."""
        for mime, suffix in SUFFIXES.items():
            value = shown.data.get(mime)
            if not isinstance(value, str):
                continue
            try:
                data = value.encode() if mime.endswith("+xml") else binascii.a2b_base64(value)
            except binascii.Error:
                continue
            self._folder = self._folder or Path(tempfile.mkdtemp(prefix="dap-kernel-"))  # mode 0700
            self._count += 1
            path = self._folder / f"{self._count}{suffix}"
            path.write_bytes(data)
            return path
        return None
