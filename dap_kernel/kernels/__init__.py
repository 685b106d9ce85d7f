"""Kernels as the server sees them: how to start one, reach one, hear it and end it."""
