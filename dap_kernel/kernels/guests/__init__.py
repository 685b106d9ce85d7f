"""Kernels that we did not start: how the agent gets into one, and the session's end of it."""
