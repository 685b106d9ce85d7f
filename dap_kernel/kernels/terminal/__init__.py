"""A terminal of the client's, which the kernel is given."""
