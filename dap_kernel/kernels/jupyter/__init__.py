"""Kernels that Jupyter has started: found, entered while a cell runs, and run cells through Jupyter."""
