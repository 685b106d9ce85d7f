"""The commands, one file a chapter of `help`."""
