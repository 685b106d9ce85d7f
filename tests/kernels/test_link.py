"""The server's end of the wire."""

import asyncio
import socket

from dap_kernel.agent.wire.codec import MAX_FRAME, encode
from dap_kernel.agent.wire.messages import Note
from dap_kernel.kernels.link.link import Link, Lost


async def test_what_stands_before_a_frame_that_cannot_be_read_is_taken():
    """In the same piece of the stream; then the link ends."""
    ours, theirs = socket.socketpair()
    messages = []
    has_ended = asyncio.Event()

    def on_message(message):
        messages.append(message)
        if message == Lost():
            has_ended.set()

    await Link(on_message).open(ours)
    theirs.sendall(encode(Note("one")) + encode(Note("two")) + (MAX_FRAME + 1).to_bytes(4, "big"))
    await asyncio.wait_for(has_ended.wait(), 10)
    theirs.close()
    assert [getattr(it, "text", it) for it in messages] == ["one", "two", Lost()]
