"""The base protocol: streams of bytes, however they are split."""

import pytest

from dap_kernel.protocol.framing import MAX_BODY, MAX_HEADER, Framer, FramingError, frame

STREAM = (
    frame(b'{"seq":1}') + frame(b"") + b"content-type: x\r\nCONTENT-LENGTH:3\r\n\r\nabc" + frame("é".encode())
)
BODIES = [b'{"seq":1}', b"", b"abc", "é".encode()]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 20, 21, 22, 23, 24, 1000])
def test_every_split_of_a_stream_gives_the_same_bodies(size):
    framer = Framer()
    bodies = []
    for start in range(0, len(STREAM), size):
        bodies += framer.feed(STREAM[start : start + size])
    assert bodies == BODIES
    assert framer.is_between_messages


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET",
        b"G",
        b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}",
        b"Content-Length: 2\r\nOrigin: http://example.org\r\n\r\n{}",
        b"Content-Length: 2\r\nO",
        b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
        b"Content-Length: 2\r\nContent-Type: a\r\nContent-Type: b\r\n\r\n{}",
        b"Content-Length: 2\r\n folded\r\n\r\n{}",
        b"Content-Length: 2\n\n{}",
        b"Content-Length : 2\r\n\r\n{}",
        b"Content-Type: x\r\n\r\n{}",
        b"\r\n\r\n",
        b"Content-Length: -1\r\n\r\n",
        b"Content-Length: +1\r\n\r\n",
        b"Content-Length: 1_0\r\n\r\n",
        b"Content-Length: \xc2\xb2\r\n\r\n",
        b"Content-Length: 2, 2\r\n\r\n",
        b"Content-Length: \r\n\r\n",
        b"Content-Length: %d\r\n\r\n" % (MAX_BODY + 1),
        b"Content-Length: " + b"9" * 5000,
        b"Content-Type: " + b"x" * MAX_HEADER,
        b"Content-Type: " + b"x" * MAX_HEADER + b"\r\nContent-Length: 2\r\n\r\n{}",
        b"{}",
    ],
)
def test_what_is_no_dap_ends_the_connection(data):
    with pytest.raises(FramingError):
        list(Framer().feed(data))
    bodies = []
    with pytest.raises(FramingError):
        for body in Framer().feed(STREAM + data):
            bodies.append(body)
    assert bodies == BODIES  # what came before is not lost


@pytest.mark.parametrize(
    ("data", "is_in_header", "is_between"),
    [
        (b"", False, True),
        (b"Cont", True, False),
        (b"Content-Length: 2\r\n", True, False),
        (b"Content-Length: 2\r\nContent-T", True, False),
        (b"Content-Length: 2\r\n\r", True, False),
        (b"Content-Length: 2\r\n\r\n", False, False),
        (b"Content-Length: 2\r\n\r\n{", False, False),
        (b"Content-Length: 2\r\n\r\n{}", False, True),
        (b"Content-Length: 2\r\n\r\n{}C", True, False),
    ],
)
def test_where_in_a_message_the_stream_is(data, is_in_header, is_between):
    framer = Framer()
    list(framer.feed(data))
    assert (framer.is_in_header, framer.is_between_messages) == (is_in_header, is_between)


def test_the_header_is_spelled_as_clients_want_it():
    assert frame(b"{}") == b"Content-Length: 2\r\n\r\n{}"


def test_the_longest_header_is_taken():
    header = b"Content-Length: 2\r\nContent-Type: "
    header += b"x" * (MAX_HEADER - len(header))
    assert list(Framer().feed(header + b"\r\n\r\n{}")) == [b"{}"]
