"""A walk through JSON text that tells on which line each string of a cell's source stands.

What does not matter is skipped at the speed of C. Knows of notebooks only that a cell is an object
with a `source`, a string or a list of strings.
"""

import json
import re
from collections.abc import Iterator

_SPACE = re.compile(r"[ \t\r\n]*")
_COLON = re.compile(r"[ \t\r\n]*:[ \t\r\n]*")
_decode = json.JSONDecoder().raw_decode

Source = tuple[str, tuple[int, ...]]  # a text, and for each of its lines the line of the JSON text


class Reader:
    """A place in JSON text. Every method may raise JSONDecodeError."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self._line, self._counted = 1, 0

    def line(self, position: int) -> int:
        """Return the line that `position` is on; never ask for an earlier one than before."""
        self._line += self.text.count("\n", self._counted, position)
        self._counted = position
        return self._line

    def peek(self) -> str:
        """Go to the next character that is no blank and return it; "" at the end."""
        self.position = self._after_space(self.position)
        return self.text[self.position : self.position + 1]

    def value(self) -> object:
        """Take the next value, whatever it is."""
        self.peek()
        value, self.position = _decode(self.text, self.position)
        return value

    def members(self) -> Iterator[str]:
        """Yield the keys of an object; the caller takes each value before the next key."""
        for _ in self._elements("{", "}"):
            key = self.value()
            self._expect(":")
            yield str(key)

    def items(self) -> Iterator[None]:
        """Yield before each element of an array; the caller takes it."""
        return self._elements("[", "]")

    def _elements(self, opening: str, closing: str) -> Iterator[None]:
        self._expect(opening)
        if self.peek() == closing:
            self.position += 1
            return
        while True:
            yield
            if self.peek() == closing:
                self.position += 1
                return
            self._expect(",")

    def _expect(self, character: str) -> None:
        if self.peek() != character:
            raise json.JSONDecodeError(f"expected {character!r}", self.text, self.position)
        self.position += 1

    def _after_space(self, position: int) -> int:
        match = _SPACE.match(self.text, position)
        return match.end() if match else position

    def source(self, start: int, end: int) -> Source:
        """Return the source of the cell, an object, at `start` to `end`."""
        return self._last_source(start, end) or self._any_source(start)

    def _last_source(self, start: int, end: int) -> Source | None:
        """Return the source if it is the last member and laid out as usual: on one line, or a line each."""
        key = self.text.rfind('"source"', start, end)
        colon = _COLON.match(self.text, key + len('"source"')) if key >= 0 else None
        if colon is None or self.text[max(start, key - 80) : key].rstrip()[-1:] not in ("{", ","):
            return None
        value, after = _decode(self.text, colon.end())
        if self._after_space(after) != end - 1:
            return None  # it is a member of something inside the cell
        pieces = value if isinstance(value, list) else [value]
        height = self.text.count("\n", colon.end(), after)
        if not height:
            at = self.line(key)
            return lay_out([(piece, at) for piece in pieces])
        rows = self.text[colon.end() : after].split("\n")[1:-1]
        if len(rows) != len(pieces) or not all(row.lstrip().startswith('"') for row in rows):
            return None
        at = self.line(colon.end())
        return lay_out(list(zip(pieces, range(at + 1, at + 1 + len(pieces)), strict=True)))

    def _any_source(self, start: int) -> Source:
        self.position = start
        pieces: list[tuple[object, int]] = []
        for key in self.members():
            if key != "source":
                self.value()
                continue
            pieces = []
            for _ in self.items() if self.peek() == "[" else (None,):
                self.peek()
                at = self.line(self.position)
                pieces.append((self.value(), at))
        return lay_out(pieces)


def lay_out(pieces: list[tuple[object, int]]) -> Source:
    """Return the text that `pieces` make together, each with its line; no line after the last end of line."""
    texts: list[str] = []
    lines: list[int] = []
    is_new = True  # the next piece begins a line
    for piece, at in pieces:
        text = piece if isinstance(piece, str) else ""
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if text:
            ends = text.endswith("\n")
            begun = text.count("\n") + is_new - ends
            lines += [at] * begun if begun != 1 else (at,)
            texts.append(text)
            is_new = ends
    return "".join(texts).removesuffix("\n"), tuple(lines) if texts != ["\n"] else ()
