"""The notebook's text as it is now and as it was compiled."""
