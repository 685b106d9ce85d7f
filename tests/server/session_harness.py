"""What a session has of sources, without kernel and client: documents, breakpoints, output."""

import json
from pathlib import Path

from dap_kernel.protocol.breakpoints import SourceBreakpoint
from dap_kernel.protocol.sources import Source
from dap_kernel.server.breakpoints.breakpoint_store import BreakpointStore
from dap_kernel.server.output.cell_output import CellOutput
from dap_kernel.server.texts.documents import Documents
from dap_kernel.server.texts.sources import Sources

TEXT = """\
# %% load
a = 1

b = 2
# %% [markdown]
# words
# %% train
def f(x):
    return x
c = f(a)
# %% broken
d = (
# %% last
e = 5
"""
JUPYTER_JSON = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {},
    "cells": [
        {"cell_type": "markdown", "id": "m", "metadata": {}, "source": ["words"]},
        {
            "cell_type": "code",
            "id": "one",
            "metadata": {},
            "outputs": [],
            "execution_count": None,
            "source": ["a = 1\n", "b = 2"],
        },
        {
            "cell_type": "code",
            "id": "two",
            "metadata": {},
            "outputs": [],
            "execution_count": None,
            "source": ["c = 3"],
        },
    ],
}

JUPYTER = json.dumps(JUPYTER_JSON, indent=1)


class SessionHarness:
    """Events go to `events`; `launch` makes the file at `path` the notebook."""

    place: tuple[str, int] | None = None  # as `Live` has it

    def __init__(self, path: Path, text: str):
        self.path = path
        path.write_text(text)
        self.events = []
        self.documents = Documents()
        self.sources = Sources(self.documents)
        self.breakpoints = BreakpointStore(self.documents, self.sources, self.events.append)
        self.output = CellOutput(self.events.append, self.documents, self.sources, self, self)

    def launch(self):
        self.text = self.documents.launch(str(self.path), None)
        self.breakpoints.text_changed()
        return self.text

    def set(self, *lines, path=None, **each):
        asked = [SourceBreakpoint(it, **each) for it in lines]
        return self.breakpoints.replace(Source(path=str(path or self.path)), asked)

    def edit(self, old, new):
        text = self.path.read_text()
        assert old in text
        self.path.write_text(text.replace(old, new))
        self.documents.reread()
        self.breakpoints.text_changed()

    def run(self, name):
        cell = next(it for it in self.text.notebook.cells if it.name == name)
        revision = self.text.will_run(cell)
        self.breakpoints.cell_compiles(cell.id)
        return revision

    def tables(self, is_fresh=False):
        return {
            it.filename.rpartition("/")[2]: [each.line for each in it.breakpoints]
            for it in self.breakpoints.commands(is_fresh)
        }
