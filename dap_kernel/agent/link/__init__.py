"""The connection to the server, and life without one."""
