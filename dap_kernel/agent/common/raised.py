"""What the agent raises in threads of the user's. No Exceptions: user code is not to catch them."""


class CellQuit(BaseException):
    """Ends the cell that runs, and nothing else."""


class WaitBrokenOff(BaseException):
    """Ends the wait for threads of a kernel that exits, and nothing else."""


class EvaluationCancelled(BaseException):
    """Raised in a thread, by the agent, to break off what it evaluates or shows."""


PASS_ON = (EvaluationCancelled, KeyboardInterrupt)  # never taken for an error of the object's own
