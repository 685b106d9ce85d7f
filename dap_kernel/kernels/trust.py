"""Whether a program that was found, not named, may be run: only this user and root can have put it there.

Source: sudo's and OpenSSH's checks of files and the folders above them. Knows nothing of interpreters.
"""

import grp
import os
import pwd
import stat
from collections.abc import Iterator
from functools import cache
from pathlib import Path

MAX_LINKS = 40  # as the kernel's own limit


def why_not(path: str) -> str | None:
    """Return why somebody else decides what is at `path`, in a sentence's second half; None: nobody does.

    Asks every folder and link on the way, to the root. What is not there is trusted: nothing of it can run.
    """
    for part, found in _way_to(path):
        if found.st_uid not in (0, os.geteuid(), _uid_of_roots_outside()):
            return f"{part} belongs to another user"
        if not stat.S_ISLNK(found.st_mode) and _others_can_write(found):
            return f"others can write to {part}"
    return None


def _way_to(path: str) -> Iterator[tuple[str, os.stat_result]]:
    """Yield everything on the way to `path`, links and what they lead to, from the root on."""
    rest = os.path.abspath(path).split(os.sep)[1:]
    at, links = os.sep, 0
    yield at, os.lstat(at)
    while rest:
        name = rest.pop(0)
        if name in ("", ".", ".."):  # these stand in links only
            at = os.path.dirname(at) if name == ".." else at
            continue
        part = os.path.join(at, name)
        try:
            found = os.lstat(part)
        except (OSError, ValueError):  # the latter for a null character
            return
        yield part, found
        if not stat.S_ISLNK(found.st_mode):
            at = part
            continue
        links += 1
        if links > MAX_LINKS:
            return
        target = os.readlink(part)
        at = os.sep if os.path.isabs(target) else at
        rest[:0] = target.split(os.sep)


def _others_can_write(found: os.stat_result) -> bool:
    """Whether another user can put something else there. In a sticky folder none can replace what is ours."""
    if stat.S_ISDIR(found.st_mode) and found.st_mode & stat.S_ISVTX:
        return False
    return bool(
        found.st_mode & stat.S_IWOTH or (found.st_mode & stat.S_IWGRP and not _is_own_group(found.st_gid))
    )


@cache
def _uid_of_roots_outside() -> int | None:
    """Return as whom the system's root appears in a user namespace that does not know it; None: it is known.

    All whom the namespace does not know appear as this one. Source: user_namespaces(7).
    """
    try:
        overflow = int(Path("/proc/sys/kernel/overflowuid").read_text("ascii"))
        return overflow if is_root_unknown(Path("/proc/self/uid_map").read_text("ascii"), overflow) else None
    except (OSError, ValueError):  # no Linux
        return None


def is_root_unknown(uid_map: str, overflow: int) -> bool:
    """Whether a namespace with these lines (first uid inside, outside, how many) has no uid for root outside.

    Where `overflow` is a user's own uid as well, nothing is told by it: False.
    """
    ranges = [[int(it) for it in line.split()] for line in uid_map.splitlines()]
    return not any(outside == 0 or inside <= overflow < inside + count for inside, outside, count in ranges)


@cache
def _is_own_group(gid: int) -> bool:
    """Whether a group is the one that a system makes for this user alone, or root's."""
    if gid == 0:
        return True
    try:
        name = pwd.getpwuid(os.geteuid()).pw_name
        group = grp.getgrgid(gid)
    except KeyError:
        return False
    return group.gr_name == name and set(group.gr_mem) <= {name}
