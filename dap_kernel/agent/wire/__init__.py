"""What server and agent both go by: the messages, and what of code and names they must agree on."""
