"""What the host of marimo's kernels needs of marimo, and says where that is missing."""

import asyncio
from types import SimpleNamespace

import pytest

from dap_kernel.agent.hosts.marimo_names import MarimoKernel


def test_names_that_a_version_of_marimo_has_not_are_named() -> None:
    kernel = SimpleNamespace(graph=SimpleNamespace(cells={}), globals={}, _hooks=SimpleNamespace(_lists={}))
    loop = asyncio.new_event_loop()
    try:
        missing = "has no _hooks.add_pre_execution, _hooks.add_post_execution: use marimo 0.23"
        with pytest.raises(RuntimeError, match=missing):
            MarimoKernel(kernel, loop)
    finally:
        loop.close()
