"""What is wrong with a breakpoint is told in the answer to it."""

import pytest

from dap_kernel.protocol.breakpoints import SourceBreakpoint
from dap_kernel.server.breakpoints.mistakes import mistake_in
from tests.timing import assert_linear

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


PARTS = ["{", "'", "\\'", "{'", '{"', "{'{'}", "{'{'\\\"}", "{'\\\n", "{}\"'", "{a}"]


@pytest.mark.parametrize("begin", ["", "{", "{'", "{'{'"])
@pytest.mark.parametrize("part", PARTS)
def test_a_log_message_is_judged_in_a_time_that_is_linear_in_it(begin, part):
    def judge(size):
        return mistake_in(SourceBreakpoint(1, log_message=begin + part * (size // len(part))))

    assert_linear(judge, 50_000)


def test_of_a_long_log_message_the_beginning_is_shown():
    told = mistake_in(SourceBreakpoint(1, log_message="{" * 100_001))
    assert told == f"log message {'{' * 200!r}: the brace at character 100001 is never closed"
