"""Kernels that marimo has started: found by its server, and entered by the scratchpad."""
