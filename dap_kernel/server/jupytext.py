"""The script that jupytext makes of an `.ipynb`, as editors show it.

Knows jupytext's command line, which such an editor uses as well; neither session nor client.
"""

import asyncio
import logging
import os
import shutil
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

log = logging.getLogger(__name__)

CONVERTED_S = 30.0
BY_FILE = ("hydrogen",)  # what is shown by way of a file: jupytext.toml holds for that, and not for a pipe


class NoScript(Exception):
    """There is none. Its text says why, of jupytext."""


async def converted(text: str, style: str, folder: str) -> str:
    """Return the script of an `.ipynb`'s text, which lies in `folder`. It takes about a second.

    Raises NoScript.
    """
    command = shutil.which("jupytext") or shutil.which("jupytext", path=os.path.dirname(sys.executable))
    if command is None:
        raise NoScript("is not there")
    try:
        with tempfile.TemporaryDirectory(prefix="dap_kernel-") as own:
            output = os.path.join(own, "notebook.py") if style in BY_FILE else "-"
            told = ("--from", "ipynb", "--to", f"py:{style}", "--quiet", "--output", output)
            printed = await _run([command, *told], text.encode(), folder)
            data = Path(output).read_bytes() if style in BY_FILE else printed
    except TimeoutError:
        raise NoScript(f"takes longer than {CONVERTED_S:g} s") from None
    except OSError as error:
        log.warning("jupytext: %s", error)
        raise NoScript("cannot convert it") from None
    return data.decode("utf-8", "replace")


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
