"""A Jupyter notebook as one script with percent markers: in our words, and as jupytext has written it.

The cells stay what they are in the `.ipynb`; only the lines that a client counts are others.
Source: jupytext's "percent" and "hydrogen" formats.
"""

import re
from collections.abc import Iterable

from msgspec.structs import replace

from ..cells import Cell, Notebook
from ..format_traits import Format
from ..source.magics import is_magic_line
from ..source.syntax import is_foreign
from ..source.text import unified
from .percent import marker_lines, read_percent

_HEADER_FORMAT = re.compile(r"\A# ---\n(?:#.*\n)*?#\s+format_name: (\w+)\n")
_LANGUAGE = re.compile(r"\blanguage=\"(\w+)\"")
_COMMENTED = re.compile(r"([ \t]*)# ((?:# )*)(.*)", re.DOTALL)


def as_script(notebook: Notebook) -> Notebook:
    """Return `notebook` with a text of ours, whose lines its cells have."""
    lines: list[str] = []
    cells = []
    for cell in notebook.cells:
        if lines:
            lines.append("")
        first = len(lines) + 1
        lines.append(_marker(cell))
        lines += _body(cell)
        cells.append(_at(cell, first, len(lines)))
    text = "".join(f"{it}\n" for it in lines)
    return replace(notebook, cells=tuple(cells), text=text, shown_as=Format.PERCENT)


def laid_out(notebook: Notebook, text: str) -> Notebook | None:
    """Return `notebook` with the lines that its cells have in `text`, a script that jupytext made of it.

    None: that text has other cells.
    """
    text = unified(text)
    markers = marker_lines(text)
    if len(markers) != len(notebook.cells):
        return None
    ends = [*(it - 1 for it in markers[1:]), text.count("\n") + 1]
    cells = [_at(*it) for it in zip(notebook.cells, markers, ends[: len(markers)], strict=True)]
    return replace(notebook, cells=tuple(cells), text=text, shown_as=Format.PERCENT)


def estimated(notebook: Notebook, before: Notebook) -> Notebook:
    """Return `notebook` with the lines that its cells will most probably have in jupytext's script of it.

    `before`: the notebook as it was, with the lines of its script.
    """
    ours = as_script(before).cells
    shifts = {it.source: it.span[0] - own.span[0] for it, own in zip(before.cells, ours, strict=True)}
    script = as_script(notebook)
    shift = min(shifts.values(), default=0)
    cells = []
    for cell in script.cells:
        shift = shifts.get(cell.source, shift)
        lines = tuple(line + shift for line in cell.lines)
        cells.append(replace(cell, lines=lines, span=(cell.span[0] + shift, cell.span[1] + shift)))
    return replace(script, cells=tuple(cells))


def read_shown(text: str, python: str | None) -> Notebook:
    """Return the Jupyter notebook that an editor shows as the script `text`.

    Where jupytext has commented magics out to keep the script Python, they are magics again.
    """
    shown = read_percent(text)
    lines = unified(text).split("\n")
    header = _HEADER_FORMAT.match("\n".join(lines))
    cells: Iterable[Cell] = shown.cells
    if header is not None and header[1] == "percent":
        cells = [_with_magics(it, lines[it.span[0] - 1]) for it in shown.cells]
    cells = tuple(replace(it, anchor=None) for it in cells)  # titles are no ids of an .ipynb
    return Notebook(Format.JUPYTER, cells, text, python, shown_as=Format.PERCENT)


def _with_magics(cell: Cell, marker: str) -> Cell:
    """Return a cell of the format "percent" with the source that it has in the `.ipynb`."""
    if cell.kind != "code":
        return cell
    language = _LANGUAGE.search(marker)
    if language is not None:  # its magic stands in the marker, and all of its body is a comment
        body = [it.removeprefix("#").removeprefix(" ") for it in cell.source.split("\n")]
        source = "\n".join([f"%%{language[1]}", *body])
        return replace(cell, kind="foreign", source=source, lines=(cell.span[0], *cell.lines))
    source = "\n".join(map(_uncommented, cell.source.split("\n")))
    return replace(cell, source=source, kind="foreign" if is_foreign(source) else "code")


def _uncommented(line: str) -> str:
    found = _COMMENTED.fullmatch(line)
    return found[1] + found[2] + found[3] if found and is_magic_line(found[3]) else line


def _marker(cell: Cell) -> str:
    return "# %%" if cell.kind in ("code", "foreign") else f"# %% [{cell.kind}]"


def _body(cell: Cell) -> list[str]:
    if not cell.source:
        return []
    lines = cell.source.split("\n")
    return lines if cell.kind in ("code", "foreign") else [f"# {it}".rstrip() for it in lines]


def _at(cell: Cell, marker: int, last: int) -> Cell:
    """Return a cell whose marker is on line `marker`, and which ends on line `last`."""
    count = cell.source.count("\n") + 1 if cell.source else 0
    lines = tuple(min(marker + number, last) for number in range(1, count + 1))
    return replace(cell, lines=lines, span=(marker, last))
