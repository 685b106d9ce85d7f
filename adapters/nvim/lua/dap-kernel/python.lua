--- Which Python a notebook gets, and which server speaks for it.

local options = require("dap-kernel.options")
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
      if path then
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

--- Whether a Python can import `module`. Without our folder on its path: what lies there could be in the way.
---@param python string[]
---@param module string
---@param callback fun(can: boolean)
local function imports(python, module, callback)
  local code = "import importlib.util as u, sys; sys.exit(u.find_spec(sys.argv[1]) is None)"
  local command = vim.list_extend(vim.list_slice(python), { "-P", "-c", code, module })
  local ok = pcall(vim.system, command, {}, function(done)
    vim.schedule(function()
      callback(done.code == 0)
    end)
  end)
  if not ok then
    callback(false)
  end
end

--- Find the command that begins every call of the server: `COMMAND dap`, `COMMAND lsp`.
---@param program? string the notebook's path
---@param callback fun(command: string[]?, why: string)
function M.server(program, callback)
  local candidates = {} ---@type { python: string[], why: string }[]
  local python = M.find(program)
  if python then
    local command = type(python) == "table" and python or {
      python --[[@as string]],
    }
    candidates[1] = { python = command, why = "in the notebook's Python" }
  end
  local on_path, python3 = vim.fn.exepath("dap-kernel"), vim.fn.exepath("python3")
  if on_path == "" and python3 ~= "" then
    candidates[#candidates + 1] = { python = { python3 }, why = "in the first python3 on the path" }
  end
  local function give_up()
    local where = vim.tbl_map(function(it)
      return table.concat(it.python, " ")
    end, candidates)
    callback(nil, where[1] and "not in " .. table.concat(where, ", nor in ") or "there is no Python")
  end
  local function try(number)
    local it = candidates[number]
    if not it and on_path ~= "" then
      return callback({ on_path }, "on the path")
    elseif not it then
      return give_up()
    end
    imports(it.python, "dap_kernel", function(can)
      if can then
        return callback(vim.list_extend(vim.list_slice(it.python), { "-P", "-m", "dap_kernel" }), it.why)
      end
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
