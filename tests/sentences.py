"""Reads the sentences that a user can meet out of the source: what the server and its clients say.

A sentence is any text in the source with two words in it. What is no sentence for a user, a docstring, a
program, what goes into the log, is left out. Knows nothing of when each is said. It prints them as the table
has them:

    .venv/bin/python -m tests.sentences > tests/sentences.txt
"""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
TABLE = Path(__file__).parent / "sentences.txt"
WORDS = re.compile(r"[A-Za-z][a-z']+[,:;]? [A-Za-z{$]|[}\])\"'] [a-z]{2,}|[a-z]{2,} [\"'(`]")
PROGRAM = re.compile(
    r"^(import|from|def|class|n=0;|\(lambda|const|<!DOCTYPE|1px|name type request|type command event)\b"
    r"|^try: |^body \{|<html>|\bimport sys\b|'nonce-|^<frozen|^default-src|^if \{\} is _MISSING"
)
SILENT = {"log", "re", "warnings"}  # what is given to their functions is shown to nobody

# Of the languages that we only scan: comments and regular expressions, or else a text, which is in a group.
SCANNED = {
    ".ts": re.compile(
        r"//[^\n]*|/\*.*?\*/|(?<=[(,=:\[!&|?{};]) ?/(?![/*])(?:\\.|\[[^]\n]*\]|[^/\\\n\[])+/"
        r"|'((?:\\.|[^'\\\n])*)'|\"((?:\\.|[^\"\\\n])*)\"|`((?:\\.|\$\{(?:[^{}]|\{[^{}]*\})*\}|[^`\\])*)`",
        re.DOTALL,
    ),
    ".lua": re.compile(r"--[^\n]*|\[\[(.*?)\]\]|\"((?:\\.|[^\"\\\n])*)\"", re.DOTALL),
    ".el": re.compile(r";[^\n]*|\?\\?.|\"((?:\\.|[^\"\\])*)\"", re.DOTALL),
}
CONTRIBUTED = ("title", "description", "markdownDescription", "displayName", "label", "contents", "detail")


def sentences() -> dict[str, list[str]]:
    """Return the sentences of each file, in its order, by its path from the repository's top."""
    files = [
        *ROOT.glob("dap_kernel/**/*.py"),
        *ROOT.glob("adapters/vscode/src/**/*.ts"),
        *ROOT.glob("adapters/nvim/lua/**/*.lua"),
        *ROOT.glob("adapters/emacs/*.el"),
        ROOT / "adapters/vscode/package.json",
    ]
    found = {it.relative_to(ROOT).as_posix(): list(dict.fromkeys(_of(it))) for it in sorted(files)}
    return {path: it for path, it in found.items() if it}


def known() -> dict[str, list[str]]:
    """Return what `sentences.txt` has, in the same form."""
    found: dict[str, list[str]] = {}
    for line in TABLE.read_text("utf-8").splitlines():
        if line.startswith("    "):
            found[path].append(line[4:])  # noqa: F821
        elif line:
            path = line
            found[path] = []
    return found


def _of(path: Path) -> Iterator[str]:
    text = path.read_text("utf-8")
    if path.suffix == ".json":
        yield from _contributed(json.loads(text))
        return
    found = _of_python(ast.parse(text)) if path.suffix == ".py" else _scanned(path.suffix, text)
    for it in found:
        sentence = " ".join(it.split())
        if WORDS.search(sentence) and not PROGRAM.search(sentence):
            yield sentence


def _scanned(suffix: str, text: str) -> Iterator[str]:
    for match in SCANNED[suffix].finditer(text):
        yield next((it for it in match.groups() if it is not None), "").replace("\\n", " ")


def _of_python(node: ast.AST) -> Iterator[str]:
    """Yield the texts in a tree, `{}` where a value is put in; docstrings and the log's are left out."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(str(it.value) if isinstance(it, ast.Constant) else "{}" for it in parts)
            for it in parts:
                if isinstance(it, ast.FormattedValue):
                    yield from _of_python(it.value)
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name))) if name in SILENT:
            return
        case ast.Expr(value=ast.Constant()):
            return
        case _:
            for child in ast.iter_child_nodes(node):
                yield from _of_python(child)


def _contributed(package: Any, key: str = "") -> Iterator[str]:
    """Yield the titles and descriptions of a `package.json`."""
    if isinstance(package, dict):
        for name, value in package.items():
            yield from _contributed(value, name)
    elif isinstance(package, list):
        for it in package:
            yield from _contributed(it, key)
    elif isinstance(package, str) and (key in CONTRIBUTED or key.endswith("Descriptions")) and " " in package:
        yield package


def as_text(found: dict[str, list[str]]) -> str:
    return "\n".join("\n".join([path, *(f"    {it}" for it in texts), ""]) for path, texts in found.items())


if __name__ == "__main__":
    print(as_text(sentences()), end="")
