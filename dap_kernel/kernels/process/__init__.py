"""Any Python process: how the debugger gets into one that waits for it, and into one that does not."""
