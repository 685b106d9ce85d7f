"""What the kernel prints and shows, as events."""
