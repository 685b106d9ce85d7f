"""Lines and columns as a client counts them, and texts as JSON can hold them."""

import json

from dap_kernel.protocol.breakpoints import Breakpoint
from dap_kernel.protocol.stack import StackFrame
from dap_kernel.server.port.numbering import Numbering, with_clean_texts


def test_a_client_that_counts_from_0_is_answered_so():
    numbering = Numbering(lines=0, columns=0)
    asked = json.dumps({"source": {"path": "a"}, "lines": [0], "breakpoints": [{"line": 4, "column": 0}]})
    assert json.loads(numbering.incoming("setBreakpoints", asked.encode())) == {
        "source": {"path": "a"},
        "lines": [1],
        "breakpoints": [{"line": 5, "column": 1}],
    }
    assert numbering.outgoing(StackFrame(7, "f", 5, 1, end_line=6, end_column=2)) == {
        "id": 7,
        "name": "f",
        "line": 4,
        "column": 0,
        "endLine": 5,
        "endColumn": 1,
    }
    told = numbering.incoming("stackTrace", b'{"threadId":1,"format":{"line":true}}')
    assert json.loads(told)["format"] == {"line": True}
    assert numbering.incoming("launch", b'{"run":{"line":3}}') == b'{"run":{"line":3}}'


def test_everybody_elses_messages_are_left_alone():
    body = Breakpoint(True, 1, line=3)
    assert Numbering().outgoing(body) is body


def test_texts_that_are_no_unicode_can_be_sent_all_the_same():
    told = with_clean_texts(Breakpoint(False, 1, message="caf\udce9", line=3))
    assert told == {"verified": False, "id": 1, "message": "caf\\udce9", "line": 3}
