"""`python -m dap_kernel`. It knows nothing but where the command line is."""

import os
import sys
from contextlib import suppress

if __name__ == "__main__":
    with suppress(OSError):  # The folder is gone, and lends nothing.
        if not sys.flags.safe_path and sys.path[:1] == [os.getcwd()]:
            del sys.path[0]  # `-m` put it there: the folder that an editor is in must not lend us its modules
    from .cli import main

    raise SystemExit(main())
