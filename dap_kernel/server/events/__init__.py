"""What a client is told beside stops: the notebook's state, the line that runs, progress."""
