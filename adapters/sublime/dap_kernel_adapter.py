"""Teaches the package Debugger to start dap-kernel. Lies in `Packages/User`."""

from Debugger.modules import dap


class DapKernel(dap.AdapterConfiguration):
    type = "dap-kernel"
    docs = "https://pypi.org/project/dap-kernel"

    async def start(self, log, configuration):
        return dap.StdioTransport(["dap-kernel", "dap"])
