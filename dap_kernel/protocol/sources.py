"""Sources and modules, and the requests that list and read them.

Source: DAP specification, "Source", "LoadedSources", "Modules".
"""

from typing import Any, ClassVar, Literal

from .messages import Body, EventBody


class Checksum(Body):
    algorithm: Literal["MD5", "SHA1", "SHA256", "timestamp"]
    checksum: str


class Source(Body):
    """`source_reference` above 0: the client reads the text by a `source` request, not from `path`."""

    name: str | None = None
    path: str | None = None
    source_reference: int | None = None
    presentation_hint: Literal["normal", "emphasize", "deemphasize"] = "normal"
    origin: str | None = None
    sources: list["Source"] = []
    adapter_data: Any = None
    checksums: list[Checksum] = []


class SourceArguments(Body):
    source_reference: int
    source: Source | None = None


class SourceResponse(Body):
    content: str
    mime_type: str | None = None


class LoadedSourcesArguments(Body):
    pass


class LoadedSourcesResponse(Body):
    sources: list[Source]


class LoadedSourceEvent(EventBody):
    event: ClassVar[str] = "loadedSource"
    reason: Literal["new", "changed", "removed"]
    source: Source


class Module(Body):
    id: int | str
    name: str
    path: str | None = None
    is_optimized: bool | None = None
    is_user_code: bool | None = None
    version: str | None = None
    symbol_status: str | None = None
    symbol_file_path: str | None = None
    date_time_stamp: str | None = None
    address_range: str | None = None


class ModulesArguments(Body):
    start_module: int = 0
    module_count: int = 0  # 0: all


class ModulesResponse(Body):
    modules: list[Module]
    total_modules: int | None = None
