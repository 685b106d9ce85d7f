"""The sentences that a user can meet: each is in a table that somebody has read, and keeps to some rules."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sentences import ROOT, TABLE, known, sentences

FOUND = sentences()
READ_IT = f"read what is new, as one who did not write it; then python -m tests.sentences > {TABLE.name}"

# Words that only we know, or that were not understood, and what to say in their place.
INTERNAL = {
    r"\banew\b": "again",
    r"\bdead\b": "ended",
    r"post-?mortem": "where it failed",
    r"\borphan": "a kernel that waits",
    r"\b(debuggee|frontend|back-?end)\b(?! of)": "the program, the editor",
    r"\bwire\b|\b(the|'s) agent\b": "the debugger in the kernel",
    r"\(see \"": "what is to be done about it",
    r"(?<!usage): :[a-z]": "what the command does, with the command in brackets",
    r"\bset \"python\"": "how another Python is chosen, in an editor too",
    r"\bnothing is stale\b": "nothing to run: every cell has run as it is now",
    r"\(s\)|\.\.\.\w": "one form or the other",
    r"!\s*$|\bplease\b|\boops\b|\bsorry\b": "what happened",
}
# What is said by these is put behind words of a client's, or of our own, as in "launch: ...".
SAYS = re.compile(r".*(Error|Died|Dead|Unreadable|NoScript|BadPlace|CommandFailed)|say|_note|Note")
NAMES = r"IPython|SIGINT|Python|Content-Length|%"
PYTHONS_OWN = {
    "EOF when reading a line",
    "I/O operation on closed file",
    "No module named {}, or it has no source",
}
SMALL = {"a", "an", "and", "as", "by", "for", "in", "of", "on", "or", "the", "to", "with"}


def test_every_sentence_was_read():
    """A new or changed sentence fails here until it is in the table: whoever reviews that reads it."""
    found, table = ({(path, it) for path, texts in of.items() for it in texts} for of in (FOUND, known()))
    assert (sorted(found - table), sorted(table - found)) == ([], []), READ_IT


@pytest.mark.parametrize("word", INTERNAL)
def test_no_sentence_has_what_was_not_understood(word):
    found = [(path, it) for path, texts in FOUND.items() for it in texts if re.search(word, it)]
    assert not found, f"say {INTERNAL[word]}"


def _said(path: Path) -> Iterator[str]:
    """Yield what a file raises or says, where that begins with a text of its own."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and node.args:
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            match node.args[0]:
                case ast.Constant(value=str(text)) if SAYS.fullmatch(name):
                    yield text
                case ast.JoinedStr(values=[*parts]) if SAYS.fullmatch(name):
                    yield "".join(str(it.value) if isinstance(it, ast.Constant) else "{}" for it in parts)


@pytest.mark.parametrize("folder", ["agent", "kernels", "lsp", "notebook", "protocol", "server"])
def test_what_is_refused_can_stand_behind_other_words(folder):
    """It begins in lower case, has no full stop, and is more than a word."""
    for path in (ROOT / "dap_kernel" / folder).rglob("*.py"):
        for it in set(_said(path)) - PYTHONS_OWN:
            assert re.match(rf"[a-z{{\"':(<`/ -]|{NAMES}", it.strip() or " "), (path.name, it)
            assert not re.search(r"[^.]\.\s*$", it), (path.name, it)


@pytest.mark.parametrize("method", ["showErrorMessage", "showWarningMessage", "showInformationMessage"])
def test_what_the_extension_shows_begins_as_a_sentence(method):
    for path in (ROOT / "adapters/vscode/src").rglob("*.ts"):
        for found in re.finditer(
            rf"{method}(?:<[^(]*>)?\(\s*([`'\"])(.*?)(?<!\\)\1", path.read_text(), re.DOTALL
        ):
            assert re.match(r"[A-Z$\"]|dap-kernel: ", found[2]), (path.name, found[2])


def test_commands_have_titles_and_settings_have_sentences():
    package = json.loads((ROOT / "adapters/vscode/package.json").read_text())["contributes"]
    for command in package["commands"]:
        first, *words = command["title"].removesuffix("…").split()
        assert first[0].isupper() and all(it[0].isupper() or it in SMALL for it in words), command["title"]
        assert not command["title"].endswith("."), command["title"]
    for name, setting in package["configuration"]["properties"].items():
        text = setting.get("markdownDescription") or setting["description"]
        assert re.match(r"[A-Z`]", text) and text.endswith("."), name
