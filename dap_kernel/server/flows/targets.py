"""Which kernel an attach means that does not say: the only one there is, or the only one of its notebook."""

import msgspec

from ...kernels.errors import RuntimeFolderError
from ...kernels.reachable import ReachableKernel, in_words, reachable
from ...notebook.paths import same_path
from ..arguments.launch_arguments import AttachArguments
from ..errors import DapError
from ..texts.path_mapping import to_server


def with_target(args: AttachArguments) -> AttachArguments:
    """Return arguments that say which kernel is meant. Raises DapError where that is not clear."""
    if any(it is not None for it in (args.kernel_id, args.process_id, args.jupyter, args.marimo)):
        return args
    try:
        found = reachable()
    except RuntimeFolderError as error:
        raise DapError(f"attach: {error}") from None
    wanted = [it for it in found if _is_meant(it, args)]
    if len(wanted) == 1:
        return _meaning(args, wanted[0])
    problem = 'say which by "kernelId", "processId" or "notebook"' if wanted else "no such kernel waits"
    raise DapError(f"attach: {problem}. What can be attached to: {in_words(found)}")


def _is_meant(kernel: ReachableKernel, args: AttachArguments) -> bool:
    if args.notebook is None:
        return True
    return kernel.runs != "" and same_path(kernel.runs, to_server(args.notebook, args.path_mappings))


def _meaning(args: AttachArguments, kernel: ReachableKernel) -> AttachArguments:
    if kernel.argument == "processId":
        return msgspec.structs.replace(args, process_id=kernel.id)
    return msgspec.structs.replace(args, kernel_id=kernel.id)
