"""Teaches the package Debugger to start dap-kernel. Lies in `Packages/Debugger-dap-kernel`."""

import os

from Debugger.modules import dap

COMMAND = ["dap-kernel", "dap"]


class DapKernel(dap.AdapterConfiguration):
    type = "dap-kernel"
    docs = "https://pypi.org/project/dap-kernel"

    async def start(self, configuration, **console):  # `log` in releases, `console` after them
        # The transport takes the window's folder, and one without a folder would be an error.
        has_folder = "folder" in configuration.variables
        return dap.StdioTransport(COMMAND, cwd=None if has_folder else os.path.expanduser("~"))
