"""Notebooks as data: formats, cells, revisions, lines. Knows neither DAP nor kernels."""
