"""The checker itself: what it must find, and what it must let pass."""

import itertools

import pytest

from tests.client.orders import ORDERS
from tests.client.rules import Rules
from tests.client.schema import is_current

READY = [
    ("ask", "initialize", ORDERS["vscode"].initialize),
    ("answer", {}),
    ("event", "initialized", None),
    ("ask", "launch", {}),
    ("ask", "configurationDone", None),
    ("answer", None),
    ("answer", None, 2),
]
THREAD = ("event", "thread", {"reason": "started", "threadId": 1})
STOP = ("event", "stopped", {"reason": "step", "threadId": 1, "allThreadsStopped": False})
STACK = [
    ("ask", "stackTrace", {"threadId": 1}),
    ("answer", {"stackFrames": [{"id": 7, "name": "f", "line": 1, "column": 1}]}),
]
NEXT = [("ask", "next", {"threadId": 1}), ("answer", None)]
BREAKPOINT = {"verified": True, "id": 5}
RUN_IN_TERMINAL = {"type": "request", "command": "runInTerminal", "arguments": {"cwd": "", "args": []}}
REFUSED = {"type": "response", "request_seq": 4, "command": "pause", "success": False, "message": "no"}
PROGRESS = {"progressId": "p", "title": "t"}
UNKNOWN = ([("ask", "initialize", {"adapterID": "x"}), ("answer", {"supportsMagic": True})], "supportsMagic")
current = pytest.mark.skipif(not is_current(), reason="the schema at hand is older than DAP 1.71")


def breaches(steps):
    """Play a session; `("answer", body, n)` answers request n, by default the last one."""
    rules, found = Rules(), []
    ours, theirs = itertools.count(1), itertools.count(1)
    asked = {}
    for kind, *rest in steps:
        if kind == "ask":
            seq = next(ours)
            asked[seq] = rest[0]
            request = {"seq": seq, "type": "request", "command": rest[0]}
            rules.sent(request | ({} if rest[1] is None else {"arguments": rest[1]}))
            continue
        message = {"seq": next(theirs), "type": "event"}
        if kind == "event":
            message |= {"event": rest[0]} | ({} if rest[1] is None else {"body": rest[1]})
        elif kind == "raw":
            message |= rest[0]
        else:
            seq = rest[1] if len(rest) > 1 else max(asked)
            message |= {"type": "response", "request_seq": seq, "success": kind == "answer"}
            message |= {"command": asked.get(seq, "next")}
            refusal = {"message": rest[0], "body": {"error": {"id": 1, "format": rest[0]}}}
            message |= refusal if kind == "refuse" else {}
            message |= {"body": rest[0]} if kind == "answer" and rest[0] is not None else {}
        found += rules.received(message)
    return found + list(rules.at_end())


def output(text, **more):
    return ("event", "output", {"output": text, "category": "console", **more})


@pytest.mark.parametrize(
    ("steps", "breach"),
    [
        ([THREAD, STOP, *STACK, *NEXT, STOP], None),
        ([STOP], "never announced"),
        ([THREAD, STOP, STOP], "had not resumed"),
        ([THREAD, STOP, ("ask", "next", {"threadId": 1}), STOP, ("answer", None)], "had not resumed"),
        ([THREAD, ("ask", "pause", {"threadId": 1}), STOP, ("answer", None)], None),
        (
            [
                THREAD,
                ("ask", "pause", {"threadId": 1}),
                ("event", "stopped", {**STOP[2], "reason": "pause"}),
                ("answer", None),
            ],
            "before the response to pause",
        ),
        ([THREAD, ("event", "stopped", {"reason": "step", "threadId": 1})], "allThreadsStopped"),
        ([THREAD, ("event", "stopped", {**STOP[2], "hitBreakpointIds": [3]})], "were never given"),
        ([THREAD, STOP, *STACK, *NEXT, STOP, *STACK], "handed out again"),
        ([THREAD, STOP, *STACK, *NEXT, ("ask", "scopes", {"frameId": 7}), ("refuse", "no frame")], None),
        (
            [THREAD, STOP, *STACK, *NEXT, ("ask", "scopes", {"frameId": 7}), ("answer", {"scopes": []})],
            "with the void frame id 7 succeeded",
        ),
        ([THREAD, STOP, *STACK, *STACK], None),
        (
            [
                *(THREAD, STOP, STACK[0]),
                ("answer", {"stackFrames": [{"id": 7, "name": "f", "line": 0, "column": 1}]}),
            ],
            "at line 0",
        ),
        ([("ask", "threads", None)], "no response to threads"),
        ([("ask", "pause", {"threadId": 1}), ("answer", None), ("answer", None)], "a second response"),
        ([("answer", None, 77)], "a response to nothing"),
        ([("raw", {"event": "initialized", "seq": 1})], "seq 1 after"),
        pytest.param([("event", "nonsense", None)], "DAP has no event nonsense", marks=current),
        ([("event", "notebookKernel", {})], "did not ask for it"),
        (
            [("event", "breakpoint", {"reason": "changed", "breakpoint": {"verified": True, "id": 5}})],
            "5 changed",
        ),
        ([("event", "thread", {"reason": "exited", "threadId": 4})], "thread 4 exited"),
        ([("event", "terminated", None), ("event", "terminated", None)], "after terminated"),
        ([output("a\tb\n\x1b[1;31mred\x1b[0m\n", category="stdout")], None),
        ([output("")], "empty output"),
        ([output("x", category="odd")], "category"),
        ([output("x", category=None)], "category"),
        ([output("x\r")], "control characters"),
        ([output("\x1b[2J")], "control characters"),
        ([output("\x1b]0;title\x07")], "control characters"),
        ([output("x", line=3)], "no source"),
        ([output("x", data={"cellId": "1"})], "did not ask"),
        ([output("x", group="start"), output("", group="end")], None),
        ([output("", group="end")], "none began"),
        ([("event", "progressStart", PROGRESS), ("event", "progressEnd", {"progressId": "p"})], None),
        ([("event", "progressEnd", {"progressId": "p"})], "not under way"),
        ([("event", "progressStart", PROGRESS), ("event", "progressStart", PROGRESS)], "starts twice"),
        (
            [("raw", {"type": "request", "command": "runInTerminal", "arguments": {"cwd": "", "args": []}})],
            None,
        ),
        ([("ask", "pause", {"threadId": 1}), ("answer", {"a": 1})], "DAP knows none"),
        ([("ask", "pause", {"threadId": 1}), ("raw", REFUSED)], "has no body"),
        ([("ask", "threads", None), ("answer", {"threads": [{"id": "1", "name": "x"}]})], "is not of type"),
    ],
)
def test_a_session_is_judged(steps, breach):
    found = breaches([*READY, *steps])
    if breach is None:
        assert found == []
    else:
        assert any(breach in it for it in found), found


@pytest.mark.parametrize(
    ("steps", "breach"),
    [
        ([("event", "initialized", None)], "before the response to initialize"),
        ([*READY[:5], THREAD, STOP, ("answer", None), ("answer", None, 2)], "before the response to config"),
        (
            [("ask", "initialize", ORDERS["dape"].initialize), ("answer", {}), ("event", "invalidated", {})],
            "does not know invalidated",
        ),
        pytest.param(*UNKNOWN, marks=current),
    ],
)
def test_a_beginning_is_judged(steps, breach):
    assert any(breach in it for it in breaches(steps))
