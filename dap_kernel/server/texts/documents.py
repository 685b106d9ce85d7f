"""The texts of a session: the notebook that is debugged, and the files beside it that hold breakpoints.

Knows no client and no kernel: paths are files, lines are those of a cell's or a file's text.
"""

import asyncio
import os
from collections.abc import Callable, Iterable, Iterator

import msgspec

from ...notebook.ahead import BIG, look_ahead
from ...notebook.cells import Cell, Notebook
from ...notebook.document import Document
from ...notebook.files import NotebookError, is_ipynb
from ...notebook.format_traits import Format
from ...notebook.formats.reading import is_markdown
from ...notebook.formats.synced import SyncedCell
from ...notebook.paths import canonical, folded
from ...protocol import notebook
from .cell_uris import index_of, uri_like
from .revisions import Revision, Revisions

LayOut = Callable[[Notebook], Notebook]


class Text(msgspec.Struct, eq=False):
    """One document and the revisions of its cells.

    `compiled` are the filenames that the kernel knows. `uris` are the client's URIs of cells, by cell id:
    inferred from their order where the client has not said which cell each stands for.
    """

    document: Document
    revisions: Revisions
    is_notebook: bool  # it is what the kernel runs; else a plain file, which it may import
    compiled: set[str] = msgspec.field(default_factory=set)
    uris: dict[str, str] = msgspec.field(default_factory=dict)
    is_stand_in: bool = False  # only the kernel finds the real text
    synced_by: object | None = None  # the companion that gave the text; None: the client, if anybody

    @property
    def path(self) -> str:
        return self.document.path

    @property
    def notebook(self) -> Notebook:
        return self.document.notebook

    def sync_by(self, companion: object | None) -> None:
        """Note who gives the text: a companion, or the client."""
        self.synced_by = companion

    @property
    def is_companions(self) -> bool:
        """Whether the newest text is a companion's."""
        return self.document.is_synced and self.synced_by is not None

    @property
    def has_cell_uris(self) -> bool:
        """Whether the client shows cells, not the file: a companion's editor may be another program."""
        return bool(self.uris) or (self.document.has_uris and self.synced_by is None)

    def uri_of(self, cell: Cell) -> str | None:
        """Return what the client calls a cell; None where it shows the file."""
        if not self.has_cell_uris:
            return None
        if self.document.is_synced:
            own = self.uris.get(cell.id) if self.is_companions else None
            return own or self.document.uri_of(cell.id)
        if cell.id not in self.uris:
            index = self.notebook.positions.get(cell.id)
            if index is None:  # it is gone
                return None
            self.uris[cell.id] = uri_like(next(iter(self.uris.values())), index) or ""
        return self.uris[cell.id] or None

    def cell_of(self, uri: str, handle: str) -> Cell | None:
        """Return the cell that a client calls `uri`, whose fragment is `handle`."""
        id = self.document.id_of(uri)
        if id is None and not self.document.is_synced:
            # The handle is the only hint: a cell's index, as long as none was moved.
            index = index_of(handle)
            if index is not None and index < len(self.notebook.cells):
                id = self.notebook.cells[index].id
        if id is not None and (self.is_companions or not self.document.is_synced):
            self.uris[id] = uri
        return self.cell(id) if id is not None else None

    def cell(self, id: str) -> Cell | None:
        return self.notebook.by_id.get(id)

    def will_run(self, cell: Cell) -> Revision:
        """Return the revision that a cell has now, and note that the kernel gets to know it."""
        revision = self.revisions.to_run(cell, self._first_line(cell))
        self.compiled.add(revision.filename)
        return revision

    def current(self, cell: Cell) -> Revision:
        """Return the revision of a cell's text as it is now."""
        return self.revisions.current(cell, self._first_line(cell))

    def _first_line(self, cell: Cell) -> int:
        """Return the line of the file from which a cell's code counts; 0: it counts from the cell."""
        counts_in_file = self.is_notebook and self.notebook.traits.code_counts_in_file
        return cell.lines[0] if counts_in_file and cell.lines else 0

    def forget_runs(self) -> None:
        """Note a fresh kernel."""
        self.revisions.forget_runs(self.path)
        self.compiled.clear()


class Documents:
    """The session's texts by path. Before launch any of them may turn out to be the notebook."""

    def __init__(self) -> None:
        self.main: Text | None = None
        self._texts: dict[str, Text] = {}  # by folded path
        self._reading = asyncio.Lock()
        self._problems: dict[str, str] = {}  # by path, of what could not be read
        self._told_problem: str | None = None  # of the notebook's text
        self._moved: dict[str, str] = {}  # by folded path: where the notebook that was there is now

    def launch(self, path: str, format: Format | None, lay_out: LayOut | None = None) -> Text:
        """Take what `to_launch` finds at `path`. Raises NotebookError."""
        return self.adopt(self.to_launch(path, format), lay_out)

    def to_launch(self, path: str, format: Format | None) -> Document:
        """Return the file at `path`, or what the client shows for it, and take it for nothing yet.

        Raises NotebookError.
        """
        known = self._texts.get(folded(path))
        if known is not None and known.document.is_synced:
            return known.document
        is_read = known is not None and self.main is None and format in (None, known.document.format)
        document = known.document if known is not None and is_read else Document(canonical(path), format)
        document.look()
        if document.problem is not None:
            raise NotebookError(document.problem)
        return document

    def given(self, path: str, format: Format | None, cells: list[SyncedCell]) -> Document:
        """Return what the client's `cells` are as a document at `path`, and take it for nothing yet."""
        document = _unread(path, format, has_cells=True)
        document.sync_cells(cells)
        return document

    def adopt(self, document: Document, lay_out: LayOut | None, *, is_stand_in: bool = False) -> Text:
        """Take a document as what the kernel runs; what the client has given for its path comes first.

        `lay_out` gives the cells of JSON the lines that the client counts.
        """
        known = self._texts.get(folded(document.path))
        is_given = known is not None and known.document.is_synced
        text = self._take(known.document if known is not None and is_given else document)
        text.is_stand_in = text.is_stand_in or is_stand_in
        if lay_out is not None or text.document.lay_out is not None:
            text.document.show(lay_out)
        return text

    def move(self, path: str) -> str:
        """Take what the kernel runs to be at `path` from now on; return where it was.

        Its code keeps the names that the kernel has. Another text that was known at `path` is forgotten.
        """
        assert self.main is not None
        text, old = self.main, self.main.path
        text.document.move(canonical(path))
        text.uris.clear()
        self._texts.pop(folded(old), None)
        self._texts[folded(path)] = text
        self._moved[folded(old)] = text.path
        self._moved.pop(folded(path), None)
        return old

    def now_at(self, path: str) -> str:
        """Return where the notebook is now that a client has launched at `path`."""
        while (newer := self._moved.get(folded(path))) is not None:
            path = newer
        return path

    def open(self, path: str, format: Format | None, *, has_cells: bool = False) -> Text:
        """Return the text at `path`, which the client is about to give: there need be no file."""
        text = self.text_at(path)
        if text is None:
            document = _unread(path, format, has_cells=has_cells)
            text = self._texts[folded(path)] = Text(document, Revisions(document.path), self.main is None)
        return text

    def cell_called(self, uri: str) -> tuple[Text, Cell] | None:
        """Return the cell that the client has named so, whatever the scheme."""
        for text in self._texts.values():
            id = text.document.id_of(uri)
            if id is not None and (cell := text.cell(id)) is not None and uri != text.path:
                return text, cell
        return None

    def is_synced(self, path: str) -> bool:
        """Whether the client has given the text at `path`."""
        text = self._texts.get(folded(path))
        return text is not None and text.document.is_synced

    def text_at(self, path: str) -> Text | None:
        """Return the text at `path`, read if need be; None: it cannot be read, or is no text of Python."""
        key = folded(path)
        if key not in self._texts:
            text = self._read(path)
            if text is None:
                return None
            self._texts[key] = text
        return self._texts[key]

    def problem_of(self, path: str) -> str:
        """Return why `text_at` found nothing at `path`, in a sentence."""
        return self._problems.get(folded(path)) or f"{os.path.basename(path)} cannot be read"

    async def ready(self, paths: Iterable[str] = (), format: Format | None = None) -> None:
        """Have big texts read that are new, of those that are known and at `paths`, while others are served.

        Whoever comes meanwhile waits as well, so that all that need them go on in their order.
        """
        new = [self._new(it, format) for it in paths if folded(it) not in self._texts]
        if not self._reading.locked() and not any(self._behind(new)):
            return
        async with self._reading:
            for document in list(self._behind(new)):
                await asyncio.to_thread(document.read_ahead)

    async def sync_ready(self, text: Text, given: str | None, cells: list[notebook.SyncedCell]) -> None:
        """Have a big text, or big cells, that a client is about to give read while others are served."""
        texts = [it.text for it in cells]
        if self._reading.locked() or sum(map(len, texts), len(given or "")) >= BIG:
            async with self._reading:
                if given is not None:
                    await asyncio.to_thread(text.document.sync_ahead, given, None)
                await asyncio.to_thread(look_ahead, texts)

    def _behind(self, new: Iterable[Document]) -> Iterator[Document]:
        known = [it.document for it in self._texts.values()]
        return (it for it in (*known, *new) if it.is_behind)

    def _new(self, path: str, format: Format | None = None) -> Document:
        is_file = self.main is not None and not is_ipynb(path)
        return Document(canonical(path), Format.SCRIPT if is_file else format)

    def new_problem(self) -> str | None:
        """Return what is wrong with the notebook's text, once; None: nothing, or nothing else than before."""
        before = self._told_problem
        is_ours = self.main is not None and not self.main.is_companions
        self._told_problem = self.main.document.problem if self.main is not None and is_ours else None
        return self._told_problem if self._told_problem != before else None

    def reread(self) -> bool:
        """Look at the disk; return whether any text has changed."""
        changed = [it for it in self._texts.values() if it.document.look()]  # every one of them looks
        return bool(changed)

    def revision(self, filename: str) -> Revision | None:
        """Return the revision of the notebook that the kernel knows as `filename`."""
        return None if self.main is None else self.main.revisions.by_filename(filename)

    def _take(self, document: Document) -> Text:
        main = self.main
        is_same = main is not None and folded(main.path) == folded(document.path)
        if main is not None and is_same and main.notebook.format is document.format:
            main.document.look()  # a restart: its revisions and the client's words for its cells go on
            return main
        known = self._texts.get(folded(document.path))
        self._texts.clear()  # Others may have been read as notebooks: from now on they are plain files.
        synced_by = known.synced_by if known is not None else None
        self.main = Text(document, Revisions(document.path), is_notebook=True, synced_by=synced_by)
        if known is not None:
            self.main.uris.update(known.uris)
        self._texts[folded(document.path)] = self.main
        return self.main

    def _read(self, path: str) -> Text | None:
        document = self._new(path)
        document.look()
        if document.problem is not None:
            self._problems[folded(path)] = document.problem
            return None
        return Text(document, Revisions(document.path), self.main is None)


def stand_in(path: str, text: str) -> Document:
    """Return a document for what only the kernel finds."""
    document = Document(path, Format.SCRIPT)
    document.sync(text)
    return document


def _unread(path: str, format: Format | None, *, has_cells: bool) -> Document:
    """Return a document that the client is about to give, by cells or as a text."""
    is_shown_as_cells = has_cells and (is_markdown(path) or not os.path.exists(path))
    by_name = Format.JUPYTER if is_ipynb(path) or is_shown_as_cells else None
    return Document(canonical(path), format or by_name)


def synced_cells(cells: list[notebook.SyncedCell]) -> list[SyncedCell]:
    """Return a client's cells as a document takes them."""
    return [SyncedCell(it.uri, it.kind, it.text, it.id, it.tags) for it in cells]
