"""Which cells run, in which order, and what became of them."""
