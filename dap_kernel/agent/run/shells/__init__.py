"""What a cell's text means in each format."""
