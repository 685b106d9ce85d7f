"""Jupyter notebooks: cells out of raw JSON text, each source line with the line of the text it stands on.

Follows the notebook format 4.0 to 4.5 (nbformat.readthedocs.io). Knows nothing of how cells run.
"""

import json
import re
from collections.abc import Iterator

from .cells import Draft, Format, Kind, Notebook, NotebookError
from .magics import is_foreign
from .numbering import number_cells

_SPACE = re.compile(r"[ \t\r\n]*")
_decode = json.JSONDecoder().raw_decode
CONVERT = "convert it first: jupyter nbconvert --to notebook --nbformat 4"


class _Reader:
    """Walks JSON text down to the values that matter; the others are skipped at the speed of C."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._line, self._seen = 1, 0
        self.position = 0

    def line(self, position: int) -> int:
        """Return the line that `position` is on; never ask for an earlier one."""
        self._line += self._text.count("\n", self._seen, position)
        self._seen = position
        return self._line

    def peek(self) -> str:
        """Return the next character that is no blank, "" at the end."""
        self.position = _SPACE.match(self._text, self.position).end()  # type: ignore[union-attr]
        return self._text[self.position : self.position + 1]

    def expect(self, character: str) -> None:
        if self.peek() != character:
            raise json.JSONDecodeError(f"expected {character!r}", self._text, self.position)
        self.position += 1

    def value(self) -> object:
        self.peek()
        value, self.position = _decode(self._text, self.position)
        return value

    def members(self) -> Iterator[str]:
        """Yield the keys of an object; the caller takes each value before the next key."""
        yield from (str(self._key()) for _ in self._elements("{", "}"))

    def items(self) -> Iterator[None]:
        """Yield before each element of an array; the caller takes it."""
        return self._elements("[", "]")

    def _key(self) -> object:
        key = self.value()
        self.expect(":")
        return key

    def _elements(self, opening: str, closing: str) -> Iterator[None]:
        self.expect(opening)
        if self.peek() == closing:
            self.position += 1
            return
        while True:
            yield
            if self.peek() == closing:
                self.position += 1
                return
            self.expect(",")


def read_jupyter(text: str) -> Notebook:
    """Return the notebook in `text`. Raises NotebookError."""
    try:
        return _read(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as wrong:
        raise NotebookError(
            f"not a whole notebook: the JSON breaks off or is wrong at line {wrong.lineno}"
        ) from None
    except RecursionError:
        raise NotebookError("not a notebook: the JSON is nested too deeply") from None


def _read(text: str) -> Notebook:
    reader = _Reader(text)
    known: dict[str, object] = {}
    drafts: list[Draft] | None = None
    if reader.peek() != "{":
        reader.value()
        raise NotebookError("not a notebook: the JSON is no object")
    for key in reader.members():
        if key == "cells" and reader.peek() == "[":
            drafts = [_cell(reader) for _ in reader.items()]
        else:
            known[key] = reader.value()
    if reader.peek():
        raise json.JSONDecodeError("extra data", text, reader.position)
    _check_version(known)
    if drafts is None:
        raise NotebookError("not a notebook: the JSON has no list of cells")
    return Notebook(Format.JUPYTER, number_cells(drafts), text, _kernelspec(known.get("metadata")))


def _check_version(known: dict[str, object]) -> None:
    version = known.get("nbformat")
    if not isinstance(version, int):
        raise NotebookError(
            f"not a notebook: the JSON has no nbformat number; if it is an old one, {CONVERT}"
        )
    if version < 4:
        raise NotebookError(f"nbformat {version} is too old; {CONVERT}")
    if version > 4:
        raise NotebookError(f"nbformat {version} is newer than what dap_kernel can read; {CONVERT}")


def _cell(reader: _Reader) -> Draft:
    reader.peek()
    first = reader.line(reader.position)
    id, cell_type, source = None, "raw", ""
    lines: tuple[int, ...] = ()
    for key in reader.members():
        if key == "source":
            source, lines = _source(reader)
            continue
        value = reader.value()
        if key == "cell_type":
            cell_type = str(value)
        elif key == "id":
            id = str(value)
    span = first, reader.line(reader.position)
    return Draft(_kind(cell_type, source), source, lines, span, anchor=id)


def _kind(cell_type: str, source: str) -> Kind:
    if cell_type == "code":
        return "foreign" if is_foreign(source) else "code"
    return "markdown" if cell_type == "markdown" else "raw"


def _source(reader: _Reader) -> tuple[str, tuple[int, ...]]:
    """Take a source, a string or a list of them; return it with the line of the text of each of its lines."""
    pieces: list[str] = []
    lines: list[int] = []
    is_new = True  # the next piece begins a line
    for _ in reader.items() if reader.peek() == "[" else (None,):
        reader.peek()
        at = reader.line(reader.position)
        value = reader.value()
        if not isinstance(value, str):
            raise NotebookError(f"not a notebook: the source of a cell at line {at} is no text")
        piece = value.replace("\r\n", "\n").replace("\r", "\n") if "\r" in value else value
        pieces.append(piece)
        lines += [at] * (piece.count("\n") + is_new)
        if piece:
            is_new = piece.endswith("\n")
            if is_new:
                lines.pop()
        elif is_new:
            lines.pop()
    return _without_end("".join(pieces), lines)


def _without_end(source: str, lines: list[int]) -> tuple[str, tuple[int, ...]]:
    """Drop the last end of line, after which there is no line."""
    source = source.removesuffix("\n")
    return source, tuple(lines[: source.count("\n") + 1]) if source else ()


def _kernelspec(metadata: object) -> str | None:
    """Return the name of the kernelspec. Raises NotebookError when it is not Python's."""
    metadata = metadata if isinstance(metadata, dict) else {}
    spec, info = metadata.get("kernelspec"), metadata.get("language_info")
    spec = spec if isinstance(spec, dict) else {}
    info = info if isinstance(info, dict) else {}
    language = spec.get("language") or info.get("name") or "python"
    if str(language).lower() not in ("python", "python3", "ipython"):
        raise NotebookError(
            f"this notebook is written in {language}; dap_kernel debugs Python notebooks only"
        )
    name = spec.get("name")
    return name if isinstance(name, str) and name else None
