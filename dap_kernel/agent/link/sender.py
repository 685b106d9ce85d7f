"""What the agent tells the server: notifications and replies. On any thread, in signal handlers too."""

from collections.abc import Callable

from ..common.errors import one_line
from ..common.signal_handlers import is_of_handler
from ..wire.codec import MAX_FRAME, encode
from ..wire.messages import Note, Notification, Reply
from .channel import Channel

_TOO_LARGE = "the answer is too large to be sent: ask for a part of it"


class Sender:
    """Never raises but what signal handlers raise: what cannot be sent is told of instead."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    @property
    def has_server(self) -> bool:
        """Whether a server is believed to be there. What is sent while there is none is dropped."""
        return self._channel.is_up

    def emit(self, notification: Notification) -> None:
        """Send a notification."""
        self._send(notification, lambda why: Note(f"{type(notification).__name__}: {why}"))

    def send_note(self, text: str) -> None:
        """Tell the user something."""
        self.emit(Note(text))

    def drain(self, timeout_s: float) -> None:
        """Wait until all that was sent so far is on its way, or that takes too long."""
        if self._channel.is_up:
            self._channel.drain(timeout_s)

    def reply(self, id: int, result: object = None, error: str | None = None) -> None:
        """Answer a command; with an error what cannot be sent."""
        self._send(Reply(id, result, error), lambda why: Reply(id, None, why))

    def _send(self, told: Notification, instead: Callable[[str], Notification]) -> None:
        """Send a frame, or what is told `instead`: a frame that is too long would end the wire."""
        try:
            frame, why = encode(told), _TOO_LARGE
        except Exception as error:
            if is_of_handler(error):
                raise
            frame, why = b"", f"this cannot be sent: {one_line(error)}"
        is_too_long = len(frame) > MAX_FRAME
        self._channel.send(frame if frame and not is_too_long else encode(instead(why)))
