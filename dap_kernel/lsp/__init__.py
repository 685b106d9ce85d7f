"""The LSP companion of the debugger: what an editor shows of a notebook beside the debug session.

Imports pygls; `dap-kernel lsp` says what to install where it is missing.
"""
