"""Each command to the thread that must do it."""
