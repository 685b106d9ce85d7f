"""What stories are given, as types: the fixtures `debugging`, `write` and `write_cells`."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from .debug import Backend, Debug, Json, Path_
from .orders import Name
from .serving import Server, Transport


class Debugging(Protocol):
    """Makes a session, with all that `Debug` takes: `async with debugging(program) as debug:`."""

    def __call__(
        self,
        program: Path_ | None = None,
        *,
        launch: Json | None = None,
        order: Name = "vscode",
        transport: Transport = "stdio",
        backend: Backend | None = None,
        python: str | None = None,
        server: Server | None = None,
        env: Mapping[str, str] | None = None,
        options: Sequence[str] = (),
        initialize: Json | None = None,
        folder: Path | None = None,
        is_judged: bool = True,
        may_fork: bool = True,
    ) -> Debug: ...


class DebuggingWith(Protocol):
    """Makes a session, with launch arguments as keywords: `debugging(path, run="none")`."""

    def __call__(self, program: Path_, initialize: Json | None = None, **launch: Any) -> Debug: ...


class Write(Protocol):
    """Writes a file of the story; the text's indent is taken away."""

    def __call__(self, name: str, text: str) -> Path: ...


class WriteCells(Protocol):
    """Writes an `.ipynb` of these cells' sources."""

    def __call__(self, name: str, *sources: str) -> Path: ...
