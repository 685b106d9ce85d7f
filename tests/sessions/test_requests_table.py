"""Every request, event and capability of the first release has a story; here is where each is told.

An entry is a file of this folder and the words in it that show that it is told there.
"""

import asyncio
import pkgutil
import sys
from importlib import import_module
from pathlib import Path

import pytest

import dap_kernel.protocol
from dap_kernel.protocol.messages import EventBody
from dap_kernel.server import requests
from dap_kernel.server.registry import registry
from tests.client.debug import Debug
from tests.client.serving import Stream

Where = tuple[str, str]

REQUESTS: dict[str, Where] = {
    "attach": ("test_orphans", ".attach("),
    "breakpointLocations": ("test_requests_answers", '"breakpointLocations"'),
    "cancel": ("test_console_limits", '"cancel"'),
    "completions": ("test_inspection_evaluate", '"completions"'),
    "configurationDone": ("test_lifecycle_begin", "configurationDone"),
    "continue": ("test_requests_answers", '"continue"'),
    "disconnect": ("test_lifecycle_end", ".disconnect("),
    "evaluate": ("test_inspection_evaluate", ".evaluate("),
    "exceptionInfo": ("test_requests_answers", '"exceptionInfo"'),
    "goto": ("test_requests_answers", ".goto("),
    "gotoTargets": ("test_requests_answers", ".goto("),
    "initialize": ("test_lifecycle_begin", "initialize"),
    "launch": ("test_lifecycle_begin", "launch"),
    "loadedSources": ("test_requests_answers", '"loadedSources"'),
    "modules": ("test_requests_answers", '"modules"'),
    "next": ("test_requests_answers", ".next("),
    "notebookCells": ("test_notebook_formats", "notebookCells"),
    "notebookInterrupt": ("test_running_quit", "notebookInterrupt"),
    "notebookMove": ("test_notebook_moved", '"notebookMove"'),
    "notebookRun": ("test_console_limits", ".run("),
    "notebookSync": ("test_notebook_uris", "notebookSync"),
    "notebookTable": ("test_tables", '"notebookTable"'),
    "notebookVariables": ("test_tables", '"notebookVariables"'),
    "pause": ("test_requests_answers", ".pause("),
    "restart": ("test_lifecycle_restart", "restart"),
    "scopes": ("test_inspection_pages", ".locals("),
    "setBreakpoints": ("test_breakpoints_lines", "break_at"),
    "setExceptionBreakpoints": ("test_requests_answers", '"setExceptionBreakpoints"'),
    "setExpression": ("test_inspection_evaluate", ".set_expression("),
    "setFunctionBreakpoints": ("test_breakpoints_lines", "break_on_functions"),
    "setVariable": ("test_inspection_evaluate", '"setVariable"'),
    "source": ("test_requests_answers", '"source"'),
    "stackTrace": ("test_requests_answers", '"stackTrace"'),
    "stepIn": ("test_requests_answers", ".step_in("),
    "stepInTargets": ("test_requests_answers", ".step_in_targets("),
    "stepOut": ("test_requests_answers", ".step_out("),
    "terminate": ("test_lifecycle_end", ".terminate("),
    "terminateThreads": ("test_requests_answers", '"terminateThreads"'),
    "threads": ("test_requests_answers", ".threads("),
    "variables": ("test_inspection_pages", ".variables("),
}

EVENTS: dict[str, Where] = {
    "breakpoint": ("test_notebook_edits", '"breakpoint"'),
    "continued": ("test_running_idle", "continued"),
    "exited": ("test_lifecycle_end", "terminated()"),  # it returns the exit code
    "initialized": ("test_lifecycle_begin", "initialized"),
    "invalidated": ("test_console_commands", '"invalidated"'),
    "loadedSource": ("test_notebook_scripts", '"loadedSource"'),
    "notebookBreakpoints": ("test_companions", '"notebookBreakpoints"'),
    "notebookChanged": ("test_companions_texts", '"notebookChanged"'),
    "notebookCell": ("test_notebook_edits", "notebookCell"),
    "notebookDisplay": ("test_display_values", '"notebookDisplay"'),
    "notebookKernel": ("test_output_live", '"notebookKernel"'),
    "notebookLine": ("test_output_live", '"notebookLine"'),
    "notebookProgress": ("test_output_bars", '"notebookProgress"'),
    "notebookVariablesChanged": ("test_tables", '"notebookVariablesChanged"'),
    "output": ("test_output_streams", '"output"'),
    "process": ("test_lifecycle_begin", '"process"'),
    "progressEnd": ("test_output_live", '"progressEnd"'),
    "progressStart": ("test_output_live", '"progressStart"'),
    "progressUpdate": ("test_output_live", '"progressUpdate"'),
    "stopped": ("test_breakpoints_lines", ".stopped("),
    "terminated": ("test_lifecycle_end", ".terminated("),
    "thread": ("test_requests_answers", '"thread"'),
}

CAPABILITIES: dict[str, Where] = {
    "completionTriggerCharacters": ("test_inspection_evaluate", '"point."'),
    "exceptionBreakpointFilters": ("test_exceptions_kinds", "raised"),
    "supportTerminateDebuggee": ("test_lifecycle_end", "terminateDebuggee"),
    "supportsANSIStyling": ("test_output_streams", "[31m"),
    "supportsBreakpointLocationsRequest": REQUESTS["breakpointLocations"],
    "supportsCancelRequest": REQUESTS["cancel"],
    "supportsClipboardContext": ("test_inspection_evaluate", '"clipboard"'),
    "supportsCompletionsRequest": REQUESTS["completions"],
    "supportsConditionalBreakpoints": ("test_breakpoints_lines", "condition"),
    "supportsConfigurationDoneRequest": REQUESTS["configurationDone"],
    "supportsDelayedStackTraceLoading": ("test_requests_answers", "startFrame=30"),
    "supportsEvaluateForHovers": ("test_inspection_evaluate", '"hover"'),
    "supportsExceptionFilterOptions": ("test_requests_answers", 'raised="ValueError'),
    "supportsExceptionInfoRequest": REQUESTS["exceptionInfo"],
    "supportsExceptionOptions": ("test_requests_answers", "exceptionOptions"),
    "supportsFunctionBreakpoints": REQUESTS["setFunctionBreakpoints"],
    "supportsGotoTargetsRequest": REQUESTS["gotoTargets"],
    "supportsHitConditionalBreakpoints": ("test_breakpoints_lines", "hitCondition"),
    "supportsLoadedSourcesRequest": REQUESTS["loadedSources"],
    "supportsLogPoints": ("test_output_streams", '"logMessage"'),
    "supportsModulesRequest": REQUESTS["modules"],
    "supportsNotebookRequests": REQUESTS["notebookCells"],
    "supportsRestartRequest": REQUESTS["restart"],
    "supportsSetExpression": REQUESTS["setExpression"],
    "supportsSetVariable": REQUESTS["setVariable"],
    "supportsSingleThreadExecutionRequests": ("test_requests_answers", "singleThread=True"),
    "supportsStepInTargetsRequest": REQUESTS["stepInTargets"],
    "supportsTerminateRequest": REQUESTS["terminate"],
    "supportsTerminateThreadsRequest": REQUESTS["terminateThreads"],
    "supportsValueFormattingOptions": ("test_inspection_evaluate", '"hex": True'),
}

NO_DAP = {"supportsDebuggerProperties", "supportsTerminateDebuggee"}  # debugpy's, in no specification


@pytest.mark.parametrize(
    "table", [REQUESTS, EVENTS, CAPABILITIES], ids=["requests", "events", "capabilities"]
)
def test_each_entry_names_a_story(table: dict[str, Where]) -> None:
    folder = Path(__file__).parent
    for name, (file, words) in table.items():
        path = folder / f"{file}.py"
        assert path.exists(), f"{name}: there is no {path.name}"
        assert words in path.read_text("utf-8"), f"{name}: {path.name} does not hold {words!r}"


def test_each_request_and_event_is_in_the_table() -> None:
    requests.load()
    assert set(registry.handlers) == set(REQUESTS)
    for it in pkgutil.iter_modules(dap_kernel.protocol.__path__):
        import_module(f"dap_kernel.protocol.{it.name}")
    assert {it.event for it in EventBody.__subclasses__()} == set(EVENTS)


async def test_each_capability_is_in_the_table_and_none_of_debugpy_is_missing() -> None:
    async with Debug() as debug:
        offered = await debug.initialize()
    assert set(offered) == set(CAPABILITIES)
    theirs = await offered_by_debugpy()
    assert {it for it, value in theirs.items() if value} - NO_DAP <= set(offered)
    filters = "exceptionBreakpointFilters"
    assert [it["filter"] for it in offered[filters]] == [it["filter"] for it in theirs[filters]]
    assert [it.get("default", False) for it in offered[filters]] == [it["default"] for it in theirs[filters]]


async def offered_by_debugpy() -> dict[str, object]:
    pipe = asyncio.subprocess.PIPE
    adapter = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "debugpy.adapter", stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL
    )
    assert adapter.stdin is not None
    assert adapter.stdout is not None
    stream = Stream(adapter.stdout, adapter.stdin)
    stream.send({"seq": 1, "type": "request", "command": "initialize", "arguments": {"adapterID": "x"}})
    try:
        async with asyncio.timeout(30):
            while message := await stream.receive():
                if message["type"] == "response":
                    body: dict[str, object] = message["body"]
                    return body
        raise AssertionError("debugpy's adapter said nothing")
    finally:
        await stream.close()
        adapter.terminate()
        await adapter.wait()
