"""A DAP client for the stories, which checks every message it sends or gets."""
