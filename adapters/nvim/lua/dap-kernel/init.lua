--- Debug notebooks in Neovim: marimo, Jupyter, percent scripts and plain scripts. See `:help dap-kernel`.

local M = {}

local HIGHLIGHTS = {
  DapKernelLine = "CursorLine",
  DapKernelLineSign = "DiagnosticInfo",
  DapKernelElapsed = "Comment",
  DapKernelQueued = "Comment",
  DapKernelRunning = "DiagnosticInfo",
  DapKernelFailed = "DiagnosticError",
  DapKernelStale = "DiagnosticWarn",
}

--- Register the adapter, its configurations, commands, signs and the companion.
---@param opts? dap-kernel.Options|table
function M.setup(opts)
  if vim.fn.has("nvim-0.11") == 0 then
    return vim.notify("dap-kernel needs Neovim 0.11 or later", vim.log.levels.ERROR)
  end
  require("dap-kernel.options").set(opts)
  if not pcall(require, "dap") then
    return vim.notify("dap-kernel needs nvim-dap: github.com/mfussenegger/nvim-dap", vim.log.levels.ERROR)
  end
  for name, link in pairs(HIGHLIGHTS) do
    vim.api.nvim_set_hl(0, name, { default = true, link = link })
  end
  require("dap-kernel.adapter").register()
  require("dap-kernel.listeners").attach()
  require("dap-kernel.commands").create()
  require("dap-kernel.lsp").enable()
end

--- Debug the current buffer without asking. Arguments of launch may be given.
---@param arguments? table<string, any>
function M.debug(arguments)
  require("dap-kernel.adapter").debug(0, arguments)
end

--- See `:DapKernelRun`.
---@param what? dap-kernel.What
function M.run(what)
  require("dap-kernel.commands").run(what)
end

--- See `:DapKernelRestart`.
---@param how? "kernel"|"stale"|"all"
function M.restart(how)
  require("dap-kernel.commands").restart(how)
end

--- See `:DapKernelInterrupt`.
function M.interrupt()
  require("dap-kernel.commands").interrupt()
end

--- See `:DapKernelCells`.
function M.cells()
  require("dap-kernel.percent").open()
end

--- See `:DapKernelTable`.
---@param expression? string
function M.table(expression)
  require("dap-kernel.tables").open(expression)
end

--- For a statusline: `trips.py: busy, speeds`; empty without a session.
---@return string
function M.status()
  local notebook = require("dap-kernel.notebooks").for_buffer(vim.api.nvim_get_current_buf())
  if not notebook then
    return ""
  end
  local running = vim.iter(vim.tbl_values(notebook.cells)):find(function(it)
    return it.state == "running"
  end)
  local name = vim.fs.basename(notebook.path or "notebook")
  local kernel = notebook.kernel == "dead" and "ended" or notebook.kernel
  return name .. ": " .. kernel .. (running and ", " .. running.name or "")
end

return M
