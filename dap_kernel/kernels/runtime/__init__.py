"""What lies in the private runtime folder, and the processes that announce themselves there."""
