"""A kernel that does not answer holds nobody up, but for code of the user's own."""

import pytest

from dap_kernel.agent.wire import messages as wire
from dap_kernel.kernels.errors import NoAnswer
from dap_kernel.kernels.limits import ANSWER_S, QUICK_S, TABLE_S, limit_s

from .conftest import Start

USERS_OWN = (wire.Start, wire.RunCell, wire.Exit, wire.DrawPlots, wire.SetVariable, wire.SetExpression)


@pytest.mark.parametrize(
    "kind", [*wire.OutOfBand.__args__, *wire.Inspection.__args__, *wire.Control.__args__]
)
def test_every_command_has_a_limit_but_for_code_of_the_users(kind: type) -> None:
    command: wire.Command = object.__new__(kind)
    if kind is wire.Evaluate:
        contexts = {"repl": None, "clipboard": None, "variables": None, "watch": ANSWER_S, "hover": ANSWER_S}
        assert {it: limit_s(wire.Evaluate(0, "n", it)) for it in contexts} == contexts
    else:
        limits = {None} if kind in USERS_OWN else {TABLE_S} if kind is wire.Table else {QUICK_S, ANSWER_S}
        assert limit_s(command) in limits


async def test_silence_is_an_answer_and_breaks_the_evaluation_off(start: Start) -> None:
    it = await start()
    with pytest.raises(NoAnswer, match=r"has not answered within 0\.1 s"):
        await it.kernel.call(wire.Evaluate(0, "n", "watch"), wire.Variable, within_s=0.1)

    def notes() -> list[str]:
        return [note.text for note in it.heard.of(wire.Note) if isinstance(note, wire.Note)]

    await it.heard.until(lambda: len(notes()) == 2)
    id = notes()[0].removeprefix("begun ")
    assert notes() == [f"begun {id}", f"cancelled {id}"]
    assert [it.name for it in await it.kernel.call(wire.Threads(), list[wire.Thread])] == ["Main"]


async def test_a_reply_that_comes_too_late_is_nobodys(start: Start) -> None:
    it = await start()
    it.kernel.send_command(wire.RunCell("c", 1, "f", "import time; time.sleep(0.3)", "c"))
    with pytest.raises(NoAnswer):
        await it.kernel.call(wire.Threads(), list[wire.Thread], within_s=0.05)
    assert [it.name for it in await it.kernel.call(wire.Threads(), list[wire.Thread])] == ["Main"]
