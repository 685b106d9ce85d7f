"""The client for the terminal: it speaks DAP to a server it starts, and knows nothing of what is behind."""
