"""What makes a thread stop: breakpoints, steps, exception filters."""
