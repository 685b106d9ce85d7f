"""Notebooks of JSON as one script each, for clients that cannot show cells. Knows no client's names."""

from ...notebook.cells import Notebook
from ...notebook.formats.as_script import as_script as made_script
from .documents import Text


class Scripts:
    """Makes the script of a notebook once for each of its texts, and knows the one that the client has."""

    def __init__(self) -> None:
        self.is_shown = False
        self._given = ""
        self._made: tuple[Notebook, Notebook] | None = None

    def note_named(self, *, is_script: bool) -> None:
        """Note what the client has named last: it shows the notebook's script, or its file."""
        self.is_shown = is_script

    def as_script(self, text: Text) -> Notebook:
        """Return a text as a script: the same cells, with lines of their own."""
        notebook = text.notebook
        if not notebook.has_json_lines:
            return notebook
        if self._made is None or self._made[0] is not notebook:
            self._made = notebook, made_script(notebook)
        return self._made[1]

    def given(self, text: Text) -> str:
        """Return the script for the client to show."""
        self._given = self.as_script(text).text
        return self._given

    def has_changed(self, text: Text) -> bool:
        """Whether a script that the client shows is out of date; answered once."""
        if not self.is_shown or not self._given or self.as_script(text).text == self._given:
            return False
        self._given = ""
        return True
