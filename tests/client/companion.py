"""A second client of a debug session: found in the runtime folder, it speaks as the LSP server does."""

import asyncio
import json
import os
from pathlib import Path
from typing import Any, Self

from .connection import Connection
from .serving import TIMEOUT_S, Stream

Json = dict[str, Any]


class Companion(Connection):
    """Its messages are not judged by the rules of DAP: it never said hello."""

    @classmethod
    async def of(cls, path: Path, runtime: Path) -> Self:
        """Connect to the session of a notebook once it is announced in `runtime`."""
        found = await announced(path, runtime)
        streams = await asyncio.open_unix_connection(found.with_suffix(".sock"), limit=2**26)
        return cls(Stream(*streams), is_judged=False)


async def announced(path: Path, runtime: Path) -> Path:
    """Wait for the announcement of a notebook's session; return its file."""
    async with asyncio.timeout(TIMEOUT_S):
        while True:
            for file in (runtime / "dap_kernel").glob("session-*.json"):
                if json.loads(file.read_text("utf-8"))["notebook"] == os.path.realpath(path):
                    return file
            await asyncio.sleep(0.005)
