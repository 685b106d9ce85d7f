"""Processes that are not ours to start: what each lends to the debugger."""
