"""What the client asks for, and may ask for otherwise at any time. Written by the agent thread alone."""

from ..wire.messages import Configure, Start


class ClientOptions:
    """`live_line`: whether the line that runs is told. `notebook`: the path where the notebook is now.

    `orphan_timeout_s`: how long the kernel waits for another server; 0: it ends with its server.
    """

    def __init__(self, start: Start) -> None:
        self.live_line = start.live_line
        self.orphan_timeout_s = start.orphan_timeout_s
        self.notebook = start.notebook

    def configure(self, asked: Configure) -> None:
        """Take what is asked for from now on."""
        self.live_line = asked.live_line
        self.orphan_timeout_s = asked.orphan_timeout_s

    def notebook_moved(self, path: str) -> None:
        """The notebook was saved elsewhere, or renamed."""
        self.notebook = path
