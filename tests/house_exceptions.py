"""What does not keep to the rules of `test_house.py` yet, rule by rule. Each list only shrinks."""

IN_CIRCLES: set[str] = set()  # files that import each other

CLIMBS: set[str] = set()  # files that know a floor above

SET_FROM_OUTSIDE: set[str] = set()  # attributes that others than the owner set

TWICE: set[str] = set()  # names of several classes

UNSET: set[str] = set()  # attributes that do not exist until later

LONG_CLASSES = {  # classes over 250 lines, and their idea
    "Agent": "the parts of the debugger, made in their order; what a host tells them",
    "ConsoleSession": "what the server tells and what commands ask for change one state",
    "FrameWatcher": "one decision from all that the interpreter tells",
    "Inspector": "one method for each command of inspection",
    "Interrupts": "one state for the main thread: what wants to break in, and what has",
    "SettraceBackend": "one trace function and the frames that it is on",
}

SHORT = {  # files under 40 lines, and their idea
    "agent.hosts.jupyter_threads": "which threads are the kernel's and ours: no business of texts",
    "__main__": "`python -m dap_kernel`",
    "agent.common.disk": "the system asked itself",
    "agent.common.errors": "an exception as text, one way for all",
    "agent.common.locks": "locks that a forked child frees",
    "agent.common.options": "read by many rooms",
    "agent.common.own_files": "a constant that needs a module of its own",
    "agent.common.raised": "whoever lets them pass knows these alone",
    "agent.common.text": "what the wire refuses",
    "agent.debuggee.imported_files": "a state of its own, asked at one moment",
    "agent.debuggee.modules": "no state, no user code",
    "agent.inspect.tables.table_parts": "what no library's file may know more of",
    "agent.output.figure_backend": "matplotlib imports it by name",
    "agent.stops.suspended_timeouts": "what is known of pytest-timeout",
    "agent.watch.quitting": "a state of its own",
    "agent.watch.step_in_targets": "what a line calls, from its code alone",
    "agent.wire.filenames": "the one form of a virtual filename",
    "agent.wire.hit_conditions": "one grammar for both sides",
    "console.commands.session": "a chapter of the commands",
    "console.errors": "what all files of the console may raise",
    "console.pictures": "files of pictures, for who cannot show them",
    "console.source_lines": "how a line of source looks, for stops and for `list`",
    "kernels.errors": "what any kernel may raise",
    "kernels.listener": "what any kernel reports, below the contract",
    "kernels.programs": "what the path holds, for who looks for a program",
    "server.run.foreign_cells": "what is known of cells that others run, for one flow to write",
    "kernels.runtime.peer": "who is at the other end, for all sockets of the folder",
    "lsp.positions": "from a line of the debugger to one of the editor",
    "notebook.formats.script": "a format",
    "notebook.source.collector_pause": "the one place that holds the collector up",
    "protocol.reverse": "a chapter of the specification",
    "server.breakpoints.goto_targets": "what a client may go to, by the ids that it was given",
    "server.errors": "what every room may decline by",
    "server.flows.moving": "a flow of its own: nothing else moves a notebook",
    "server.flows.resuming": "used by requests, the repl and a stop that nobody sees",
    "server.flows.targets": "asked before any way to attach",
    "server.flows.visiting_jupyter": "which kernel is meant: the rest of the way is that of all with cells",
    "server.flows.visiting_marimo": "likewise",
    "server.port.reverse_requests": "the one place that waits for the client's answers",
    "server.stops.paged_table": "a state of the repl's, which stands above the session",
    "server.texts.cell_uris": "the one reader of what clients call cells",
    "server.texts.scripts": "the one maker of the script of a notebook",
}

OF_OTHERS = {  # of objects that are not ours to make (IPython makes its parts), or of records being filled
    "agent.hosts.jupyter_compiler: LearningCompiler._filename",  # its own class: see there
    "agent.stops.main_thread_call: _api.PyOS_getsig.argtypes",
    "agent.stops.main_thread_call: _api.PyOS_getsig.restype",
    "agent.stops.main_thread_call: _api.PyOS_setsig.argtypes",
    "agent.stops.main_thread_call: _api.PyOS_setsig.restype",
    "agent.common.when_imported: module.__spec__.loader",
    "agent.inspect.tables.table_pages: self._page.is_cut",
    "agent.inspect.tables.table_pages: self._page.table",
    "agent.output.progress_bars: console.is_terminal",
    "agent.output.stdin: self._text.mode",
    "agent.run.breakpoint_calls: pdb.Pdb.set_trace",
    "agent.run.main_thread: self._service._log_destroy_pending",
    "agent.run.shells.ipython: config.HistoryManager.enabled",
    "agent.run.shells.ipython: self._shell.complain",
    "agent.run.shells.ipython: self._shell.raises",
    "agent.run.shells.ipython: self.displayhook.exec_result",
    "agent.run.shells.ipython: self.displayhook.place",
    "agent.run.shells.ipython_display: ours.closes",
    "agent.run.shells.ipython_display: ours.formats",
    "agent.run.shells.ipython_display: shell.display_pub.displays",
    "agent.run.shells.ipython_display: shell.displayhook.displays",
    "agent.watch.backends.arming: _api.PyInterpreterState_Get.restype",
    "agent.watch.backends.arming: _api.PyInterpreterState_ThreadHead.argtypes",
    "agent.watch.backends.arming: _api.PyInterpreterState_ThreadHead.restype",
    "agent.watch.backends.arming: _api.PyThreadState_Get.restype",
    "agent.watch.backends.arming: _api.PyThreadState_Next.argtypes",
    "agent.watch.backends.arming: _api.PyThreadState_Next.restype",
    "agent.watch.backends.arming: _api._PyEval_SetTrace.argtypes",
    "agent.watch.backends.chaining: self._frame.f_trace",
    "console.typed_line: compiler.compiler.flags",
    "lsp.server: self.protocol._workspace",
}
