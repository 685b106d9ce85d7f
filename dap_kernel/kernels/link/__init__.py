"""The wire's end in the server, and the commands that wait for their replies."""
