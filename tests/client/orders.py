"""In which order each editor asks when a session begins. It knows no socket and no story.

Facts: the clients' sources and what was seen on the wire. An order is told by what it does between
`initialize` and the first stop; `launch` is always sent before the breakpoints and not waited for.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
Name = Literal["vscode", "nvim", "dape", "debugclient", "helix", "kate"]
Part = Literal["breakpoints", "functions", "exceptions", "configurationDone", "threads"]

COMMON = {"linesStartAt1": True, "columnsStartAt1": True, "pathFormat": "path"}


@dataclass(frozen=True)
class Order:
    initialize: Json
    parts: tuple[Part, ...]  # after `initialized`
    stop_levels: tuple[int, ...] = ()  # frames asked for at a stop, request by request
    at_end: Literal["disconnect", "terminate", "close"] = "disconnect"  # once `terminated` came
    launch_extras: Json = field(default_factory=dict)


ORDERS: dict[Name, Order] = {
    "vscode": Order(
        initialize={
            **COMMON,
            "clientID": "vscode",
            "clientName": "Visual Studio Code",
            "adapterID": "dap-kernel",
            "locale": "en",
            "supportsVariableType": True,
            "supportsVariablePaging": True,
            "supportsRunInTerminalRequest": True,
            "supportsProgressReporting": True,
            "supportsInvalidatedEvent": True,
            "supportsMemoryReferences": True,
            "supportsArgsCanBeInterpretedByShell": True,
            "supportsMemoryEvent": True,
            "supportsStartDebuggingRequest": True,
            "supportsANSIStyling": True,
        },
        parts=("breakpoints", "functions", "exceptions", "configurationDone", "threads"),
        stop_levels=(1, 19),
        launch_extras={"type": "dap-kernel", "request": "launch", "name": "Debug", "__sessionId": "1"},
    ),
    "nvim": Order(
        initialize={
            **COMMON,
            "clientID": "neovim",
            "clientName": "neovim",
            "adapterID": "dap_kernel",
            "locale": "en_US.UTF-8",
            "supportsRunInTerminalRequest": True,
            "supportsVariableType": True,
            "supportsProgressReporting": True,
            "supportsStartDebuggingRequest": True,
        },
        parts=("breakpoints", "exceptions", "configurationDone"),
        stop_levels=(0,),
        at_end="close",
        launch_extras={"type": "dap_kernel", "request": "launch", "name": "Debug"},
    ),
    "dape": Order(
        initialize={
            **COMMON,
            "clientID": "dape",
            "adapterID": "dap-kernel",
            "supportsRunInTerminalRequest": True,
            "supportsArgsCanBeInterpretedByShell": True,
            "supportsProgressReporting": True,
            "supportsStartDebuggingRequest": True,
        },
        parts=("exceptions", "breakpoints", "functions", "configurationDone"),
        stop_levels=(1, 19),
        at_end="terminate",
        launch_extras={"type": "dap-kernel", "request": "launch"},
    ),
    "helix": Order(
        initialize={
            **COMMON,
            "clientID": "hx",
            "clientName": "helix",
            "adapterID": "dap-kernel",
            "locale": "en-us",
            "supportsVariableType": True,
            "supportsVariablePaging": False,
            "supportsRunInTerminalRequest": True,
            "supportsMemoryReferences": False,
            "supportsProgressReporting": True,
            "supportsInvalidatedEvent": False,
        },
        parts=("breakpoints", "configurationDone"),
        stop_levels=(0,),
    ),
    "kate": Order(
        initialize={
            "linesStartAt1": True,
            "columnsStartAt1": True,
            "adapterID": "qdap",
            "locale": "en_US",
            "path": "path",
            "supportsVariableType": True,
            "supportsVariablePaging": False,
            "supportsRunInTerminalRequest": True,
            "supportsMemoryReferences": False,
            "supportsProgressReporting": False,
            "supportsInvalidatedEvent": False,
            "supportsMemoryEvent": False,
        },
        parts=("breakpoints", "configurationDone", "threads"),
        stop_levels=(0,),
        launch_extras={"command": "launch", "args": [], "cwd": ""},
    ),
    "debugclient": Order(
        initialize={**COMMON, "adapterID": "dap-kernel"},
        parts=("breakpoints", "configurationDone"),
    ),
}
