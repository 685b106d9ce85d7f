"""What is wrong with a breakpoint is told in the answer to it."""

import pytest

from dap_kernel.protocol.breakpoints import SourceBreakpoint
from dap_kernel.server.mistakes import mistake_in

CLOSED = [
    *(
        "",
        "plain",
        "{n}",
        "{{n}",
        "}",
        "{}",
        "{n} }",
        "{{",
        "{n:{w}.1f}",
        "{ {'a': 1}['a'] }",
        "{'{'}",
        "{'}'}",
    ),
    *("{n:'>4}", '{n:">4}', "{d['k']}", '{d["}"]}', "{'it\\'s }'}", "{x!r:{'{'}>3}"),
]
UNCLOSED = {"{n": 1, "a {n} b {n": 9, "{n:{w}": 1, "{": 1, "{{{n": 3, "{x['k']": 1}


@pytest.mark.parametrize("text", CLOSED)
def test_a_log_message_whose_braces_are_closed(text):
    assert mistake_in(SourceBreakpoint(1, log_message=text)) is None


@pytest.mark.parametrize("text", UNCLOSED)
def test_a_brace_that_is_never_closed(text):
    told = mistake_in(SourceBreakpoint(1, log_message=text))
    assert told == f"log message {text!r}: the brace at character {UNCLOSED[text]} is never closed"


def test_many_braces_take_no_time():
    assert "character 100001 " in str(mistake_in(SourceBreakpoint(1, log_message="{" * 100_001)))
