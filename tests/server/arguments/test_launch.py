"""The arguments of launch and attach, as tables."""

import json

import pytest

from dap_kernel.agent.wire import messages as wire
from dap_kernel.server.arguments.debug_options import DebugOptions
from dap_kernel.server.arguments.launch_arguments import (
    AttachArguments,
    CommonArguments,
    LaunchArguments,
    attach_arguments,
    checked_run,
    launch_arguments,
)
from dap_kernel.server.errors import DapError


def launch(**given):
    return launch_arguments(json.dumps(given).encode())


@pytest.mark.parametrize(
    "given, wrong",
    [
        ({}, '"program"'),
        ({"program": "a.py", "module": "a"}, '"program"'),
        ({"program": 3}, '"program" must be a string, not a number'),
        ({"program": "", "module": ""}, 'give "program"'),
        ({"program": "a.py", "args": 5}, '"args" must be a string or a list, not a number'),
        ({"program": "a.py", "args": ["a", 1]}, '"args[1]" must be a string, not a number'),
        ({"program": "a.py", "env": {"A": "a", "B": 1}}, '"env": "B" must be a string, not a number'),
        ({"program": "a.py", "env": ["A=1"]}, '"env" must be an object, not a list'),
        ({"program": "a.py", "env": {"A=B": "c"}}, '"env": "A=B" is no name of a variable'),
        ({"program": "a.py", "env": {"A": "a\0"}}, '"env": "A" holds a null character'),
        ({"program": "a.py", "liveLine": True}, '"liveLine": true is not one of "events", "output", "off"'),
        ({"program": "a.py", "pathMappings": [{"localRoot": "a"}]}, '"pathMappings[0]" lacks "remoteRoot"'),
        ({"program": "a.py", "orphanTimeout": "10"}, '"orphanTimeout" must be a number, not a string'),
        ({"module": "../a"}, '"module": "../a" is no module\'s name'),
        ({"program": "a.py", "run": "some"}, '"run" must be'),
        ({"program": "a.py", "run": {"above": 0}}, '"run" must be'),
        ({"program": "a.py", "run": {"cells": [1.5]}}, '"run" must be'),
        ({"program": "a.py", "args": "it's"}, '"args"'),
        ({"program": "a.py", "python": "p", "pythonPath": "p"}, '"pythonPath"'),
        ({"program": "a.py", "whenDone": "leave"}, '"whenDone": "leave" is not one of "stay", "end"'),
    ],
)
def test_wrong_arguments_are_named(given, wrong):
    with pytest.raises(DapError) as refusal:
        launch(**given)
    assert wrong in str(refusal.value)


def test_a_null_is_as_good_as_nothing_but_in_env():
    args, warnings = launch(program="a.py", cwd=None, env={"A": None, "B": "b"}, python=None)
    assert (args.cwd, args.env, args.interpreter, warnings) == (None, {"A": None, "B": "b"}, None, [])


@pytest.mark.parametrize(
    "given, argv", [(["a b", "c"], ["a b", "c"]), ("a 'b c'", ["a", "b c"]), ("", []), ([], [])]
)
def test_arguments_may_be_one_string(given, argv):
    assert launch(program="a.py", args=given)[0].argv == argv


@pytest.mark.parametrize("given", ["all", "none", "stale", {"cells": [1, "x"]}, {"above": 3}, {"at": 3}])
def test_what_to_run(given):
    assert checked_run(given) == given


DEBUGPY = {
    "name": "Python: Current File",
    "type": "debugpy",
    "request": "launch",
    "program": "/a.py",
    "console": "integratedTerminal",
    "justMyCode": False,
    "redirectOutput": True,
    "stopOnEntry": False,
    "subProcess": False,
    "django": False,
    "pathMappings": [{"localRoot": "/a", "remoteRoot": "/b"}],
    "rules": [],
    "purpose": ["debug-test"],
    "autoReload": {"enable": True},
    "presentation": {"hidden": True},
    "serverReadyAction": {},
    "logToFile": True,
    "__sessionId": "1",
    "__configurationTarget": 6,
}


def test_a_debugpy_configuration_is_taken_in_silence():
    args, warnings = launch(**DEBUGPY)
    assert warnings == []
    assert (args.just_my_code, args.path_mappings[0].remote_root) == (False, "/b")


@pytest.mark.parametrize(
    "given, words",
    [
        ({"subProcess": True, "gevent": True}, ["subProcess", "gevent"]),
        ({"stopOnEnty": True}, ['"stopOnEnty"', 'did you mean "stopOnEntry"']),
        ({"justmycode": True}, ['did you mean "justMyCode"']),
        ({"zzzzzz": 1}, ['"zzzzzz"']),
    ],
)
def test_one_warning_says_what_is_ignored(given, words):
    _, warnings = launch(program="a.py", **given)
    assert len(warnings) == 1
    assert all(it in warnings[0] for it in words)


def test_attach_takes_a_kernel_or_a_notebook():
    args, warnings = attach_arguments(b'{"kernelId": "12", "program": "a.py", "notebok": "b"}')
    assert args.kernel_id == "12"
    assert warnings == ['nobody knows the setting "notebok": did you mean "notebook"?']


@pytest.mark.parametrize(
    "given, so, seconds",
    [
        ({}, {"is_program": False}, 600.0),
        ({}, {"is_program": True}, 0.0),
        ({"when_done": "stay"}, {"is_program": True}, 600.0),
        ({"when_done": "end"}, {"is_program": False}, 0.0),
        ({"no_debug": True}, {"is_program": False}, 0.0),
        ({"orphan_timeout": 5.0}, {"is_program": True}, 5.0),
        ({"orphan_timeout": -1.0}, {"is_program": False}, 0.0),
        ({"orphan_timeout": 5.0}, {"is_program": False, "has_terminal": True}, 0.0),
        ({}, {"is_program": True, "is_attached": True}, 1.0),
        ({"orphan_timeout": 0.0}, {"is_program": False, "is_attached": True}, 0.0),
    ],
)
def test_how_long_a_kernel_waits_for_another_server(given, so, seconds):
    options = DebugOptions()
    options.apply(CommonArguments(**given), **so)
    assert options.orphan_timeout_s == options.configure().orphan_timeout_s == seconds


def test_an_option_that_is_set_is_the_kernels_and_that_of_the_next_one():
    options = DebugOptions()
    options.apply(LaunchArguments(program="a.py"), is_program=False)
    options.change("justMyCode", "false")
    options.change("liveLine", "off")
    options.change("whenDone", "end")
    start = options.in_start(wire.Start("/a.py", "percent", [], None, runtime_folder="/run"))
    assert (start.just_my_code, start.live_line, start.orphan_timeout_s) == (False, False, 600.0)
    command = options.configure()
    assert (command.just_my_code, command.show_return_value, command.live_line) == (False, True, False)
    assert not options.stays
    with pytest.raises(DapError, match='"liveLine": "loud" is not one of'):
        options.change("liveLine", "loud")


def test_an_attached_kernel_is_launched_anew_as_it_was():
    options = DebugOptions()
    options.learn_origin(LaunchArguments(program="/a.py", args=["1"], format="percent", just_my_code=False))
    again = options.as_launched(AttachArguments(run="stale", python="p"))
    assert (again.program, again.args, again.format) == ("/a.py", ["1"], "percent")
    assert (again.run, again.python, again.just_my_code) == ("stale", "p", True)
