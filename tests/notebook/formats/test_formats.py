"""Which format a text has."""

import pytest

from dap_kernel.notebook.format_traits import Format
from dap_kernel.notebook.formats.reading import read, recognise

MARIMO = {
    "usual": ("import marimo\napp = marimo.App()\n", True),
    "alias": ("import marimo as mo\n\napp = mo.App(width='full')\n", True),
    "annotated": ("import marimo\napp: marimo.App = marimo.App()\n", True),
    "another name": ("import marimo\nnotebook = marimo.App()\n", True),
    "broken": ("import marimo\nx = = 1\napp = marimo.App()\n", True),
    "broken cell": ("import marimo\napp = marimo.App()\n@app.cell\ndef _(:\n", True),
    "in a string": ('import marimo\n"""\napp = marimo.App()\n"""\n', False),
    "in a string with cells": ('import marimo\n"""\napp = marimo.App()\n@app.cell\n"""\n', False),
    "in a broken file's string": ('import marimo\n"""\napp = marimo.App()\n@app.cell\n"""\nx = = 1', False),
    "in a function": ("import marimo\ndef f():\n    app = marimo.App()\n", False),
    "another library": ("import dash\napp = dash.App()  # not marimo\n", False),
    "in a comment": ("import marimo\n# app = marimo.App()\n", False),
}


@pytest.mark.parametrize(("text", "is_marimo"), MARIMO.values(), ids=MARIMO.keys())
def test_marimo_is_recognised_by_its_app(text: str, is_marimo: bool) -> None:
    assert (recognise(text, "nb.py") is Format.MARIMO) == is_marimo


@pytest.mark.parametrize(
    ("text", "name", "format"),
    [
        ("", "a.py", Format.SCRIPT),
        ("x = 1\n", "a.py", Format.SCRIPT),
        ("x = 5 %% 2\n'# %%'\n", "a.py", Format.SCRIPT),
        ('x = """\n# %%\n"""\n', "a.py", Format.SCRIPT),
        ("x = 1\n# %%\n", "a.py", Format.PERCENT),
        ("# In[1]:\nx = 1\n", "a.py", Format.PERCENT),
        ("# <codecell>\nx = 1\n", "a.py", Format.PERCENT),
        ("import marimo\n# %%\napp = marimo.App()\n", "a.py", Format.MARIMO),
        ("", "a.ipynb", Format.JUPYTER),
        ("# %%\n", "A.IPYNB", Format.JUPYTER),
        ("# %%\n", "a", Format.PERCENT),
    ],
)
def test_recognition(text: str, name: str, format: Format) -> None:
    assert recognise(text, name) is format


def test_the_format_that_is_asked_for_wins() -> None:
    assert read("# %%\nx = 1", "a.py", Format.SCRIPT).format is Format.SCRIPT
    assert read("x = 1", "a.py", Format.PERCENT).format is Format.PERCENT
    assert read("x = 1", "a.py", Format.MARIMO).cells == ()
