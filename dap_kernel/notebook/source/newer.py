"""Syntax of Pythons newer than the server's as older syntax on the same lines: to be analysed, never run.

The server reads names and lines by a Python of its own, which may be older than the kernel's. What is known:
of 3.12 f-strings (PEP 701), type parameters and `type` (PEP 695); of 3.14 t-strings (PEP 750) and
`except A, B:` (PEP 758); of 3.15 `lazy import` (PEP 810) and unpacking in comprehensions (PEP 798).
A text is read once, from front to end.
"""

import re

import msgspec

from .templates import STRING, NotRewritable, older_string

_TOKEN = re.compile(r"#[^\n]*|[^\W\d]\w*|\\\n|[ \t\f]+|[\w.]+|.|\n")
_DROPPED = re.compile(r"lazy[ \t]+(?=(?:import|from)\b)|type[ \t]+(?=\w+[ \t]*(?:\[|=(?!=)))")
_BLANK = (" ", "\t", "\f", "#", "\\\n")


class _Bracket(msgspec.Struct):
    at: int  # index of its piece
    is_types: bool  # whether it holds type parameters
    star: int | None = None  # index of the piece by which its first item is unpacked


class _Except(msgspec.Struct):
    at: int  # index of the first piece after the word
    brackets: int  # that are open there
    is_bare: bool = True  # without a comma
    is_named: bool = False  # by `as`


class _Rewriter:
    """Writes pieces, one for each token, and changes those before once it is known what they were."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._brackets: list[_Bracket] = []
        self._except: _Except | None = None
        self._before = ["\n", "\n"]  # the last tokens that are not blank: the last but one, the last

    def begins_statement(self) -> bool:
        return self._before[-1] in ("\n", ";", ":") and not self._brackets

    def add_token(self, token: str) -> None:
        """Take what is no string and not dropped."""
        if token in ("[", "(", "{"):
            is_types = token == "[" and self._before[-2] in ("def", "class", "type")
            self._brackets.append(_Bracket(len(self.pieces), is_types))
        elif token in ("]", ")", "}") and self._brackets:
            self._close(self._brackets.pop(), token)
            self._note(token)
            return
        elif token == "*" and self._brackets and self._before[-1] in ("[", "(", "{"):
            self._brackets[-1].star = len(self.pieces)
        elif token == "for" and self._brackets and (star := self._brackets[-1].star) is not None:
            follows = self.pieces[star + 1]
            self.pieces[star : star + 2] = [" ", " " if follows == "*" else follows]
            self._brackets[-1].star = None
        elif token == "except" and self.begins_statement():
            self._except = _Except(len(self.pieces) + 1, len(self._brackets))
        elif self._except is not None and len(self._brackets) == self._except.brackets:
            self._head(self._except, token)
        self.pieces.append(token)
        self._note(token)

    def string(self, text: str) -> None:
        self.pieces.append(text)
        self._note('"')

    def drop(self, text: str) -> None:
        """Leave `lazy` or `type` out."""
        if text.startswith("type"):
            self._note("type")

    def _note(self, token: str) -> None:
        if not token.startswith(_BLANK) and not (token == "\n" and self._brackets):
            self._before = [self._before[-1], token]

    def _close(self, bracket: _Bracket, token: str) -> None:
        if bracket.is_types:
            self.pieces[bracket.at :] = ["\n" * sum(it.count("\n") for it in self.pieces[bracket.at :])]
            self.pieces[-1:] = ["\\\n"] * len(self.pieces[-1])  # between a name and its parameters
        else:
            self.pieces.append(token)

    def _head(self, clause: _Except, token: str) -> None:
        """Put the exceptions of an `except` in brackets, once its colon has come."""
        if token == ",":
            clause.is_bare = False
        elif token == "as":
            clause.is_named = True
        elif token in (":", "\n"):
            if token == ":" and not clause.is_bare and not clause.is_named:
                at = clause.at
                while self.pieces[at].strip() in ("", "*"):
                    at += 1
                self.pieces[at] = f"({self.pieces[at]}"
                self.pieces[-1] += ")"
            self._except = None


def older(source: str) -> str | None:
    """Return `source` without the newer syntax that it has; None where it has none, or cannot be read."""
    rewriter, at = _Rewriter(), 0
    try:
        while at < len(source):
            dropped = _DROPPED.match(source, at) if rewriter.begins_statement() else None
            string = STRING.match(source, at)
            if dropped is not None:
                rewriter.drop(dropped[0])
                at = dropped.end()
            elif string is not None:
                text, at = older_string(source, string)
                rewriter.string(text)
            else:
                token = _TOKEN.match(source, at)
                assert token is not None
                rewriter.add_token(token[0])
                at = token.end()
    except (NotRewritable, RecursionError):
        return None
    text = "".join(rewriter.pieces)
    return text if text != source else None
