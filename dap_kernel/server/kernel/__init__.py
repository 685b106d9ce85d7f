"""The session's kernel."""
