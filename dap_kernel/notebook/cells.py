"""What a notebook and its cells are, whatever the format. Knows no format."""

from bisect import bisect_right
from functools import cached_property
from hashlib import sha256
from typing import Literal

import msgspec

from .format_traits import TRAITS, Format, FormatTraits
from .source import magics, syntax

SKIPPED = "skip-execution"  # runs only when it is asked for by itself
DISABLED = "disabled"  # neither it nor what needs it runs: marimo's
MAY_FAIL = "raises-exception"  # the cells after it run, whatever it raises
SCRIPT_CELL = "<script>"  # the id of the one cell of a script, whose filename is the real path


def meant_tags(tags: object) -> frozenset[str]:
    """Return the tags that mean something here, of what a cell's metadata says."""
    return (
        frozenset(it for it in (SKIPPED, MAY_FAIL) if it in tags) if isinstance(tags, list) else frozenset()
    )


Kind = Literal["code", "markdown", "raw", "foreign"]


class Cell(msgspec.Struct, frozen=True, dict=True):  # `dict`: for what is cached
    id: str  # stable over edits, and safe in a filename
    kind: Kind  # "foreign": runs, but is not Python of this notebook (%%bash)
    number: int | None  # of code and foreign cells with any text, from 1
    name: str  # title, function name, or "cell 3"
    source: str  # what is compiled
    lines: tuple[int, ...]  # for each line of the source, its line in the text the client sees
    column: int = 0  # columns the source was dedented by
    span: tuple[int, int] = (0, 0)  # first and last line of it with marker, decorator, metadata
    anchor: str | None = None  # what the notebook itself calls the cell: nbformat id, function name, title
    flaw: str | None = None  # what its format says against it; it follows the cell's name
    tags: frozenset[str] = frozenset()  # those that say how it is to run: SKIPPED, MAY_FAIL, DISABLED

    @cached_property
    def problem(self) -> str | None:
        """Why the cell holds no breakpoint, in a sentence that stands alone; None: it can hold one."""
        if self.flaw is not None:
            return f"{self.name} {self.flaw}"
        if self.kind == "foreign":
            magic = magics.cell_magic(self.source)
            return f"{self.name} is a %%{magic} cell: it is not Python, so nothing in it can stop"
        if self.kind != "code":
            return f"{self.name} is a {self.kind} cell: it holds no code"
        if self.is_too_big:
            return f"{self.name} is too long to look at before it runs: the kernel says what stops in it"
        wrong = syntax.error(self.source)
        return None if wrong is None else f"{self.name} does not parse: {wrong}"

    @cached_property
    def is_too_big(self) -> bool:
        """Whether its code is looked at by the kernel alone: it runs, and its names are not known."""
        return self.kind == "code" and syntax.is_too_big(self.source)

    @cached_property
    def digest(self) -> str:
        """What tells one text of a cell from another, in any process."""
        text = f"{self.kind}\n{self.source}".encode("utf-8", "surrogatepass")
        return sha256(text).hexdigest()[:16]

    @property
    def may_parse(self) -> bool:
        """Whether it is Python, which another version may parse that this one does not."""
        return self.kind == "code" and self.flaw is None

    @property
    def is_code(self) -> bool:
        """Whether the cell runs at all."""
        return self.number is not None


class Notebook(msgspec.Struct, frozen=True, dict=True):
    format: Format
    cells: tuple[Cell, ...]
    text: str
    python: str | None = None  # the name of the kernelspec of an .ipynb
    knows_tags: bool = True  # False: the cells' tags are those of an earlier text
    shown_as: Format | None = None  # what `text` is, where a client shows another format than the file's

    @cached_property
    def by_id(self) -> dict[str, Cell]:
        return {cell.id: cell for cell in self.cells}

    @property
    def traits(self) -> FormatTraits:
        return TRAITS[self.format]

    @property
    def has_json_lines(self) -> bool:
        """Whether the lines are those of JSON, between which and the code there is only a line map."""
        return self.traits.is_json and self.shown_as is None

    def cell_at(self, line: int) -> tuple[Cell, int] | None:
        """Return the cell that has `line` of the text, and the line in the cell.

        A marker or decorator stands for the first line of its cell. None: no line of any cell's source.
        """
        found = self._places.get(line)
        if found is not None:
            return found
        cell = self.cell_around(line)
        if cell is None or not cell.lines or self.has_json_lines or line > cell.lines[0]:
            return None
        return cell, 1

    def cell_around(self, line: int) -> Cell | None:
        """Return the cell whose span has `line`: its marker, metadata and outputs count as well."""
        firsts, cells = self._spans
        position = bisect_right(firsts, line) - 1
        if position < 0 or line > cells[position].span[1]:
            return None
        return cells[position]

    @cached_property
    def _places(self) -> dict[int, tuple[Cell, int]]:
        places: dict[int, tuple[Cell, int]] = {}
        for cell in self.cells:
            for number, line in enumerate(cell.lines, 1):
                places.setdefault(line, (cell, number))
        return places

    @cached_property
    def positions(self) -> dict[str, int]:
        """The index of each cell, by id."""
        return {cell.id: index for index, cell in enumerate(self.cells)}

    @cached_property
    def _spans(self) -> tuple[list[int], list[Cell]]:
        cells = sorted(self.cells, key=lambda cell: cell.span[0])
        return [cell.span[0] for cell in cells], cells


class Draft(msgspec.Struct):
    """A cell as its format has found it, before it has an id and a number."""

    kind: Kind
    source: str
    lines: tuple[int, ...]
    span: tuple[int, int]
    column: int = 0
    title: str | None = None  # names it
    anchor: str | None = None
    flaw: str | None = None
    tags: frozenset[str] = frozenset()
