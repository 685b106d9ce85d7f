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
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from ...kernels.programs import on_path
from ...notebook.files import Unreadable, read_text, stamp_of

log = logging.getLogger(__name__)

CONVERTED_S = 30.0
BY_FILE = ("hydrogen",)  # what is shown by way of a file: jupytext.toml holds for that, and not for a pipe
SETTINGS = ["jupytext", "jupytext.toml", "jupytext.yml", "jupytext.yaml", "jupytext.json"]
SETTINGS += [f".{it}" for it in SETTINGS]
PROGRAM = ".jupytext.py"  # settings too, but a program
SHARED = "pyproject.toml"
NO_SETTINGS = SETTINGS[1]  # empty, it keeps jupytext from looking in the folders above
MAX_SETTINGS = 2**20  # bytes
MAX_SHARED = 2**16  # bytes of a file that others share, which is parsed here
MAX_DOTS = 500  # in a line of it: `tomllib` is quadratic in the parts of a key
LOOKED_S = 2.0  # for all the folders together


class NoScript(Exception):
    """There is none. Its text says why, of jupytext."""


class Settings(NamedTuple):
    """What jupytext would take its settings from."""

    file: Path | None = None  # the first that is no program
    program: Path | None = None  # what it would have run, which we do not


async def look_for_settings(folder: str) -> Settings:
    """Return the settings for a notebook in `folder`; none if hostile files there or above take too long."""
    try:
        async with asyncio.timeout(LOOKED_S + 1):  # A file system may be slow as well.
            return await asyncio.to_thread(settings_of, folder)
    except TimeoutError:
        log.warning("jupytext: looking for its settings takes longer than %g s", LOOKED_S)
        return Settings()


async def converted(text: str, style: str, settings: Path | None) -> str:
    """Return the script of an `.ipynb`'s text, by the settings in a file. It takes about a second.

    Raises NoScript.
    """
    command = _command()
    try:
        with tempfile.TemporaryDirectory(prefix="dap_kernel-") as own:
            if settings is None:
                Path(own, NO_SETTINGS).touch()
            else:
                if stamp_of(str(settings))[1] > MAX_SETTINGS:
                    raise NoScript(f"is not run: {settings} is too large")
                shutil.copyfile(settings, os.path.join(own, settings.name))
            output = os.path.join(own, "notebook.py") if style in BY_FILE else "-"
            told = ("--from", "ipynb", "--to", f"py:{style}", "--quiet", "--output", output)
            printed = await _run([command, *told], text.encode(), own)
            data = Path(output).read_bytes() if style in BY_FILE else printed
    except TimeoutError:
        raise NoScript(f"takes longer than {CONVERTED_S:g} s") from None
    except (OSError, ValueError, Unreadable) as error:
        log.warning("jupytext: %s", error)
        raise NoScript("cannot convert it") from None
    return data.decode("utf-8", "replace")


def settings_of(folder: str) -> Settings:
    """Return the settings for a notebook in `folder`. Raises TimeoutError."""
    first: Path | None = None
    for path in _candidates(folder):
        first = first or path
        if path.name != PROGRAM:
            return Settings(path, first if first.name == PROGRAM else None)
    return Settings(None, first)


def _candidates(folder: str) -> Iterator[Path]:
    """Yield the files that jupytext would take its settings from, the first that it would take first."""
    ceilings = [it for it in os.environ.get("JUPYTEXT_CEILING_DIRECTORIES", "").split(":") if it]
    latest = time.monotonic() + LOOKED_S
    for above in (Path(folder), *Path(folder).parents):
        if time.monotonic() > latest:
            raise TimeoutError
        yield from _candidates_in(above)
        if str(above) in ceilings:
            return
    for place in _global_folders():
        yield from _candidates_in(Path(place, "jupytext"))
        yield from _candidates_in(Path(place))


def _candidates_in(folder: Path) -> Iterator[Path]:
    yield from (path for it in (*SETTINGS, PROGRAM) if os.path.isfile(path := folder / it))
    if os.path.isfile(shared := folder / SHARED) and _is_of_jupytext(shared):
        yield shared


def _is_of_jupytext(shared: Path) -> bool:
    """Whether a file that is of many tools has settings of jupytext's."""
    import tomllib  # late: few notebooks have such a file near

    try:
        text = read_text(str(shared), MAX_SHARED)
        if "jupytext" not in text:  # Most such files say nothing of jupytext: they need not be parsed.
            return False
        if any(line.count(".") > MAX_DOTS for line in text.split("\n")):
            raise ValueError("a key may have too many parts")
        tools = tomllib.loads(text).get("tool")
        return isinstance(tools, dict) and "jupytext" in tools
    except (Unreadable, ValueError, RecursionError) as error:  # It is no TOML, or nested too deeply.
        log.info("jupytext has no settings from %s: %s", shared, error)
        return False


def _global_folders() -> Iterator[str]:
    home = os.path.expanduser("~")
    wanted = os.environ.get("XDG_CONFIG_HOME")
    yield from wanted.split(":") if wanted else (os.path.join(home, ".config"), home)
    yield from os.environ.get("XDG_CONFIG_DIRS", "/usr/local/share/:/usr/share/").split(":")


def _command() -> str:
    """Return jupytext's program: on the path, which is the user's own word, or beside the server's Python.

    Raises NoScript.
    """
    beside = os.path.join(os.path.dirname(sys.executable), "jupytext")
    for path in (*on_path("jupytext"), *([beside] if os.access(beside, os.X_OK) else [])):
        return path
    raise NoScript("is not there")


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
