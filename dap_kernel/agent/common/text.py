"""Text that travels: JSON readers refuse lone surrogates, and user code may make them."""


def clean(text: str) -> str:
    """Return `text` without lone surrogates: each becomes its escape, `\\ud800`."""
    return text.encode("utf-8", "backslashreplace").decode()
