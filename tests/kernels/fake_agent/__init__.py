"""A kernel's agent that does as it is told, to test the server's side with: see `bootstrap.py`."""
