"""What is wrong with what the user asked for."""


class CommandError(Exception):
    """What the user asked for cannot be done; the text says why."""
