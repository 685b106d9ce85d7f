"""What a kernel prints, from the bytes of its pipes to pieces that say who printed them."""
