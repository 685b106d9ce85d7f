"""A kernel's agent that is no friend: see `bootstrap.py`."""
