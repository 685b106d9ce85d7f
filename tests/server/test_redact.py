"""What a log may show of a message."""

import pytest

from dap_kernel.server.redact import MAX_SHOWN, shown


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('{"command":"next"}', '{"command":"next"}'),
        ('{"token":"se\\"cret","a":1}', '{"token":"***","a":1}'),
        ('{"token" : "secret"}', '{"token" : "***"}'),
        ('{"env":{"A":"}","B":null,"C":"\\\\"},"x":1}', '{"env":"***","x":1}'),
        ('{"env":{}}', '{"env":"***"}'),
        ('{"token":"cut in the mid', '{"token":"***"'),
        ('{"env":{"A":"cut', '{"env":"***"'),
        (
            '{"command":"evaluate","arguments":{"expression":"hunter2","context":"repl"}}',
            '{"command":"evaluate","arguments":{"expression":"***","context":"repl"}}',
        ),
        (
            '{"command":"evaluate","arguments":{"expression":"hunter2"}}',
            '{"command":"evaluate","arguments":{"expression":"***"}}',
        ),
        (
            '{"command":"evaluate","arguments":{"expression":"n + 1","context":"watch"}}',
            '{"command":"evaluate","arguments":{"expression":"n + 1","context":"watch"}}',
        ),
    ],
)
def test_secrets_are_not_shown(body, expected):
    assert shown(body.encode()) == expected


def test_a_long_message_is_cut():
    text = shown(b"x" * 10**6)
    assert len(text) < MAX_SHOWN + 50
    assert text.endswith("(1000000 bytes)")


def test_bytes_that_are_no_text_are_shown_all_the_same():
    assert shown(b"\xff{") == "\ufffd{"
