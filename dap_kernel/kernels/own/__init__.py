"""Our own kernel: which Python, how it is started or reached, what it is told."""
