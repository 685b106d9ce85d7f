"""How a session begins and ends. What a launch takes is the server's: these arguments are anybody's.

Source: DAP specification, "Requests" (ConfigurationDone, Restart, Disconnect, Terminate, Cancel), "Events".
"""

from typing import Any, ClassVar, Literal

import msgspec

from .messages import Body, EventBody


class ConfigurationDoneArguments(Body):
    pass


class RestartArguments(Body):
    """`arguments`: the newest launch or attach configuration, as the client would send it today."""

    arguments: msgspec.Raw = msgspec.Raw(b"{}")


class DisconnectArguments(Body):
    """`terminate_debuggee` None: end a launched kernel, leave an attached one."""

    restart: bool = False
    terminate_debuggee: bool | None = None
    suspend_debuggee: bool = False


class TerminateArguments(Body):
    restart: bool = False


class CancelArguments(Body):
    request_id: int | None = None
    progress_id: str | None = None


class InitializedEvent(EventBody):
    event: ClassVar[str] = "initialized"


class ProcessEvent(EventBody):
    event: ClassVar[str] = "process"
    name: str
    system_process_id: int | None = None
    is_local_process: bool | None = None
    start_method: Literal["launch", "attach", "attachForSuspendedLaunch"] | None = None
    pointer_size: int | None = None  # bits


class ExitedEvent(EventBody):
    event: ClassVar[str] = "exited"
    exit_code: int


class TerminatedEvent(EventBody):
    """`restart` anything but None: the client shall launch or attach again, with it as `__restart`."""

    event: ClassVar[str] = "terminated"
    restart: Any = None
