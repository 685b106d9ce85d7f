"""Threads, frames, and the stop between two cells."""
