"""Files in a zip, by the paths that Python's importer gives them: `/a/app.pyz/pkg/mod.py`.

Knows nothing of modules. Source: the documentation of `zipimport`.
"""

import os
import zipfile
import zlib
from functools import lru_cache

MAIN = "__main__.py"  # what is run of a zip that is a program
_MOST_BYTES = 50_000_000  # of one file: a few bytes can be packed for very many


def archive_of(path: str) -> str | None:
    """Return the zip that a path leads into; None: it leads into none."""
    above = os.path.dirname(path)
    while len(above) > 1 and not os.path.exists(above):
        above = os.path.dirname(above)
    return above if above != path and is_archive(above) else None


def is_archive(path: str) -> bool:
    """Whether there is a zip at a path, with whatever bytes before it."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return False
    return os.path.isfile(path) and _is_zip(path, status.st_mtime_ns, status.st_size)


def read(archive: str, path: str) -> bytes:
    """Return the bytes of a file in a zip. Raises OSError, with a reason in words."""
    try:
        with zipfile.ZipFile(archive) as file:
            member = file.getinfo(os.path.relpath(path, archive).replace(os.sep, "/"))
            if member.file_size > _MOST_BYTES:
                raise OSError(f"it has more than {_MOST_BYTES:,} bytes")
            return file.read(member)
    except KeyError:
        raise OSError(f"{os.path.basename(archive)} holds no such file") from None
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise OSError(f"{os.path.basename(archive)}: {error}") from None


@lru_cache(256)
def _is_zip(path: str, changed_ns: int, size: int) -> bool:
    return zipfile.is_zipfile(path)
