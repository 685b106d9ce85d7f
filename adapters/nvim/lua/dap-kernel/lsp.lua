--- The companion: `dap-kernel lsp`, where the server's Python has it. It knows the notebooks that are debugged.

local adapter = require("dap-kernel.adapter")
local cell_signs = require("dap-kernel.cell_signs")
local notebooks = require("dap-kernel.notebooks")
local options = require("dap-kernel.options")
local python = require("dap-kernel.python")
local M = {}

M.NAME = "dap-kernel"

--- A lens was clicked and nothing is debugged yet: start. To run is to debug where nothing stops.
---@param params { uri: string, run: any, debug: boolean }
local function start(params)
  local buf = vim.uri_to_bufnr(params.uri)
  vim.fn.bufload(buf)
  if params.debug then
    adapter.debug(buf, { run = params.run })
  else
    adapter.debug(buf, { run = "none", __dapKernelRun = { run = params.run, noDebug = true } })
  end
end

--- The cells of a notebook whose session may be another program's; our own sessions tell theirs themselves.
---@param params { uri: string, kernel: string, cells: dap-kernel.Cell[] }
local function cells_changed(params)
  local buf = vim.uri_to_bufnr(params.uri)
  local _, is_ours = notebooks.for_buffer(buf)
  if not is_ours and vim.api.nvim_buf_is_loaded(buf) then
    cell_signs.show(buf, params.cells)
  end
end

---@param buf integer
local function show_lenses(_, buf)
  if vim.lsp.codelens.enable then
    vim.lsp.codelens.enable(true, { bufnr = buf })
  else
    vim.api.nvim_create_autocmd({ "BufEnter", "InsertLeave", "TextChanged" }, {
      buffer = buf,
      callback = function()
        vim.lsp.codelens.refresh({ bufnr = buf })
      end,
    })
    vim.lsp.codelens.refresh({ bufnr = buf })
  end
end

---@param command string[]
---@return vim.lsp.Config
function M.config(command)
  return {
    cmd = vim.list_extend(vim.list_slice(command), { "lsp" }),
    filetypes = { "python", "json" }, -- of which only notebooks: see root_dir
    root_dir = function(buf, on_dir)
      local kind = adapter.kind(buf)
      if kind and kind ~= "script" then
        on_dir(nil)
      end
    end,
    capabilities = { experimental = { dapKernelStart = true, dapKernelCells = true } },
    handlers = {
      ["dap-kernel/start"] = function(_, params)
        start(params)
      end,
      ["dap-kernel/cells"] = function(_, params)
        cells_changed(params)
      end,
    },
    on_attach = show_lenses,
  }
end

--- Start the companion for the notebooks of this Neovim, if there is one.
function M.enable()
  if not options.now.lsp or not vim.lsp.config then
    return
  end
  python.server(nil, function(command)
    if command then
      python.has_lsp(command, function(can)
        if can then
          vim.lsp.config(M.NAME, M.config(command))
          vim.lsp.enable(M.NAME)
        end
      end)
    end
  end)
end

return M
