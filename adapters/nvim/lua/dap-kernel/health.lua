--- `:checkhealth dap-kernel`

local options = require("dap-kernel.options")
local python = require("dap-kernel.python")
local M = {}

local TIMEOUT_MS = 20000

--- Return what a command prints, first line; nil and why if it fails.
---@param command string[]
---@return string?
---@return string?
local function printed(command)
  local ok, job = pcall(vim.system, command, { text = true, timeout = TIMEOUT_MS })
  if not ok then
    return nil, "it cannot be started"
  end
  local done = job:wait()
  if done.code ~= 0 then
    return nil, vim.trim(done.stderr or "")
  end
  return vim.trim((done.stdout or ""):match("[^\n]*"))
end

---@generic T
---@param begin fun(callback: fun(result: T, why: string?))
---@return T?
---@return string
local function waited(begin)
  local is_done, result, why = false, nil, ""
  begin(function(...)
    is_done, result, why = true, ...
  end)
  vim.wait(TIMEOUT_MS, function()
    return is_done
  end, 10)
  return result, why or ""
end

--- The file that was looked at before the report.
---@return string
local function program()
  return vim.fn.expand("#:p")
end

local function check_neovim()
  local health = vim.health
  health.start("dap-kernel: Neovim")
  if vim.fn.has("nvim-0.11") == 1 then
    health.ok("Neovim " .. tostring(vim.version()))
  else
    health.error("Neovim 0.11 or later is needed")
  end
  local has_dap, dap = pcall(require, "dap")
  if not has_dap then
    health.error("nvim-dap is not installed", "https://github.com/mfussenegger/nvim-dap")
  elseif not dap.adapters["dap-kernel"] then
    health.warn("setup was not called", 'require("dap-kernel").setup()')
  else
    health.ok("nvim-dap is installed, and knows the adapter dap-kernel")
  end
  if vim.o.signcolumn == "no" then
    health.warn("'signcolumn' is \"no\": breakpoints, stale cells and the live line have no signs")
  end
end

local function check_server()
  local health = vim.health
  health.start("dap-kernel: the server")
  if options.now.server then
    return health.info("the option server says: " .. vim.inspect(options.now.server))
  end
  local command, why = waited(function(callback)
    python.server(program(), callback)
  end)
  if not command then
    return health.error("dap-kernel was not found: " .. why, {
      ("pip install %s (into the notebook's environment, or with pipx)"):format(python.package()),
      'or say where it is: require("dap-kernel").setup({ server = { "/path/to/dap-kernel", "dap" } })',
    })
  end
  local version, problem = printed(vim.list_extend(vim.list_slice(command), { "--version" }))
  if version then
    health.ok(("%s: %s (%s)"):format(version, table.concat(command, " "), why))
  else
    health.error(("%s fails: %s"):format(table.concat(command, " "), problem))
  end
end

local function check_companion()
  local health = vim.health
  health.start("dap-kernel: the companion (dap-kernel lsp)")
  if not options.now.lsp then
    return health.info("switched off by the option lsp")
  elseif #vim.lsp.get_clients({ name = "dap-kernel" }) > 0 then
    return health.ok("it runs")
  end
  local command = waited(function(callback)
    python.companion(program(), callback)
  end)
  if command then
    health.ok(table.concat(command, " ") .. ": starts with the first notebook")
  else
    local text = "not installed; with it come lenses, live hovers and more: pip install '%s[lsp]'"
    health.info(text:format(python.package()))
  end
end

local function check_python()
  local health = vim.health
  health.start("dap-kernel: the notebooks' Python")
  local found, why = python.find(program())
  local command = type(found) == "table" and found or { found or vim.fn.exepath("python3") }
  local code = "import sys; print('%d.%d' % sys.version_info[:2], sys.implementation.name)"
  local version, problem = printed(vim.list_extend(vim.list_slice(command), { "-c", code }))
  local name = table.concat(command, " ")
  if not version then
    return health.error(("%s (%s) cannot be used: %s"):format(name, why, problem))
  end
  local number, implementation = version:match("^(%S+) (%S+)$")
  if implementation ~= "cpython" or not vim.version.ge(number, "3.11") then
    return health.error(("%s (%s) is %s: CPython 3.11 or later is needed"):format(name, why, version))
  end
  health.ok(("CPython %s: %s (%s)"):format(number, name, why))
  for module, what in pairs({ IPython = "Jupyter's magics", marimo = "mo.ui, mo.stop and the like" }) do
    local test = "import importlib.util as u, sys; sys.exit(u.find_spec(sys.argv[1]) is None)"
    if printed(vim.list_extend(vim.list_slice(command), { "-P", "-c", test, module })) then
      health.ok(module .. " is installed")
    else
      health.info(("%s is not installed: notebooks that use %s need it"):format(module, what))
    end
  end
end

function M.check()
  check_neovim()
  check_server()
  check_companion()
  check_python()
end

return M
