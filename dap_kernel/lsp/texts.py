"""The editor's documents as texts, by URI, and what its edits make of them.

Lines are LSP's: they end with `\\n`, `\\r\\n` or `\\r`. To pygls they also end with a form feed and
what else Unicode takes for an end, so that an edit below one lands elsewhere: its own copies are not used.
"""

from collections.abc import Iterable

from lsprotocol import types
from pygls.workspace import PositionCodec

from .books import lines_of


class Texts:
    """What is open, with the language that the editor takes it for."""

    def __init__(self) -> None:
        self._open: dict[str, tuple[str, str]] = {}  # language and text

    def open(self, items: Iterable[types.TextDocumentItem]) -> None:
        for it in items:
            self._open[it.uri] = it.language_id, it.text

    def change(
        self, uri: str, changes: Iterable[types.TextDocumentContentChangeEvent], codec: PositionCodec
    ) -> None:
        """Make the edits, one after the other."""
        language, text = self._open.get(uri, ("", ""))
        for it in changes:
            text = edited(text, it, codec)
        self._open[uri] = language, text

    def close(self, uris: Iterable[str]) -> None:
        for uri in uris:
            self._open.pop(uri, None)

    def text(self, uri: str) -> str:
        return self._open.get(uri, ("", ""))[1]

    def language(self, uri: str) -> str:
        return self._open.get(uri, ("", ""))[0]


def edited(text: str, change: types.TextDocumentContentChangeEvent, codec: PositionCodec) -> str:
    """Return a text after one edit."""
    if not isinstance(change, types.TextDocumentContentChangePartial):
        return change.text
    lines = lines_of(text)
    start, end = (_offset(lines, it, codec) for it in (change.range.start, change.range.end))
    return f"{text[:start]}{change.text}{text[max(start, end) :]}"


def _offset(lines: list[str], position: types.Position, codec: PositionCodec) -> int:
    """Return how many characters stand before a position; what is beyond a line's end is its end."""
    before = sum(map(len, lines[: position.line]))
    if position.line >= len(lines):
        return before
    line = lines[position.line].rstrip("\r\n")
    if line.isascii():
        return before + min(position.character, len(line))
    where = types.Position(0, position.character)
    return before + min(codec.position_from_client_units([line], where).character, len(line))
