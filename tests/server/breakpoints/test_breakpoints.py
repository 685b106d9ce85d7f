"""Breakpoints of a notebook on disk that is edited and runs: what they come to."""

import pytest

from dap_kernel.agent.wire.messages import BreakpointChanged
from dap_kernel.protocol.breakpoints import FunctionBreakpoint
from dap_kernel.server.breakpoints.placing import TAKES_EFFECT_LATER


@pytest.mark.parametrize("is_launched", [False, True])
@pytest.mark.parametrize(
    "line, verified, moved, words",
    [
        (2, True, 2, None),
        (1, True, 2, None),
        (3, True, 4, None),
        (9, True, 9, None),
        (6, False, 6, "markdown"),
        (12, False, 12, "does not parse"),
        (99, False, 99, "in no cell"),
    ],
)
def test_breakpoints_are_checked_against_the_text(harness, is_launched, line, verified, moved, words):
    if is_launched:
        harness.launch()
    (told,) = harness.set(line)
    assert (told.verified, told.line) == (verified, moved)
    assert told.source.path == str(harness.path)
    assert words is None or words in told.message


def test_unchanged_breakpoints_keep_their_ids(harness):
    first = harness.set(2, 4, 10)
    again = harness.set(4, 9, 2)
    assert [it.id for it in again] == [first[1].id, 4, first[0].id]
    changed = harness.set(4, condition="a > 1")
    assert changed[0].id not in [1, 2, 3, 4]


def test_the_kernel_gets_full_tables_of_what_changed(harness):
    harness.set(2, 9)
    harness.launch()
    assert harness.tables(is_fresh=True) == {"nb.py#load@1.py": [2], "nb.py#train@1.py": [9]}
    assert harness.tables() == {}
    harness.set(9, 10)
    assert harness.tables() == {"nb.py#load@1.py": [], "nb.py#train@1.py": [9, 10]}
    assert harness.tables(is_fresh=True) == {"nb.py#train@1.py": [9, 10]}


def test_versions_rise(harness):
    harness.launch()
    harness.set(2)
    (first,) = harness.breakpoints.commands()
    harness.set(4)
    (second,) = harness.breakpoints.commands()
    assert second.version > first.version


def test_a_breakpoint_moves_with_the_text_it_was_set_in(harness):
    (told,) = harness.set(9)
    harness.launch()
    harness.run("train")
    harness.tables(is_fresh=True)
    harness.events.clear()
    harness.edit("# %% load\n", "# %% load\n# one more line\n")
    (event,) = harness.events
    assert (event.breakpoint.id, event.breakpoint.verified, event.breakpoint.line) == (told.id, True, 10)
    assert harness.tables() == {}  # the cell itself is the same


def test_a_breakpoint_holds_in_every_live_revision_that_has_its_line(harness):
    harness.launch()
    harness.set(9)
    harness.run("train")
    harness.edit("c = f(a)", "c = f(a) + 1")
    assert harness.tables(is_fresh=True) == {"nb.py#train@1.py": [9], "nb.py#train@2.py": [9]}


def test_a_new_line_waits_for_the_next_run(harness):
    harness.launch()
    harness.run("train")
    harness.edit("c = f(a)", "c = f(a)\nnew = 1")
    (told,) = harness.set(11)
    assert (told.verified, told.message) == (False, TAKES_EFFECT_LATER)
    harness.events.clear()
    harness.run("train")
    (event,) = harness.events
    assert (event.breakpoint.id, event.breakpoint.verified) == (told.id, True)


def test_a_line_that_is_gone_is_told(harness):
    harness.launch()
    (told,) = harness.set(10)
    harness.run("train")
    harness.events.clear()
    harness.edit("c = f(a)\n", "")
    (event,) = harness.events
    assert (event.breakpoint.id, event.breakpoint.verified) == (told.id, False)
    assert "no longer" in event.breakpoint.message
    assert harness.tables(is_fresh=True) == {"nb.py#train@1.py": [10]}


def test_a_line_that_was_edited_keeps_its_breakpoint_for_the_next_run(harness):
    harness.launch()
    (told,) = harness.set(9)
    harness.run("train")
    harness.events.clear()
    harness.edit("    return x", "    return x + 1")
    (event,) = harness.events
    assert (event.breakpoint.id, event.breakpoint.verified) == (told.id, False)
    assert (event.breakpoint.line, event.breakpoint.message) == (9, TAKES_EFFECT_LATER)
    harness.run("train")
    assert harness.events[-1].breakpoint.verified


def test_what_the_kernel_says_reaches_the_client(harness):
    harness.launch()
    (told,) = harness.set(9)
    revision = harness.run("train")
    harness.breakpoints.take_verdict(BreakpointChanged(told.id, revision.filename, False, 9, "no such line"))
    (event,) = harness.events
    assert (event.breakpoint.verified, event.breakpoint.message) == (False, "no such line")
    harness.set(9)  # the same: it stays so
    assert harness.breakpoints.text_changed() is None and harness.events == [event]


def test_what_the_kernel_says_holds_until_the_text_is_another(harness):
    harness.launch()
    (told,) = harness.set(9)
    revision = harness.run("train")
    harness.breakpoints.take_verdict(BreakpointChanged(told.id, revision.filename, True, 10))
    assert (harness.events[-1].breakpoint.verified, harness.events[-1].breakpoint.line) == (True, 10)
    harness.edit("c = f(a)", "c = f(a) + 1")
    harness.run("train")
    assert (harness.events[-1].breakpoint.verified, harness.events[-1].breakpoint.line) == (True, 9)


def test_what_the_kernel_says_is_not_held_against_a_fresh_one(harness):
    harness.launch()
    (told,) = harness.set(9)
    revision = harness.run("train")
    harness.breakpoints.take_verdict(BreakpointChanged(told.id, revision.filename, False, 9, "no such line"))
    assert harness.tables(is_fresh=True)
    assert harness.events[-1].breakpoint.verified


def test_what_the_kernel_says_of_an_older_text_is_not_shown(harness):
    harness.launch()
    (told,) = harness.set(9)
    revision = harness.run("train")
    harness.edit("c = f(a)", "c = f(a) + 1")
    harness.run("train")
    harness.events.clear()
    harness.breakpoints.take_verdict(BreakpointChanged(told.id, revision.filename, False, 9, "no such line"))
    assert harness.events == []


def test_function_breakpoints_keep_their_ids_and_must_be_names(harness):
    told = harness.breakpoints.replace_functions([FunctionBreakpoint("f"), FunctionBreakpoint("not a name")])
    assert [it.verified for it in told] == [True, False]
    again = harness.breakpoints.replace_functions([FunctionBreakpoint("Model.fit"), FunctionBreakpoint("f")])
    assert again[1].id == told[0].id and again[0].verified


def test_a_module_beside_the_notebook_keeps_its_path(harness, tmp_path):
    module = tmp_path / "helpers.py"
    module.write_text("# %% not a notebook here\nx = 1\n\ny = 2\n")
    harness.launch()
    told = harness.set(3, path=module)
    assert told[0].line == 4
    (command,) = harness.breakpoints.commands()
    assert (command.filename, command.breakpoints[0].line) == (str(module), 4)


def test_another_notebook_holds_no_breakpoint(harness, jupyter, tmp_path):
    harness.launch()
    (told,) = harness.set(3, path=jupyter.path)
    assert not told.verified and "not the notebook that is debugged" in told.message
