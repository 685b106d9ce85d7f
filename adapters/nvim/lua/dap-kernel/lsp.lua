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

local lens_group = vim.api.nvim_create_augroup("dap-kernel.lenses", { clear = true })

---@param buf integer
local function show_lenses(_, buf)
  if vim.lsp.codelens.enable then
    return vim.lsp.codelens.enable(true, { bufnr = buf })
  end
  vim.api.nvim_clear_autocmds({ group = lens_group, buffer = buf }) -- of a companion that was there before
  vim.api.nvim_create_autocmd({ "BufEnter", "InsertLeave", "TextChanged" }, {
    group = lens_group,
    buffer = buf,
    callback = function()
      vim.lsp.codelens.refresh({ bufnr = buf })
    end,
  })
  vim.lsp.codelens.refresh({ bufnr = buf })
end

---@param buf integer
---@return boolean
local function is_notebook(buf)
  local kind = adapter.kind(buf)
  return kind ~= nil and kind ~= "script"
end

local FILETYPES = { "python", "json" } -- of which only notebooks

---@param command string[]
---@return vim.lsp.Config
function M.config(command)
  return {
    cmd = command,
    filetypes = FILETYPES,
    root_dir = function(buf, on_dir)
      if is_notebook(buf) then
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

--- Start the companion with the first notebook that has one: the server is looked for as for a session.
function M.enable()
  local group = vim.api.nvim_create_augroup("dap-kernel.lsp", { clear = true })
  if not options.now.lsp or not vim.lsp.config then
    return
  end
  local tried = {} ---@type table<string, boolean> by folder
  local function look(buf)
    local path = vim.api.nvim_buf_get_name(buf)
    local folder = vim.fs.dirname(path)
    if tried[folder] or not is_notebook(buf) then
      return
    end
    tried[folder] = true
    python.companion(path, function(command)
      if command and #vim.api.nvim_get_autocmds({ group = group }) > 0 then
        vim.api.nvim_clear_autocmds({ group = group })
        vim.lsp.config(M.NAME, M.config(command))
        vim.lsp.enable(M.NAME)
      end
    end)
  end
  vim.api.nvim_create_autocmd("FileType", {
    group = group,
    pattern = FILETYPES,
    callback = function(args)
      look(args.buf)
    end,
  })
  vim.iter(vim.api.nvim_list_bufs()):filter(vim.api.nvim_buf_is_loaded):each(look)
end

return M
