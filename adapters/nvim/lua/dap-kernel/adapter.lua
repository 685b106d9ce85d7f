--- The adapter and its configurations, as nvim-dap wants them.

local notebooks = require("dap-kernel.notebooks")
local options = require("dap-kernel.options")
local python = require("dap-kernel.python")
local M = {}

M.TYPE = "dap-kernel"

---@alias dap-kernel.Kind "marimo"|"percent"|"Jupyter"|"script"

--- Return what kind of notebook a buffer shows; nil: none. The server looks closer.
---@param buf integer
---@return dap-kernel.Kind?
function M.kind(buf)
  local name = vim.api.nvim_buf_get_name(buf)
  if vim.bo[buf].buftype ~= "" or name:match("^%a[%w+.-]+://") then
    return nil
  end
  if name:match("%.ipynb$") then
    return "Jupyter"
  end
  if vim.bo[buf].filetype ~= "python" and not name:match("%.py$") then
    return nil
  end
  for _, line in ipairs(vim.api.nvim_buf_get_lines(buf, 0, -1, false)) do
    if line:match("^#%s*%%%%") or line:match("^# <codecell>") or line:match("^# In%[[%d ]*%]:") then
      return "percent"
    elseif line:match("^[%w_]+%s*=%s*marimo%.App%(") then
      return "marimo"
    end
  end
  return "script"
end

--- Name a configuration after its file: nvim-dap takes two of one name for the same.
---@param text string
---@param path string
---@return string
local function named(text, path)
  return ("%s (%s)"):format(text, vim.fs.basename(path))
end

---@param kind dap-kernel.Kind
---@param path string
---@return string
local function debug_name(kind, path)
  return named(kind == "script" and "Debug this script" or ("Debug this %s notebook"):format(kind), path)
end

local NO_NAME = "dap-kernel: this buffer has no name yet: write it first, with :write NAME.py"

--- What stands in for a program's path where there is none.
local function refused()
  vim.notify(NO_NAME, vim.log.levels.ERROR)
  return require("dap").ABORT
end

---@param buf integer
---@return dap.Configuration[]
function M.configurations(buf)
  local kind = options.now.configurations and M.kind(buf)
  if not kind then
    return {}
  end
  local path = vim.api.nvim_buf_get_name(buf)
  local function configuration(name, rest)
    return vim.tbl_extend("force", { type = M.TYPE, name = name, request = "launch" }, rest)
  end
  if path == "" then
    return { configuration("Debug this buffer", { program = refused }) }
  end
  if kind == "script" then
    local function args()
      return vim.split(vim.fn.input("Arguments: "), " +", { trimempty = true })
    end
    return {
      configuration(debug_name(kind, path), { program = path }),
      configuration(named("Debug this script with arguments", path), { program = path, args = args }),
    }
  end
  local open = ("Open this %s notebook, run nothing yet"):format(kind)
  return {
    configuration(debug_name(kind, path), { program = path }),
    configuration(named(open, path), { program = path, run = "none" }),
    configuration(named("Attach to this notebook's kernel", path), { request = "attach", notebook = path }),
  }
end

--- Fill in what a configuration leaves out.
---@param config dap.Configuration
---@return dap.Configuration
local function completed(config)
  local defaults = vim.tbl_extend("keep", { notebookEvents = true }, options.now.launch)
  local is_local = not options.now.server -- else it may run on another machine
  if is_local and config.request == "launch" and not config.python and not config.pythonPath then
    defaults.python = (python.find(config.program))
  end
  return vim.tbl_extend("keep", config, defaults)
end

---@param config dap.Configuration
---@param on_config fun(config: dap.Configuration)
local function enrich(config, on_config)
  on_config(completed(config))
end

--- Debug what a buffer shows, without asking: restart its session, or start one beside those of others.
---@param buf? integer 0 or nil: the current one
---@param arguments? table<string, any> of launch
function M.debug(buf, arguments)
  buf = (not buf or buf == 0) and vim.api.nvim_get_current_buf() or buf
  local kind = M.kind(buf)
  local dap, path = require("dap"), vim.api.nvim_buf_get_name(buf)
  if path:match("^dap%-src://") then
    return vim.notify(
      "dap-kernel: the session of this text is over: go to the notebook",
      vim.log.levels.ERROR
    )
  elseif not kind then
    return vim.notify("dap-kernel: this buffer shows neither a notebook nor a script", vim.log.levels.ERROR)
  elseif path == "" then
    return vim.notify(NO_NAME, vim.log.levels.ERROR)
  end
  local launch = { type = M.TYPE, request = "launch", name = debug_name(kind, path), program = path }
  local config = vim.tbl_extend("force", launch, arguments or {})
  local notebook, is_shown = notebooks.for_buffer(buf)
  if notebook and is_shown and not notebook.session.closed then
    dap.set_session(notebook.session)
    return dap.restart(completed(config))
  end
  dap.run(config, { new = true })
end

---@param callback fun(adapter: dap.Adapter)
---@param config dap.Configuration
local function resolve(callback, config)
  local function take(command)
    callback({
      type = "executable",
      command = command[1],
      args = vim.list_slice(command, 2),
      enrich_config = enrich,
      options = { source_filetype = "python" },
    })
  end
  local set = options.now.server
  if type(set) == "function" then
    set = set()
  end
  if set and set.type then
    callback(vim.tbl_extend("keep", set, { enrich_config = enrich }))
  elseif set then
    take(set)
  else
    python.server(config.program or config.notebook, function(command, why, install)
      if command then
        take(vim.list_extend(command, { "dap" }))
      else
        local text = "dap-kernel is not installed (%s)\n%s\nor see :checkhealth dap-kernel"
        vim.notify(text:format(why, install and install[1]), vim.log.levels.ERROR)
      end
    end)
  end
end

function M.register()
  local dap = require("dap")
  dap.adapters[M.TYPE] = resolve
  dap.providers.configs[M.TYPE] = M.configurations
end

return M
