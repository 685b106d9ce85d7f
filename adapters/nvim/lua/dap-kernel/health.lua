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
---@param begin fun(callback: fun(result: T, why: string?, install: string[]?))
---@return T?
---@return string
---@return string[]?
local function waited(begin)
  local is_done, result, why, install = false, nil, nil, nil
  begin(function(...)
    is_done, result, why, install = true, ...
  end)
  vim.wait(TIMEOUT_MS, function()
    return is_done
  end, 10)
  return result, why or "", install
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
  local set = options.now.server
  if type(set) == "table" and set[1] and vim.fn.executable(set[1]) == 0 then
    return health.error(("the option server says %s, which cannot be run"):format(set[1]))
  elseif set then
    return health.info("the option server says: " .. vim.inspect(set))
  end
  local command, why, install = waited(function(callback)
    python.server(program(), callback)
  end)
  if not command then
    local advice = vim.list_extend({}, install or {})
    advice[#advice + 1] =
      'or say where it is: require("dap-kernel").setup({ server = { "/path/to/dap-kernel", "dap" } })'
    return health.error("dap-kernel was not found: " .. why, advice)
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
    return health.ok(table.concat(command, " ") .. ": starts with the first notebook")
  end
  local server, where = waited(function(callback)
    python.server(program(), callback)
  end)
  local package = ("'%s[lsp]'"):format(python.package())
  local is_python = server and server[#server] == "dap_kernel" -- PYTHON -P -m dap_kernel
  local text = not server and "pip install " .. package
    or is_python and ("%s -m pip install %s"):format(table.concat(server, " ", 1, #server - 3), package)
    or ("install %s where %s is (%s)"):format(package, server[1], where)
  health.info("not installed; with it come lenses, live hovers and more: " .. text)
end

local function check_python()
  local health = vim.health
  health.start("dap-kernel: the notebooks' Python")
  local found, why = python.find(program())
  found = found or vim.fn.exepath("python3")
  if found == "" then
    return health.error("there is no python3 on the path: CPython 3.11 or later is needed")
  end
  local command = type(found) == "table" and found or { found }
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
  for _, it in ipairs({ { "IPython", "Jupyter's magics" }, { "marimo", "mo.ui, mo.stop and the like" } }) do
    local module, what = unpack(it)
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
