"""The client, as the session's parts see it."""
