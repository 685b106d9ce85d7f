--- Which Python a notebook gets, and which server speaks for it.

local options = require("dap-kernel.options")
local trust = require("dap-kernel.trust")
local M = {}

---@param folder string an environment's
---@return string?
local function in_environment(folder)
  for _, place in ipairs({ "/bin/python", "/bin/python3", "/Scripts/python.exe", "/python.exe" }) do
    if vim.fn.executable(folder .. place) == 1 then
      return folder .. place
    end
  end
end

---@param from string a folder
---@return string? python
---@return string? folder the environment's
local function above(from)
  local folders = { from }
  for folder in vim.fs.parents(from) do
    folders[#folders + 1] = folder
  end
  for _, folder in ipairs(folders) do
    for _, name in ipairs({ ".venv", "venv" }) do
      local path = in_environment(vim.fs.joinpath(folder, name))
      local why_not = path and trust.why_not(path)
      if why_not then
        vim.notify_once(("dap-kernel: %s is passed over: %s"):format(path, why_not), vim.log.levels.WARN)
      elseif path then
        return path, vim.fs.joinpath(folder, name)
      end
    end
  end
end

--- Return the Python for a notebook, and where it was found; nil: the server is to choose.
---@param program? string the notebook's path
---@return string|string[]|nil python
---@return string why
function M.find(program)
  local set = options.now.python
  if type(set) == "function" then
    set = set()
  end
  if set then
    return set, "by the option python"
  end
  for _, name in ipairs({ "VIRTUAL_ENV", "CONDA_PREFIX" }) do
    local folder = vim.env[name]
    local path = folder and folder ~= "" and in_environment(folder)
    if path then
      return path, "from $" .. name
    end
  end
  local is_file = program and program ~= "" and not program:match("^%a[%w+.-]+://")
  local folders = { is_file and vim.fs.dirname(vim.fs.abspath(program)) or vim.uv.cwd(), vim.uv.cwd() }
  for _, folder in ipairs(folders) do
    local path, environment = above(folder)
    if path then
      return path, "from " .. environment
    end
  end
  return nil, "the server chooses"
end

--- Return what pip is to install: the checkout that this plugin is a part of, else the package by its name.
---@return string
function M.package()
  local root = vim.fn.fnamemodify(debug.getinfo(1, "S").source:sub(2), ":p:h:h:h:h:h")
  return vim.uv.fs_stat(root .. "/pyproject.toml") and root or "dap-kernel"
end

local IMPORTS = [[
import sys
sys.path[:] = [it for it in sys.path if it]  # what lies in our folder could be in the way
if sys.version_info < (3, 11):
    sys.exit(3)
import importlib.util
sys.exit(importlib.util.find_spec(sys.argv[1]) is None)
]]

--- Whether a Python is new enough and can import `module`.
---@param python string[]
---@param module string
---@param callback fun(can: boolean, is_old: boolean)
local function imports(python, module, callback)
  local command = vim.list_extend(vim.list_slice(python), { "-c", IMPORTS, module })
  local ok = pcall(vim.system, command, {}, function(done)
    vim.schedule(function()
      callback(done.code == 0, done.code == 3)
    end)
  end)
  if not ok then
    callback(false, false)
  end
end

---@class dap-kernel.Candidate
---@field python string[]
---@field why string where it was found
---@field is_chosen boolean it is the notebook's
---@field is_old? boolean

--- The Pythons that may have the server, the best first.
---@param program? string the notebook's path
---@param on_path string the program `dap-kernel`, empty: there is none
---@return dap-kernel.Candidate[]
local function candidates_for(program, on_path)
  local found = {} ---@type dap-kernel.Candidate[]
  local python = M.find(program)
  if python then
    local command = type(python) == "table" and python or {
      python --[[@as string]],
    }
    found[1] = { python = command, why = "in the notebook's Python", is_chosen = true }
  end
  local python3 = on_path == "" and vim.fn.exepath("python3") or ""
  local is_there = found[1] and vim.fs.dirname(found[1].python[1]) == vim.fs.dirname(python3)
  if python3 ~= "" and not is_there then
    found[#found + 1] = { python = { python3 }, why = "in the first python3 on the path", is_chosen = false }
  end
  return found
end

--- Say why there is no server, and with which commands there would be one.
---@param candidates dap-kernel.Candidate[]
---@return string why
---@return string[] commands the best first
local function how_to_install(candidates)
  local places, commands, package = {}, {}, M.package()
  for _, it in ipairs(candidates) do
    local name = table.concat(it.python, " ")
    places[#places + 1] = "not in " .. name .. (it.is_old and ", which is older than Python 3.11" or "")
    if it.is_chosen and not it.is_old then
      commands[#commands + 1] = ("%s -m pip install %s"):format(name, package)
    end
  end
  if not commands[1] then
    commands[1] = ("python3 -m venv .venv && .venv/bin/pip install %s"):format(package)
  end
  commands[#commands + 1] = ("pipx install %s"):format(package)
  return places[1] and table.concat(places, "; ") or "there is no Python", commands
end

--- Find the command that begins every call of the server: `COMMAND dap`, `COMMAND lsp`.
---@param program? string the notebook's path
---@param callback fun(command: string[]?, why: string, install: string[]?) `install`: commands that would help
function M.server(program, callback)
  local on_path = vim.fn.exepath("dap-kernel")
  local candidates = candidates_for(program, on_path)
  local function try(number)
    local it = candidates[number]
    if not it and on_path ~= "" then
      return callback({ on_path }, "on the path")
    elseif not it then
      return callback(nil, how_to_install(candidates))
    end
    imports(it.python, "dap_kernel", function(can, is_old)
      if can then
        return callback(vim.list_extend(vim.list_slice(it.python), { "-P", "-m", "dap_kernel" }), it.why)
      end
      it.is_old = is_old
      try(number + 1)
    end)
  end
  try(1)
end

--- The companion's command that belongs to the option `server`; nil: it is elsewhere, or no command.
---@return string[]?
local function set_companion()
  local set = options.now.server
  set = type(set) == "function" and set() or set
  local is_here = type(set) == "table" and not set.type and not options.now.launch.pathMappings
  if is_here and set[#set] == "dap" then
    return vim.list_extend(vim.list_slice(set, 1, #set - 1), { "lsp" })
  end
end

--- Find the companion's command line. It can serve if it leaves well when nothing is said.
---@param program? string the notebook's path
---@param callback fun(command: string[]?)
function M.companion(program, callback)
  local function try(command)
    local ok = command
      and pcall(vim.system, command, { stdin = "", timeout = 20000 }, function(done)
        vim.schedule(function()
          callback(done.code == 0 and command or nil)
        end)
      end)
    if not ok then
      callback(nil)
    end
  end
  if options.now.server then
    return try(set_companion())
  end
  M.server(program, function(command)
    try(command and vim.list_extend(command, { "lsp" }))
  end)
end

return M
