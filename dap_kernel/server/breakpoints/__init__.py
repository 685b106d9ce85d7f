"""What breakpoints are asked for, where they are, and what the kernel knows of them."""
