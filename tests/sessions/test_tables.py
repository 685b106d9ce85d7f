"""The notebook's variables in a view of their own, and tables by page: at a stop, idle, for companions."""

import pytest

from tests.client.connection import Refused
from tests.sessions.notebooks import code

CELLS = code("x = 1", "y = x + 1\nz = y", ids=("c1", "c2"))


async def test_before_anything_has_run_there_is_nothing_to_look_at(debugging, write):
    path = write("book.ipynb", CELLS)
    async with debugging(path, launch={"run": "none"}) as debug:
        await debug.launch()
        await debug.idle()
        assert await debug.ask("notebookVariables") == {"variables": []}
        with pytest.raises(Refused, match="the kernel has not started yet: run a cell first"):
            await debug.ask("notebookTable", expression="x")
        with pytest.raises(Refused, match='needs an "expression"'):
            await debug.ask("notebookTable")
        await debug.run({"cells": [1]})
        await debug.idle()
        await debug.event("notebookVariablesChanged")
        await debug.disconnect()
