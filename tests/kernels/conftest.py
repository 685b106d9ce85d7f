"""Kernels whose agent does as the test tells it, and what they were heard to say."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from msgspec.structs import replace

from dap_kernel.agent.wire import messages as wire
from dap_kernel.kernels.own.own_kernel import OwnKernel
from dap_kernel.kernels.own.spawn import HowToStart
from dap_kernel.kernels.printed import Ending, Piece

FAKE = Path(__file__).parent / "fake_agent"


@dataclass
class Heard:
    """All that a kernel said, in one order."""

    all: list[object] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    busy: Awaitable[None] | None = None  # what `kernel_printed` answers

    def kernel_notified(self, notification: wire.Notification) -> None:
        self.add(notification)

    def kernel_ended(self, ending: Ending) -> None:
        self.add(ending)

    def kernel_printed(self, pieces: list[Piece]) -> Awaitable[None] | None:
        for piece in pieces:
            self.add(piece)
        return self.busy

    def add(self, it: object) -> None:
        self.all.append(it)
        self.news.set()

    async def until(self, is_there: Callable[[], object]) -> None:
        """Wait until `is_there` holds."""
        while not is_there():
            self.news.clear()
            await asyncio.wait_for(self.news.wait(), 20)

    def text(self, *kinds: str) -> str:
        return "".join(
            it.text for it in self.all if isinstance(it, Piece) and it.kind in (kinds or (it.kind,))
        )

    def of(self, kind: type) -> list[object]:
        return [it for it in self.all if isinstance(it, kind)]

    @property
    def ending(self) -> Ending:
        [ending] = self.of(Ending)
        assert isinstance(ending, Ending)
        return ending


@dataclass
class Started:
    """A kernel under test."""

    kernel: OwnKernel
    heard: Heard

    async def run(self, source: str) -> wire.CellResult:
        return await self.kernel.call(wire.RunCell("c", 1, "f", source, "c"), wire.CellResult)


Start = Callable[..., Awaitable[Started]]


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    """Starts kernels, and ends those that a test left."""
    kernels: list[OwnKernel] = []

    async def start_one(before: str = "", **changes: object) -> Started:
        heard = Heard()
        how = HowToStart(
            [sys.executable], wire.Start(before, "script", [""], None), str(tmp_path), agent=FAKE
        )
        how = replace(how, **changes)
        kernel = await OwnKernel.start(how, heard)
        kernels.append(kernel)
        return Started(kernel, heard)

    yield start_one
    for kernel in kernels:
        await kernel.end(grace_s=0)
