--- What `setup` takes. Everything has a default.

---@class dap-kernel.Options
---@field server? string[]|dap.Adapter|fun(): string[] the server's command line, or a whole adapter; nil: found
---@field python? string|string[]|fun(): string? the Python that runs notebooks; nil: found
---@field launch table<string, any> arguments of every launch and attach, where a configuration says nothing else
---@field configurations boolean offer configurations in `dap.continue()`
---@field live_line boolean show the line that runs now
---@field elapsed_after_ms integer show since when, once a line takes that long; 0: never
---@field cell_signs table<string, string> by state: the sign beside a cell; a state that is missing has none
---@field line_sign string
---@field sync boolean send the text of buffers that were not written, or show an .ipynb as a script
---@field lsp boolean start `dap-kernel lsp` where it is installed
---@field on_display? fun(display: dap-kernel.Display, path: string?) show a plot or a rich value yourself

local M = {}

---@type dap-kernel.Options
local defaults = {
  server = nil,
  python = nil,
  launch = {},
  configurations = true,
  live_line = true,
  elapsed_after_ms = 1000,
  cell_signs = {
    queued = "…",
    running = "▸",
    failed = "✗",
    stale = "~",
    interrupted = "✗",
    stopped = "✗",
  },
  line_sign = "▶",
  sync = true,
  lsp = true,
  on_display = nil,
}

---@type dap-kernel.Options
M.now = vim.deepcopy(defaults)

local kinds = {
  server = { "table", "function" },
  python = { "string", "table", "function" },
  on_display = { "function" },
}

--- Take a user's options. Raises an error that names what is wrong.
---@param given? table
function M.set(given)
  given = given or {}
  for name, value in pairs(given) do
    local wanted = kinds[name] or (defaults[name] ~= nil and { type(defaults[name]) })
    if not wanted then
      local names = vim.list_extend(vim.tbl_keys(defaults), vim.tbl_keys(kinds))
      table.sort(names)
      error(("dap-kernel: there is no option %q; there are %s"):format(name, table.concat(names, ", ")), 0)
    end
    if not vim.tbl_contains(wanted, type(value)) then
      local text = "dap-kernel: the option %q must be a %s, not a %s"
      error(text:format(name, table.concat(wanted, " or a "), type(value)), 0)
    end
  end
  M.now = vim.tbl_extend("force", vim.deepcopy(defaults), given)
  M.now.cell_signs = vim.tbl_extend("force", defaults.cell_signs, given.cell_signs or {})
end

return M
