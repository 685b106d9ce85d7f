"""Completion of what only the live kernel knows: names that no text defines, attributes of live values."""

import builtins
import keyword
import re

from lsprotocol import types

from ..notebook.cells import Notebook
from ..notebook.source.bound_names import names_of
from ..protocol.variables import CompletionItem
from .open_notebooks import DocumentLine, OpenNotebook

TRIGGERS = [".", "[", '"', "'"]
NAME = re.compile(r"[^\W\d]\w*\Z")

KINDS = {
    "method": types.CompletionItemKind.Method,
    "function": types.CompletionItemKind.Function,
    "field": types.CompletionItemKind.Field,
    "variable": types.CompletionItemKind.Variable,
    "class": types.CompletionItemKind.Class,
    "module": types.CompletionItemKind.Module,
    "property": types.CompletionItemKind.Property,
    "value": types.CompletionItemKind.Value,
    "keyword": types.CompletionItemKind.Keyword,
}


def completions(
    book: OpenNotebook, spot: DocumentLine, column: int, offered: list[CompletionItem]
) -> list[types.CompletionItem]:
    """Return what the kernel offers at a column of a line, less what any editor knows from the text."""
    before = book.line(spot.uri, spot.line)[:column]
    name = NAME.search(before)
    is_bare = not before[: name.start() if name else len(before)].rstrip().endswith((".", "[", '"', "'"))
    known = known_names(book.notebook) if is_bare else set()
    found = []
    for it in offered:
        text = it.text or it.label
        if text in known:
            continue
        units = before.encode("utf-16-le", "surrogatepass")
        start = len(units[: max(len(units) - 2 * it.length, 0)].decode("utf-16-le", "replace"))
        edit = types.TextEdit(book.range(spot, start, column), text)
        kind = KINDS.get(it.type or "", types.CompletionItemKind.Variable)
        found.append(
            types.CompletionItem(
                it.label, kind=kind, detail=it.detail or "live", sort_text=it.sort_text, text_edit=edit
            )
        )
    return found


def known_names(notebook: Notebook) -> set[str]:
    """Return the names that a notebook's text tells: those it defines or reads, builtins, keywords."""
    names = {*dir(builtins), *keyword.kwlist, *keyword.softkwlist}
    for cell in notebook.cells:
        if cell.kind == "code":
            found = names_of(cell.source)
            names |= found.defines
    return names
