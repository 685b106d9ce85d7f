"""What client and server can do, as `initialize` tells it. It does not know which handler offers what.

Source: DAP specification, "Capabilities", "Initialize".
"""

from typing import Literal

from msgspec import field

from .messages import Body


class InitializeRequestArguments(Body):
    adapter_id: str = field(name="adapterID", default="")  # required, and yet some clients leave it out
    client_id: str | None = field(name="clientID", default=None)
    client_name: str | None = None
    locale: str | None = None
    lines_start_at_1: bool = True
    columns_start_at_1: bool = True
    path_format: str = "path"
    supports_variable_type: bool = False
    supports_variable_paging: bool = False
    supports_run_in_terminal_request: bool = False
    supports_memory_references: bool = False
    supports_progress_reporting: bool = False
    supports_invalidated_event: bool = False
    supports_memory_event: bool = False
    supports_args_can_be_interpreted_by_shell: bool = False
    supports_start_debugging_request: bool = False
    supports_ansi_styling: bool = field(name="supportsANSIStyling", default=False)


class ExceptionBreakpointsFilter(Body):
    filter: str
    label: str
    description: str | None = None
    default: bool = False
    supports_condition: bool = False
    condition_description: str | None = None


class ColumnDescriptor(Body):
    attribute_name: str
    label: str
    format: str | None = None
    type: Literal["string", "number", "boolean", "unixTimestampUTC"] = "string"
    width: int | None = None


class BreakpointMode(Body):
    mode: str
    label: str
    applies_to: list[Literal["source", "exception", "data", "instruction"]]
    description: str | None = None


class Capabilities(Body):
    """`initialize` answers with it. `supports_notebook_requests` is ours: see `notebook.py`."""

    supports_configuration_done_request: bool = False
    supports_function_breakpoints: bool = False
    supports_conditional_breakpoints: bool = False
    supports_hit_conditional_breakpoints: bool = False
    supports_evaluate_for_hovers: bool = False
    exception_breakpoint_filters: list[ExceptionBreakpointsFilter] = []
    supports_step_back: bool = False
    supports_set_variable: bool = False
    supports_restart_frame: bool = False
    supports_goto_targets_request: bool = False
    supports_step_in_targets_request: bool = False
    supports_completions_request: bool = False
    completion_trigger_characters: list[str] = []
    supports_modules_request: bool = False
    additional_module_columns: list[ColumnDescriptor] = []
    supported_checksum_algorithms: list[Literal["MD5", "SHA1", "SHA256", "timestamp"]] = []
    supports_restart_request: bool = False
    supports_exception_options: bool = False
    supports_value_formatting_options: bool = False
    supports_exception_info_request: bool = False
    support_terminate_debuggee: bool = False
    support_suspend_debuggee: bool = False
    supports_delayed_stack_trace_loading: bool = False
    supports_loaded_sources_request: bool = False
    supports_log_points: bool = False
    supports_terminate_threads_request: bool = False
    supports_set_expression: bool = False
    supports_terminate_request: bool = False
    supports_data_breakpoints: bool = False
    supports_read_memory_request: bool = False
    supports_write_memory_request: bool = False
    supports_disassemble_request: bool = False
    supports_cancel_request: bool = False
    supports_breakpoint_locations_request: bool = False
    supports_clipboard_context: bool = False
    supports_stepping_granularity: bool = False
    supports_instruction_breakpoints: bool = False
    supports_exception_filter_options: bool = False
    supports_single_thread_execution_requests: bool = False
    supports_data_breakpoint_bytes: bool = False
    breakpoint_modes: list[BreakpointMode] = []
    supports_ansi_styling: bool = field(name="supportsANSIStyling", default=False)
    supports_notebook_requests: bool = False
