"""Whose lines a client counts in an `.ipynb` that it shows as a text: the JSON's, or those of a script.

jupytext takes a second; until then the lines are where they will most probably be. Knows no request.
"""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

from ...notebook.cells import Notebook
from ...notebook.formats.as_script import estimated, laid_out
from ..tasks import Tasks
from .documents import Documents, LayOut
from .jupytext import NoScript, converted, look_for_settings

MISSING = (
    "lines of the notebook are those of its JSON, because jupytext, which would show it as a script, {why}: "
    'put jupytext on the path, or have the editor send its text by "notebookSync"'
)
NOT_RUN = (
    "jupytext's settings in {path} are a program, which is not run: if lines are not the ones that you see, "
    "write the settings into a jupytext.toml"
)


class IpynbLayout:
    """The lines of the notebook that is debugged, if it is JSON.

    `say` is given sentences for the user; `on_changed` is called when the lines have become others.
    """

    def __init__(
        self, documents: Documents, tasks: Tasks, say: Callable[[str], None], on_changed: Callable[[], None]
    ) -> None:
        self._documents = documents
        self._tasks = tasks
        self._say = say
        self._on_changed = on_changed
        self._style = "json"
        self._json = ""  # what `_script` is of
        self._script: str | None = None  # None: it is on its way, or there is none
        self._last: Notebook | None = None  # with the lines of a script
        self._problem: str | None = None  # that was said last
        self._not_run: Path | None = None  # settings of jupytext's that are a program, which was said
        self._converting: asyncio.Task[None] | None = None

    def laid_out_as(self, style: str) -> LayOut | None:
        """Return what gives a notebook the lines of `style`; None: they are its own.

        What jupytext could not do it is asked for once more.
        """
        if style != self._style or self._problem is not None:
            self._style, self._json, self._problem = style, "", None
        return self._lay_out if style != "json" else None

    @property
    def is_coming(self) -> bool:
        """Whether jupytext is at work."""
        return self._converting is not None and not self._converting.done()

    async def ready(self) -> None:
        """Wait until the lines are those that the client counts."""
        while self._converting is not None and not self._converting.done():
            await asyncio.wait([self._converting])

    def _lay_out(self, notebook: Notebook) -> Notebook:
        """Return a notebook of JSON with the lines of its script, as far as that is there."""
        if notebook.text != self._json:
            self._json, self._script = notebook.text, None
            if self._converting is not None:
                self._converting.cancel()
            self._converting = self._tasks.spawn(self._convert(notebook.text))
        shown = laid_out(notebook, self._script) if self._script is not None else None
        if shown is not None:
            self._last = shown
            return shown
        return estimated(notebook, self._last) if self.is_coming and self._last is not None else notebook

    async def _convert(self, json: str) -> None:
        main = self._documents.main
        assert main is not None
        why = "cannot convert it"
        settings = await look_for_settings(os.path.dirname(main.path))
        try:
            self._script = await converted(json, self._style, settings.file)
        except NoScript as error:
            why = str(error)
        if (program := settings.program) != self._not_run and program is not None:
            self._say(NOT_RUN.format(path=program))
        self._not_run = program
        self._converting = None
        changed = main.document.lay_out_again()
        problem = MISSING.format(why=why) if main.notebook.has_json_lines else None
        if problem is not None and problem != self._problem:
            self._say(problem)
        self._problem = problem
        if changed:
            self._on_changed()
