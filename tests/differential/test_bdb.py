"""Steps visit what `bdb` visits: random programs, random steps."""

from random import Random

import pytest

from dap_kernel.agent.stops.stop import Stop
from dap_kernel.agent.watch.frame_watcher import FrameWatcher
from tests.agent.watching import BACKENDS, NOTEBOOK, watch

from .oracle import Choose, Place, visits
from .programs import program

PROGRAMS = 300  # a third of them with each kind of step
LIMIT = 150
KINDS = {"in": ["in"], "over": ["over"], "mixed": ["in", "in", "over", "over", "out"]}


def chooser(seed: int, kind: str) -> Choose:
    """Return what steps on from each place in its own way, always the same."""

    def choose(place: Place) -> str:
        return Random(f"{seed} {place}").choice(KINDS[kind])

    return choose


def ours(backend: str, source: str, choose: Choose) -> list[Place]:
    """Return the places where a run of `source` under the watcher stops."""

    def step(watcher: FrameWatcher, stop: Stop) -> str:
        top = stop.frames[0]
        assert top.code is not None
        return choose((top.code.co_qualname, top.line))

    return watch(backend, source, script=[*[step] * (LIMIT - 1), None], entry=True).places


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.filterwarnings("ignore:assigning None")  # 3.12 says so under any trace function
@pytest.mark.parametrize("kind", KINDS)
def test_steps_visit_what_bdb_visits(backend: str, kind: str) -> None:
    for seed in range(list(KINDS).index(kind), PROGRAMS, len(KINDS)):
        source, choose = program(seed), chooser(seed, kind)
        expected = visits(source, NOTEBOOK, choose, LIMIT)
        assert ours(backend, source, choose) == expected, f"program {seed}:\n{source}"
