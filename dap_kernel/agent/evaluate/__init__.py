"""Expressions in a frame: what its names are, and code that runs as if it stood there."""
