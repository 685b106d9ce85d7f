"""What an editor shows in place of an `.ipynb`'s JSON: the script that jupytext makes of it.

Knows jupytext's command line, which such an editor uses as well, and no client.
"""

import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import lru_cache, partial

from ..notebook.as_script import laid_out
from ..notebook.cells import Notebook

log = logging.getLogger(__name__)

CONVERTED_S = 30.0
MISSING = (
    "lines of the notebook are those of its JSON, because jupytext, which would show it as a script, {why}: "
    'put jupytext on the path, or have the editor send its text by "notebookSync"'
)


def lay_out(notebook: Notebook, style: str) -> Notebook:
    """Return a notebook with the lines of jupytext's script of it; as it is where there is no such script."""
    command = jupytext()
    text = converted(notebook.text, command, style) if command is not None else None
    return (laid_out(notebook, text) if text is not None else None) or notebook


@lru_cache(maxsize=8)
def converted(text: str, command: str, style: str) -> str | None:
    """Return the script that jupytext makes of an `.ipynb`'s text; None: none. It takes about a second."""
    try:
        done = subprocess.run(
            [command, "--from", "ipynb", "--to", f"py:{style}", "--quiet", "--output", "-"],
            input=text.encode(),
            capture_output=True,
            timeout=CONVERTED_S,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        log.warning("jupytext: %s %s", error, getattr(error, "stderr", b"") or b"")
        return None
    return done.stdout.decode("utf-8", "replace")


LAYOUTS: dict[str, Callable[[Notebook], Notebook] | None] = {
    "json": None,
    "percent": partial(lay_out, style="percent"),
    "hydrogen": partial(lay_out, style="hydrogen"),
}


def jupytext() -> str | None:
    """Return jupytext's command: on the path, or beside our own Python."""
    return shutil.which("jupytext") or shutil.which("jupytext", path=os.path.dirname(sys.executable))


def problem_of(notebook: Notebook, wanted: str) -> str | None:
    """Return why a notebook does not have the lines that the launch arguments want, in a sentence."""
    if wanted == "json" or not notebook.has_json_lines:
        return None
    return MISSING.format(why="is not there" if jupytext() is None else "cannot convert it")
