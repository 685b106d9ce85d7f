"""How the interpreter tells of lines: `sys.monitoring`, or trace functions."""
