"""The script that jupytext makes of an `.ipynb`, as editors show it.

Knows jupytext's command line, which such an editor uses as well; neither session nor client. Nothing of the
notebook's folder is run: jupytext works in a folder of ours, which holds a copy of the settings that it would
have found. Source: `jupytext.config`.
"""

import asyncio
import logging
import os
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from ..kernels.interpreter import on_path
from ..kernels.trust import why_not

log = logging.getLogger(__name__)

CONVERTED_S = 30.0
BY_FILE = ("hydrogen",)  # what is shown by way of a file: jupytext.toml holds for that, and not for a pipe
SETTINGS = ["jupytext", "jupytext.toml", "jupytext.yml", "jupytext.yaml", "jupytext.json"]
SETTINGS += [f".{it}" for it in SETTINGS]
PROGRAM = ".jupytext.py"  # settings too, but a program
SHARED = "pyproject.toml"
NO_SETTINGS = SETTINGS[1]  # empty, it keeps jupytext from looking in the folders above
MAX_SETTINGS = 2**20  # bytes


class NoScript(Exception):
    """There is none. Its text says why, of jupytext."""


async def converted(text: str, style: str, folder: str) -> str:
    """Return the script of an `.ipynb`'s text, which lies in `folder`. It takes about a second.

    Raises NoScript.
    """
    command = _command()
    try:
        with tempfile.TemporaryDirectory(prefix="dap_kernel-") as own:
            settings = settings_of(folder)
            if settings is None:
                Path(own, NO_SETTINGS).touch()
            else:
                _check_size(settings)
                shutil.copyfile(settings, os.path.join(own, settings.name))
            output = os.path.join(own, "notebook.py") if style in BY_FILE else "-"
            told = ("--from", "ipynb", "--to", f"py:{style}", "--quiet", "--output", output)
            printed = await _run([command, *told], text.encode(), own)
            data = Path(output).read_bytes() if style in BY_FILE else printed
    except TimeoutError:
        raise NoScript(f"takes longer than {CONVERTED_S:g} s") from None
    except (OSError, ValueError) as error:
        log.warning("jupytext: %s", error)
        raise NoScript("cannot convert it") from None
    return data.decode("utf-8", "replace")


def settings_of(folder: str) -> Path | None:
    """Return the file with jupytext's settings for a notebook in `folder`; None: none that is no program."""
    return next((it for it in _candidates(folder) if it.name != PROGRAM), None)


def program_of(folder: str) -> Path | None:
    """Return the program that jupytext would have run for its settings of a notebook in `folder`."""
    first = next(_candidates(folder), None)
    return first if first is not None and first.name == PROGRAM else None


def _candidates(folder: str) -> Iterator[Path]:
    """Yield the files that jupytext would take its settings from, the first that it would take first."""
    ceilings = [it for it in os.environ.get("JUPYTEXT_CEILING_DIRECTORIES", "").split(":") if it]
    for above in (Path(folder), *Path(folder).parents):
        yield from _candidates_in(above)
        if str(above) in ceilings:
            return
    for place in _global_folders():
        yield from _candidates_in(Path(place, "jupytext"))
        yield from _candidates_in(Path(place))


def _candidates_in(folder: Path) -> Iterator[Path]:
    yield from (path for it in (*SETTINGS, PROGRAM) if os.path.isfile(path := folder / it))
    shared = folder / SHARED
    try:
        if os.path.isfile(shared):
            _check_size(shared)
            tools = tomllib.loads(shared.read_text("utf-8")).get("tool")
            if isinstance(tools, dict) and "jupytext" in tools:
                yield shared
    except (OSError, ValueError, RecursionError):  # which is no TOML
        log.info("jupytext has no settings from %s", shared)


def _global_folders() -> Iterator[str]:
    home = os.path.expanduser("~")
    wanted = os.environ.get("XDG_CONFIG_HOME")
    yield from wanted.split(":") if wanted else (os.path.join(home, ".config"), home)
    yield from os.environ.get("XDG_CONFIG_DIRS", "/usr/local/share/:/usr/share/").split(":")


def _check_size(settings: Path) -> None:
    """Raise ValueError for a file that is too large to be settings."""
    if settings.stat().st_size > MAX_SETTINGS:
        raise ValueError(f"{settings} is too large")


def _command() -> str:
    """Return jupytext's program. Raises NoScript when there is none that is to be trusted."""
    beside = os.path.join(os.path.dirname(sys.executable), "jupytext")
    doubts = []
    for path in (*on_path("jupytext"), *([beside] if os.access(beside, os.X_OK) else [])):
        if (doubt := why_not(path)) is None:
            return path
        doubts.append(f"is not run ({path}: {doubt})")
    raise NoScript(doubts[0] if doubts else "is not there")


async def _run(command: list[str], given: bytes, folder: str) -> bytes:
    """Return what a command prints. Raises NoScript when it fails, TimeoutError."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=folder)
    try:
        async with asyncio.timeout(CONVERTED_S):
            printed, complaint = await process.communicate(given)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
    if process.returncode:
        log.warning("jupytext: status %s: %s", process.returncode, complaint.decode("utf-8", "replace"))
        raise NoScript("cannot convert it")
    return printed
