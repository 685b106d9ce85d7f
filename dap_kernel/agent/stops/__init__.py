"""A stop, and the thread that waits in it."""
