"""The texts that frames are in: files as they are now, and what only the server has.

Knows nothing of stops.
"""

import os
import stat

from ..client.dap_client import DapClient, Refused
from ..protocol.sources import Source, SourceArguments, SourceResponse
from .listing import ListedText, text_of

MOST_BYTES = 32 * 2**20
KEPT = 16


class FrameTexts:
    """Looks at a file again when its time or size has changed."""

    def __init__(self, client: DapClient) -> None:
        self._client = client
        self._kept: dict[object, ListedText] = {}

    async def get(self, source: Source | None) -> ListedText | None:
        """Return the text of a source, None when there is none."""
        if source is None:
            return None
        if source.source_reference:
            return await self._asked(source, source.source_reference)
        if source.path is None:
            return None
        try:
            found = os.stat(source.path)
            if not stat.S_ISREG(found.st_mode):
                return None
            key = source.path, found.st_mtime_ns, found.st_size
            if key in self._kept:
                return self._kept[key]
            with open(source.path, "rb") as file:
                content = file.read(MOST_BYTES)
        except (OSError, ValueError):
            return None
        return self._keep(key, text_of(content.decode("utf-8-sig", "replace"), _is_json(source.path)))

    async def _asked(self, source: Source, reference: int) -> ListedText | None:
        key = "reference", reference
        if key in self._kept:
            return self._kept[key]
        try:
            response = await self._client.request(
                "source", SourceArguments(reference, source), SourceResponse
            )
        except Refused:
            return None
        return self._keep(key, text_of(response.content, is_json=False))

    def _keep(self, key: object, text: ListedText) -> ListedText:
        while len(self._kept) >= KEPT:
            self._kept.pop(next(iter(self._kept)))
        self._kept[key] = text
        return text


def shown_path(path: str) -> str:
    """Return a path as a user would type it here."""
    try:
        relative = os.path.relpath(path)
    except (ValueError, OSError):
        return path
    return path if relative.startswith(os.pardir) else relative


def _is_json(path: str) -> bool:
    return path.endswith(".ipynb")
