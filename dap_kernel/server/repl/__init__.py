"""The debug console and its commands."""
