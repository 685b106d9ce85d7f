"""Files in a zip, by the paths that Python's importer gives them: `/a/app.pyz/pkg/mod.py`.

Knows nothing of modules. Source: the documentation of `zipimport`.
"""

import os
import zipfile
import zlib
from functools import lru_cache

MAIN = "__main__.py"  # what is run of a zip that is a program


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


def read(archive: str, path: str, most_bytes: int) -> bytes | None:
    """Return the bytes of a file in a zip; None: there are more, a few of which may be packed for very many.

    Raises OSError, with a reason in words.
    """
    try:
        with zipfile.ZipFile(archive) as file:
            member = file.getinfo(os.path.relpath(path, archive).replace(os.sep, "/"))
            return file.read(member) if member.file_size <= most_bytes else None
    except KeyError:
        raise OSError(f"{os.path.basename(archive)} holds no such file") from None
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise OSError(f"{os.path.basename(archive)}: {error}") from None


@lru_cache(256)
def _is_zip(path: str, changed_ns: int, size: int) -> bool:
    return zipfile.is_zipfile(path)
