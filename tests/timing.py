"""How long something takes, as its size grows: in processor time, whatever else the machine is doing."""

import gc
import time
from collections.abc import Callable

import pytest

MOST = 3.0  # times as long as for half the size
TOO_SHORT_S = 0.02  # to be compared
TRIES = 4


def assert_linear(do: Callable[[int], object], size: int) -> None:
    """Fail unless `do` takes about twice as long for `2 * size` as for `size`.

    No two calls are of one size: what `do` has seen it may know.
    """
    ratios = []
    for attempt in range(TRIES):
        long = _seconds(do, 2 * size + attempt)
        if long < TOO_SHORT_S:
            return
        ratios.append(long / max(_seconds(do, size + attempt), TOO_SHORT_S / 2))
        if ratios[-1] < MOST:
            return
    pytest.fail(f"times as long: {ratios}")


def _seconds(do: Callable[[int], object], size: int) -> float:
    gc.collect()
    gc.disable()  # How much there is for it to look at is not the work's doing.
    began = time.process_time()
    try:
        do(size)
    finally:
        gc.enable()
    return time.process_time() - began
