"""What is at a path. Asked of the system itself: user code may replace `os.stat` and `os.fspath`.

Knows nothing of whose file it is.
"""

from posix import stat as _stat

_KINDS = 0o170000  # `stat.S_IFMT`
_REGULAR = 0o100000


def exists(path: str) -> bool:
    try:
        _stat(path)
    except (OSError, ValueError):
        return False
    return True


def is_file(path: str) -> bool:
    """Whether there is a regular file, or a link to one."""
    try:
        return _stat(path).st_mode & _KINDS == _REGULAR
    except (OSError, ValueError):
        return False
