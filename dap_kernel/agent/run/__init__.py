"""Our own kernel as a host: one main thread that runs cells."""
