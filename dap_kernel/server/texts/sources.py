"""What clients call a source, and back: path, cell's URI or reference <-> cell and line.

A client is answered in its own form, by the very string it sent. Knows neither breakpoints nor frames.
Source: DAP specification, "Source"; the forms are in `notebook/paths.py`.
"""

import os
from bisect import bisect_left
from collections.abc import Iterator

import msgspec

from ...notebook.cells import SCRIPT_CELL, Cell, Notebook
from ...notebook.paths import CellUri, FilePath, Reference, Unknown, folded, parse_source
from ...notebook.zipped import archive_of
from ...protocol.sources import Source
from ..arguments.launch_arguments import PathMapping
from .documents import Documents, Text
from .path_mapping import to_client, to_server
from .revisions import Revision
from .scripts import Scripts

FIRST_REFERENCE = 1
NOT_JSON = (
    'If the editor shows the notebook as a script, set "ipynbLines" to "percent" or "hydrogen", '
    'or have it send its text by "notebookSync"'
)


class NamedSource(msgspec.Struct, frozen=True):
    """A source that a client named: a file, one cell of it, or a text without a file."""

    source: Source  # as the client sent it
    path: str | None = None
    cell_id: str | None = None  # lines are this cell's
    filename: str | None = None  # of a reference: what the kernel knows the text as
    is_script: bool = False  # lines are those of the notebook as one script
    problem: str | None = None  # why nothing can be done with it, in a sentence

    @property
    def key(self) -> str:
        """What is equal for two ways to name one source."""
        if self.cell_id is not None:
            return f"{folded(self.path or '')}#{self.cell_id}"
        if self.is_script:
            return f"{folded(self.path or '')}#"
        return self.filename or (folded(self.path) if self.path else self.source.path or "")


class CodeLine(msgspec.Struct, frozen=True):
    """A line of a cell's text as it is now. Of a plain file the one cell is all of it."""

    text: Text
    cell: Cell
    line: int


class Location(msgspec.Struct, frozen=True):
    """A place as the client sees it; `shift` is added to columns, None: they mean nothing there."""

    source: Source
    line: int
    shift: int | None


class Sources:
    """The one who knows all forms of a session's sources."""

    def __init__(self, documents: Documents) -> None:
        self._mappings: list[PathMapping] = []
        self.scripts = Scripts()
        self._documents = documents
        self._spoken: dict[str, str] = {}  # by folded path: what the client calls it
        self._folded: dict[str, str] = {}  # paths come again and again, and each look costs system calls
        self._zipped: dict[str, bool] = {}  # by path, likewise
        self._references: dict[str, int] = {}  # by filename
        self._filenames: dict[int, str] = {}  # the code's filename, by source reference

    # From the client.

    def read(self, source: Source) -> NamedSource:
        """Return what `source` means."""
        if source.source_reference and source.path and self._is_zipped(source.path):
            # The path holds in other sessions, too; a reference does not.
            return NamedSource(source, source.path)
        if source.source_reference:
            return self._reference(source, source.source_reference)
        if not source.path:
            return NamedSource(source, problem="this source has no path")
        if (named := self._documents.cell_called(source.path)) is not None:
            text, cell = named
            text.cell_of(source.path, "")  # From now on the client is answered in cells.
            return NamedSource(source, text.path, cell.id)
        match parse_source(source.path):
            case FilePath(path):
                path = to_server(path, self._mappings)
                self._spoken[self._fold(path)] = source.path
                main = self._documents.main
                if main is not None and self._fold(path) == self._fold(main.path):
                    self.scripts.note_named(is_script=False)
                return NamedSource(source, path)
            case CellUri(uri, path, handle):
                return self._cell(source, uri, path, handle)
            case Reference(reference, _):
                return self._reference(source, reference)
            case Unknown(uri):
                return NamedSource(source, problem=f"{uri} is no file")

    def place(self, said: NamedSource, line: int) -> CodeLine | str:
        """Return where `line` of a source is, or why it is nowhere, in a sentence."""
        if said.problem is not None or said.path is None:
            return said.problem or "this text has run already and changes no more"
        text = self._documents.text_at(said.path)
        if text is None:
            return self._documents.problem_of(said.path)
        if not text.is_notebook and text.notebook.traits.is_json:
            return f"{os.path.basename(said.path)} is not the notebook that is debugged"
        if said.cell_id is not None:
            cell = text.cell(said.cell_id)
            return CodeLine(text, cell, line) if cell is not None else "this cell is gone"
        shown = self.scripts.as_script(text) if said.is_script else text.notebook
        return place_in(text, shown, line)

    def path_of(self, name: str) -> str:
        """Return the path that a client means, also where it says a URI."""
        return path_meant(name, self._mappings)

    def paths_in(self, args: object) -> list[str]:
        """Return the files that the arguments of a request name."""
        source = getattr(args, "source", None)
        named = [getattr(args, "path", None), source.path if isinstance(source, Source) else None]
        return [self.path_of(it) for it in named if it]

    def is_script(self, name: str) -> bool:
        """Whether a client means the notebook as one script, by the name of an editor's buffer."""
        found, main = parse_source(name), self._documents.main
        if main is None or not isinstance(found, Reference):
            return False
        return self._filenames.get(found.reference) == script_filename(main)

    def shown_as(self, text: Text, name: str | None) -> Notebook:
        """Return a text with the lines that it has in the source that a client calls `name`."""
        return self.scripts.as_script(text) if name is not None and self.is_script(name) else text.notebook

    def map_paths(self, mappings: list[PathMapping]) -> None:
        """Take how the client's paths are the server's, from now on."""
        self._mappings = mappings

    def learn_program(self, path: str, program: str) -> None:
        """Note how the client calls what it launched, unless it has said otherwise already."""
        self._spoken.setdefault(self._fold(path), program)

    def move(self, old: str, text: Text, said: str) -> None:
        """Note that `text` was at `old`, and that the client calls it `said` now."""
        self._spoken[self._fold(text.path)] = said
        reference = self._references.pop(f"{old}#", None)
        if reference is not None:
            self._references[script_filename(text)] = reference
            self._filenames[reference] = script_filename(text)

    # To the client.

    def locate(self, filename: str, line: int) -> Location | None:
        """Return where the client sees a line of what the kernel compiled; None: it has no text."""
        main = self._documents.main
        revision = self._documents.revision(filename)
        if main is not None and revision is not None and not main.is_stand_in:
            cell = main.cell(revision.cell_id)
            today = main.revisions.to_today(revision, line, cell) if cell is not None else None
            if cell is None or today is None:
                return Location(self._old_text(revision, main), revision.to_source(line), 0)
            return self.of_cell(main, cell, today)
        is_main = main is not None and filename == main.path  # a script, which may be in no file yet
        is_file = os.path.isabs(filename) and (os.path.exists(filename) or self._is_zipped(filename))
        if is_main or is_file:
            return Location(self.of_path(filename), line, 0)
        return Location(self._without_file(filename), line, 0) if filename else None

    def of_cell(self, text: Text, cell: Cell, line: int) -> Location:
        """Return where the client sees a line of a cell's text."""
        uri = text.uri_of(cell)
        if uri is not None:
            return Location(Source(name=cell.name, path=uri), line, 0)
        if self.scripts.is_shown and text is self._documents.main and text.notebook.has_json_lines:
            shown = self.scripts.as_script(text).by_id
            cell = shown.get(cell.id, cell)  # one that is gone has the lines it had
            return Location(self.script_of(text), _line_in(cell, line), 0)
        shift = None if text.notebook.has_json_lines else cell.column
        return Location(self.of_path(text.path), _line_in(cell, line), shift)

    def located(self, said: NamedSource, place: CodeLine) -> Location:
        """Return where a place is in the source that the client named, whichever it sees otherwise."""
        if said.cell_id is not None:
            return Location(said.source, place.line, 0)
        shown = self.scripts.as_script(place.text) if said.is_script else place.text.notebook
        cell = shown.by_id[place.cell.id]
        shift = None if shown.has_json_lines else cell.column
        return Location(said.source, _line_in(cell, place.line), shift)

    def script_of(self, text: Text) -> Source:
        """Return the source that is a whole notebook as one script: its own file where that is one."""
        if not text.notebook.has_json_lines:
            return self.of_path(text.path)
        name = f"{os.path.basename(text.path)}.cells.py"
        reference = self._refer(script_filename(text))
        return Source(name=name, path=f"{text.path}.cells.py", source_reference=reference, origin="cells")

    def of_path(self, path: str) -> Source:
        """Return a file as the client calls it: as it has said, or else by the path that it has there."""
        name, said = os.path.basename(path), self._spoken.get(self._fold(path))
        if said is None and self._is_zipped(path):  # the client cannot open it
            return Source(name=name, path=path, source_reference=self._refer(path))
        return Source(name=name, path=said or to_client(path, self._mappings))

    def of_cells(self, text: Text) -> Iterator[Source]:
        """Yield what the client calls the cells of a text: one source for all where it shows the file."""
        uris = [(cell, text.uri_of(cell)) for cell in text.notebook.cells if cell.is_code]
        if any(uri for _, uri in uris):
            yield from (Source(name=cell.name, path=uri) for cell, uri in uris if uri)
        else:
            yield self.of_path(text.path)
            if text.notebook.has_json_lines:
                yield self.script_of(text)

    def _old_text(self, revision: Revision, text: Text) -> Source:
        """Return the source of a text that has run and is no longer in the notebook."""
        as_ran = f"{os.path.splitext(text.path)[0]} (as it ran).py"
        path = as_ran if revision.cell_id == SCRIPT_CELL else revision.filename
        reference = self._refer(revision.filename)
        return Source(os.path.basename(as_ran), path, source_reference=reference, origin="as it ran")

    def _without_file(self, filename: str) -> Source:
        path = filename if filename.endswith(".py") else f"{filename}.py"
        return Source(name=filename, path=path, source_reference=self._refer(filename))

    def _refer(self, filename: str) -> int:
        reference = self._references.setdefault(filename, FIRST_REFERENCE + len(self._references))
        self._filenames[reference] = filename
        return reference

    def _reference(self, source: Source, reference: int) -> NamedSource:
        filename = self._filenames.get(reference)
        main = self._documents.main
        if main is not None and filename == script_filename(main):
            self.scripts.note_named(is_script=True)
            return NamedSource(source, main.path, is_script=True)
        problem = None if filename else f"there is no source with reference {reference}"
        return NamedSource(source, filename=filename, problem=problem)

    def _cell(self, source: Source, uri: str, path: str, handle: str) -> NamedSource:
        path = to_server(path, self._mappings)
        text = self._documents.text_at(path)
        if text is None:
            return NamedSource(source, path, problem=f"{os.path.basename(path)} cannot be read")
        cell = text.cell_of(uri, handle)
        if cell is None:
            return NamedSource(source, path, problem="the editor has not said which cell this is")
        return NamedSource(source, path, cell.id)

    def _is_zipped(self, path: str) -> bool:
        """Whether a path leads into a zip, as it did when it was first asked for."""
        if path not in self._zipped:
            self._zipped[path] = os.path.isabs(path) and archive_of(path) is not None
        return self._zipped[path]

    def _fold(self, path: str) -> str:
        if path not in self._folded:
            self._folded[path] = folded(path)
        return self._folded[path]


def path_meant(name: str, mappings: list[PathMapping]) -> str:
    """Return the path that a client means whose folders are mapped so, also where it says a URI."""
    found = parse_source(name)
    return to_server(found.path, mappings) if isinstance(found, FilePath) else name


def place_in(text: Text, shown: Notebook, line: int) -> CodeLine | str:
    """Return which cell has `line` of a text as it is `shown`, or why none has it."""
    found = shown.cell_at(line)
    if found is not None:
        return CodeLine(text, text.notebook.by_id[found[0].id], found[1])
    if shown.has_json_lines:
        return f"line {line} of the JSON is no line of code. {NOT_JSON}"
    cell = shown.cell_around(line)
    if cell is None:
        return f"line {line} is in no cell"
    if cell.problem is not None:
        return cell.problem
    later = bisect_left(cell.lines, line)
    if later == len(cell.lines):
        return f"line {line} is below the code of {cell.name}"
    return CodeLine(text, text.notebook.by_id[cell.id], later + 1)


def script_filename(text: Text) -> str:
    """Return what stands, among the filenames that references are of, for a notebook as one script."""
    return f"{text.path}#"


def _line_in(cell: Cell, line: int) -> int:
    """Return the line of the text around a cell that is `line` of the cell."""
    return cell.lines[min(line, len(cell.lines)) - 1] if cell.lines else max(cell.span[0], 1)
