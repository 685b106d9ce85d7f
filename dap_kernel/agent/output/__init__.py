"""What the program prints, reads and shows."""
