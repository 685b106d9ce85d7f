"""Second clients of a session."""
