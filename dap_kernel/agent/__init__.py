"""What lives in the kernel's process: it runs cells, watches frames and answers for stopped threads."""
