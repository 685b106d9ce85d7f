"""Percent scripts: cells between `# %%` lines of a Python file.

Markers are those of jupytext, VS Code, Spyder and nbconvert. Knows nothing of how cells run.
"""

import ast
import json
import re
from contextlib import suppress
from itertools import islice, pairwise
from warnings import catch_warnings, simplefilter

from ..cells import Draft, Kind, Notebook, meant_tags
from ..format_traits import Format
from ..source import syntax
from ..source.magics import FOREIGN_MAGICS, PYTHON_MAGICS
from ..source.syntax import is_foreign
from ..source.text import trimmed, unified
from .cell_numbering import number_cells
from .sections import beginnings

MOST_TITLE = 1000  # characters of a marker that are looked at
_MAGIC_NAMES = "|".join(sorted(map(re.escape, FOREIGN_MAGICS | PYTHON_MAGICS), key=len, reverse=True))
_MARKER = re.compile(
    rf"""^\#(?:
    [ \t]*%%(?!(?:{_MAGIC_NAMES})\b|!)(?P<rest>.*)
    |[ ]<(?P<kind>code|markdown|raw)cell>.*
    |[ ]In\[[\d ]*\]:?.*
    )$""",
    re.VERBOSE | re.MULTILINE,
)
_KIND = re.compile(r"\[(markdown|md|raw)\]|^(markdown|md|raw)$")
_KINDS: dict[str, Kind] = {"markdown": "markdown", "raw": "raw"}
_METADATA = re.compile(r"\s+[\w.-]+=(?:\"[^\"]*\"|'[^']*'|\[[^\]]*\]|\{.*\}|\S+)|\s*\{.*\}\s*$")
_TAGS = re.compile(r"(?<!\S)tags=(?=\[)")
_MOST_ENDS = 20  # brackets at which a list may end
_HEADER = re.compile(r"\A(?:#!.*\n|#.*coding[:=].*\n)*\s*# ---\n(?:#.*\n)*?# ---[ \t]*(?:\n|\Z)")
_ODD_START = re.compile(r"[ \t)\]}]|(?:else|elif|except|finally|case)\b")


def marker_lines(text: str) -> list[int]:
    """Return the 1-based lines of a unified text that begin a cell."""
    return beginnings(text, _MARKER, _parses)


def read_percent(text: str) -> Notebook:
    """Return the notebook in `text`; at worst one whose cells do not parse."""
    lines = unified(text).split("\n")
    drafts = _joined(_drafts(lines, marker_lines("\n".join(lines))), lines)
    return Notebook(Format.PERCENT, number_cells(drafts), text)


def _drafts(lines: list[str], markers: list[int]) -> list[Draft]:
    drafts = []
    header = _HEADER.match("\n".join(lines))
    first = header[0].count("\n") if header else 0
    preamble = lines[first : markers[0] - 1 if markers else len(lines)]
    if any(line.strip() and not line.startswith("#") for line in preamble):
        drafts.append(_draft(lines, first, first + len(preamble), "code", None, first + 1))
    for marker, following in pairwise([*markers, len(lines) + 1]):
        kind, title = _title(lines[marker - 1])
        drafts.append(_draft(lines, marker, following - 1, kind, title, marker))
    return drafts


def _draft(lines: list[str], first: int, last: int, kind: Kind, title: str | None, marker: int) -> Draft:
    """Return the cell in `lines[first:last]`, whose marker is line `marker`."""
    body = lines[first:last]
    begin, end = trimmed(body)
    source = "\n".join(body[begin:end])
    if kind == "code" and is_foreign(source):
        kind = "foreign"
    numbers = tuple(range(first + begin + 1, first + end + 1))
    tags = _tags(lines[marker - 1])
    return Draft(kind, source, numbers, (marker, max(last, marker)), title=title, anchor=title, tags=tags)


def _title(marker: str) -> tuple[Kind, str | None]:
    """Return a cell's kind and title out of its marker: `# %% [markdown] Title key="value"`."""
    match = _MARKER.match(marker)
    if match is None or match["rest"] is None:
        return _KINDS.get(match["kind"] if match else "", "code"), None
    rest = match["rest"][:MOST_TITLE].lstrip("%").strip()
    kind_match = _KIND.search(rest)
    kind: Kind = "code"
    if kind_match:
        kind = "raw" if "raw" in kind_match[0] else "markdown"
        rest = rest[: kind_match.start()] + rest[kind_match.end() :]
    title = _METADATA.sub(" ", " " + rest).strip()
    return kind, title or None


def _tags(marker: str) -> frozenset[str]:
    """Return the tags that a marker of jupytext's gives its cell.

    `# %% tags=["skip-execution"]`, or, at the end of the line, `# %% title {"tags": ["skip-execution"]}`.
    """
    match = _MARKER.match(marker)
    rest = (match["rest"] or "")[:MOST_TITLE].rstrip() if match else ""
    if found := _TAGS.search(rest):
        return meant_tags(_listed(rest[found.end() :]))
    if rest.endswith("}") and "tags" in rest:
        begins = islice(re.finditer(r"(?<!\S)\{", rest), _MOST_ENDS)
        values = (_value(rest[it.start() :]) for it in begins)
        metadata = next((it for it in values if isinstance(it, dict)), {})
        return meant_tags(metadata.get("tags"))
    return frozenset()


def _listed(text: str) -> object:
    """Return the list that a text begins with; one without quotes holds words."""
    ends = islice(re.finditer(r"\]", text), _MOST_ENDS)
    for end in ends:
        if (value := _value(text[: end.end()])) is not None:
            return value
    return [it.strip() for it in text[1:].partition("]")[0].split(",")]


def _value(text: str) -> object:
    """Return what a text is in JSON or as a literal of Python; None: neither."""
    for read in (json.loads, ast.literal_eval):
        with suppress(ValueError, SyntaxError, RecursionError, MemoryError, TypeError), catch_warnings():
            simplefilter("ignore")
            return read(text)
    return None


def _joined(drafts: list[Draft], lines: list[str]) -> list[Draft]:
    """Join cells that a statement spans: one that does not parse alone, while the file does."""
    if not any(map(_is_part, drafts)):
        return drafts
    try:
        body = syntax.tree(syntax.plain("\n".join(lines))).body
    except SyntaxError:
        return drafts
    groups: list[list[Draft]] = []  # those that a statement spans
    statements = iter((_first_line(node), node.end_lineno or node.lineno) for node in body)
    span = next(statements, None)
    for draft in drafts:
        while span and span[1] < draft.span[0]:
            span = next(statements, None)
        if groups and span and span[0] < draft.span[0]:
            groups[-1].append(draft)
        else:
            groups.append([draft])
    return [it[0] if len(it) == 1 else _whole(it[0], it[-1], lines) for it in groups]


def _whole(first: Draft, last: Draft, lines: list[str]) -> Draft:
    """Return one cell for all from `first` to `last`."""
    begin = first.lines[0] - 1 if first.lines else first.span[0]
    return _draft(lines, begin, last.span[1], "code", first.title, first.span[0])


def _first_line(node: ast.stmt) -> int:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.decorator_list:
        return node.decorator_list[0].lineno
    return node.lineno


def _is_part(draft: Draft) -> bool:
    """Whether a cell does not parse alone and may be a part of a statement."""
    source = draft.source
    if draft.kind != "code" or not source:
        return False
    last = source.rpartition("\n")[2]
    begins = next((line for line in source.split("\n") if line.strip() and not line.startswith("#")), "")
    may_be = (
        any(source.count(opening) != source.count(closing) for opening, closing in ("()", "[]", "{}"))
        or last.startswith("@")
        or last.rstrip().endswith((":", "\\"))
        or _ODD_START.match(begins) is not None
        or source.count('"""') % 2 == 1
        or source.count("'''") % 2 == 1
    )
    return may_be and not _parses(source)


def _parses(text: str) -> bool:
    return syntax.parses(syntax.plain(text))
