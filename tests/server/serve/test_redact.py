"""What a log may show of a message."""

import json

import pytest

from dap_kernel.server.serve.redact import MAX_SHOWN, shown

SECRET = "hunter2"


@pytest.mark.parametrize(
    "message",
    [
        {"command": "launch", "arguments": {"token": SECRET, "program": "/n.py"}},
        {"command": "launch", "arguments": {"env": {"A": SECRET, SECRET: None}, "args": ["-p", SECRET]}},
        {"command": "evaluate", "arguments": {"expression": SECRET}},
        {"command": "evaluate", "arguments": {"expression": SECRET, "context": "repl"}},
        {"command": "evaluate", "arguments": {"expression": f"check({SECRET!r})", "context": "watch"}},
        {"command": "completions", "arguments": {"text": SECRET, "column": 3}},
        {"command": "setVariable", "arguments": {"name": "pw", "value": SECRET}},
        {"command": "setExpression", "arguments": {"expression": "pw", "value": SECRET}},
        {"command": "setBreakpoints", "arguments": {"breakpoints": [{"condition": f"pw == {SECRET!r}"}]}},
        {"type": "response", "command": "evaluate", "message": f"evaluate failed: name {SECRET!r}"},
        {"type": "response", "command": "evaluate", "body": {"result": SECRET, "memoryReference": SECRET}},
        {
            "type": "response",
            "command": "variables",
            "body": {"variables": [{"name": SECRET, "value": SECRET}]},
        },
        {"type": "response", "command": "completions", "body": {"targets": [{"label": SECRET}]}},
        {"type": "response", "command": "exceptionInfo", "body": {"description": SECRET}},
        {"type": "event", "event": "output", "body": {"output": SECRET, "category": "stdout"}},
        {"type": "event", "event": "stopped", "body": {"text": SECRET, "description": SECRET}},
        {"type": "event", "event": "notebookDisplay", "body": {"data": {"text/plain": SECRET}}},
        [SECRET],
        SECRET,
    ],
)
def test_secrets_are_not_shown(message):
    text = json.dumps(message)
    for body in (text, text[:-1], text + "x", text.replace(SECRET, f'{SECRET}\\"x')):
        assert SECRET not in shown(body.encode())
    long = text[:-1] + ',"x":"' + "x" * 10**6 + '"}' if text.startswith("{") else text
    assert SECRET not in shown(long.encode())


def test_what_a_bug_report_needs_is_shown():
    message = {
        "seq": 4,
        "type": "request",
        "command": "setBreakpoints",
        "arguments": {"source": {"path": "/n.py"}, "breakpoints": [{"line": 3}], "sourceModified": False},
    }
    assert json.loads(shown(json.dumps(message).encode())) == message
    refusal = {"type": "response", "command": "launch", "success": False, "message": "there is no such file"}
    assert json.loads(shown(json.dumps(refusal).encode())) == refusal


def test_a_long_message_is_cut():
    long = {"type": "event", "event": "x", "body": [{"path": "x" * 100}] * 1000}
    assert len(shown(json.dumps(long).encode())) < MAX_SHOWN + 50
    longer = {**long, "body": "x" * 10**6}
    text = shown(json.dumps(longer).encode())
    assert '"event":"x"' in text and text.endswith("bytes)") and len(text) < MAX_SHOWN


@pytest.mark.parametrize("body", [b"\xff{", b"", b"[" * 10**5, b'{"seq": "x"}' + b"x" * 10**6, b"x" * 10**6])
def test_bytes_that_are_no_message_are_counted(body):
    assert shown(body).startswith(f"{len(body)} bytes")
