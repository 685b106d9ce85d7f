"""What a request is declined with. The texts are for the user."""


class DapError(Exception):
    """We decline; the text is a sentence that the user can act on."""


class NotStopped(DapError):
    """DAP's "notStopped": the request needs a stopped thread."""

    def __init__(self) -> None:
        super().__init__("notStopped")


class NotStarted(DapError):
    """What is looked at is in the kernel, and there is none for it yet."""

    def __init__(self) -> None:
        super().__init__("the kernel has not started yet: run a cell first")


class Cancelled(DapError):
    """DAP's "cancelled": nobody waits for the answer any more."""

    def __init__(self) -> None:
        super().__init__("cancelled")
