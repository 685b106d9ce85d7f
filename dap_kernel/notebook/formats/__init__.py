"""One file a format: a text as a notebook's cells, and which reader is whose."""
