"""What a session's arguments say of debugging, as it is now: launch, attach and restart take them anew.

`:set` changes one of them. The kernel hears of them when it starts (`in_start`), and later by `configure`.
"""

from typing import Any

import msgspec

from ...agent.wire import messages as wire
from ...agent.wire.structs import replace
from ..errors import DapError
from .launch_arguments import ORPHAN_TIMEOUT_S, AttachArguments, CommonArguments, LaunchArguments
from .wrong_arguments import in_words

SETTABLE = ("justMyCode", "showReturnValue", "liveLine", "whenDone", "whenIdle", "onRestart")
ATTACHED_S = 1.0  # at least, for an attached kernel to wait: it was to outlive a server before


class DebugOptions:
    """Holds the arguments that were taken last, in `args`, which others only read."""

    def __init__(self) -> None:
        self.args = CommonArguments()
        self.orphan_timeout_s = 0.0  # that the kernel waits for another server; 0: it ends with this one
        self._is_program = False
        self._origin: LaunchArguments | None = None  # what has launched an attached kernel

    @property
    def no_debug(self) -> bool:
        """Whether nothing is to stop."""
        return self.args.no_debug

    @property
    def stays(self) -> bool:
        """Whether the session stays when nothing is left to run."""
        if self.args.when_done is None:
            return not self._is_program
        return self.args.when_done == "stay"

    def apply(
        self,
        args: CommonArguments,
        *,
        is_program: bool,
        has_terminal: bool = False,
        is_attached: bool = False,
    ) -> None:
        """Take the arguments of launch, attach or restart.

        A kernel in a terminal (`has_terminal`) waits for nobody: nobody could give it another terminal.
        """
        self.args, self._is_program = args, is_program
        if has_terminal:
            self.orphan_timeout_s = 0.0
        elif args.orphan_timeout is not None:
            self.orphan_timeout_s = max(args.orphan_timeout, 0.0)
        else:
            default_s = ORPHAN_TIMEOUT_S if self.stays and not args.no_debug else 0.0
            self.orphan_timeout_s = max(default_s, ATTACHED_S) if is_attached else default_s

    def learn_origin(self, origin: LaunchArguments) -> None:
        """Note what has launched the kernel that the session was attached to."""
        self._origin = origin

    def as_launched(self, args: AttachArguments) -> LaunchArguments:
        """Return what launches the attached kernel anew: what is not of `args` is as it was launched."""
        assert self._origin is not None
        taken = {it: getattr(args, it) for it in (*CommonArguments.__struct_fields__, "run")}
        if args.format is None:
            del taken["format"]
        if args.python is not None:
            taken["python"] = args.python
        return msgspec.structs.replace(self._origin, **taken)

    def change(self, name: str, value: str) -> None:
        """Change one of `SETTABLE`, by its name in the arguments. Raises DapError when the value is wrong."""
        plain: Any = {"true": True, "false": False}.get(value.lower(), value)
        kind = type(self.args)
        try:
            self.args = msgspec.convert({**msgspec.to_builtins(self.args), name: plain}, kind)
        except msgspec.ValidationError as invalid:
            raise DapError(in_words(invalid, {name: plain}, kind)) from None

    def configure(self) -> wire.Configure:
        """Return the command that has a live kernel go by the options."""
        return wire.Configure(
            just_my_code=self.args.just_my_code,
            show_return_value=self.args.show_return_value,
            live_line=self.args.live_line != "off",
            orphan_timeout_s=self.orphan_timeout_s,
        )

    def in_start(self, start: wire.Start) -> wire.Start:
        """Return the first command of the next kernel, going by the options."""
        return replace(
            start,
            no_debug=self.args.no_debug,
            just_my_code=self.args.just_my_code,
            show_return_value=self.args.show_return_value,
            live_line=self.args.live_line != "off",
            orphan_timeout_s=self.orphan_timeout_s if start.runtime_folder is not None else 0.0,
        )
