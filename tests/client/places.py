"""Where things stand in a story's files. It knows no session."""

from pathlib import Path


def line_of(path: Path, start: str) -> int:
    """Return the first line that begins with `start`, its indent left out."""
    lines = path.read_text("utf-8").splitlines()
    return next(at for at, it in enumerate(lines, 1) if it.lstrip().startswith(start))
