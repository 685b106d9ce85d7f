"""The editor's documents, and what its edits make of them: pygls' workspace with the lines of LSP.

Those end with `\\n`, `\\r\\n` or `\\r`. To pygls they also end with a form feed and what else Unicode takes
for an end, so that an edit below one lands elsewhere.
"""

from lsprotocol import types
from pygls.workspace import PositionCodec, Workspace

from .open_notebooks import lines_of


class NotebookWorkspace(Workspace):
    """The documents that the editor has open, each with the text of today alone."""

    def update_text_document(
        self, text_doc: types.VersionedTextDocumentIdentifier, change: types.TextDocumentContentChangeEvent
    ) -> None:
        """Make one edit."""
        known = self.get_text_document(text_doc.uri)
        text = edited(known.source, change, self.position_codec)
        self.put_text_document(
            types.TextDocumentItem(text_doc.uri, known.language_id or "", text_doc.version, text)
        )


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
    if position.character >= codec.client_num_units(line):
        return before + len(line)
    where = types.Position(0, position.character)
    return before + codec.position_from_client_units([line], where).character
