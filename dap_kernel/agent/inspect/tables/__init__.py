"""Tables of all libraries, read by pages of rows and columns."""
