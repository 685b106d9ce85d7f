"""Asks an interpreter, before there is a kernel, whether it could be one. Starts no kernel."""

import asyncio
import os
import signal
from contextlib import suppress

from ..agent_loader import CHECK
from ..output.escape_filter import TextFilter, without_movements
from .boot import why_unfit
from .spawn import HowToStart, folder_to_start_in, merged

MAX_TOLD = 2000  # characters


async def why_not_fit(how: HowToStart, within_s: float) -> str | None:
    """Return why the Python of `how` runs no notebooks, and what to do.

    None: it does, or it has not said so `within_s` seconds, or could not be asked: what is wrong then is told
    when a kernel is started on it.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *(*how.python, *how.python_args, "-c", CHECK),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            cwd=folder_to_start_in(how),
            env=merged(os.environ, how.env),
            start_new_session=True,
        )
    except (OSError, ValueError):  # ValueError: a null byte
        return None
    try:
        async with asyncio.timeout(within_s):
            _, said = await process.communicate()
    except TimeoutError:
        return None
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    text = TextFilter().feed(said.decode("utf-8", "replace"))[-MAX_TOLD:]
    return why_unfit(process.returncode, without_movements(text).strip())
