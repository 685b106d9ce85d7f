"""What happens over several steps: a session begins, attaches, stops, restarts, ends."""
