--- Options, which Python and server are found, what is offered, and the health check.

local formats = require("formats")
local harness = require("harness")
local equal, test = harness.equal, harness.test

--- The lines of `:checkhealth dap-kernel`.
local function health(nvim)
  nvim:cmd("checkhealth dap-kernel")
  return nvim:run(function()
    return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n")
  end)
end

local function has(text, part)
  assert(text:find(part, 1, true), ("no %q in\n%s"):format(part, text))
end

--- Make an environment whose Python is the one with the server.
local function environment(nvim, name)
  local folder = vim.fs.joinpath(nvim.folder, name)
  vim.fn.mkdir(folder .. "/bin", "p")
  local script = ('#!/bin/sh\nexec "%s" "$@"\n'):format(vim.env.DAP_KERNEL_PYTHON)
  local path = nvim:write(name .. "/bin/python", script)
  assert(vim.uv.fs_chmod(path, tonumber("755", 8)))
  return folder, path
end

--- Set up without an option that says which Python.
local function setup_to_find(nvim)
  nvim:setup()
  nvim:run(function()
    require("dap-kernel.options").now.python = nil
  end)
end

test("a wrong option is refused by its name", function(nvim)
  for _, it in ipairs({ { { pyton = "x" }, '"pyton"' }, { { lsp = "yes" }, '"lsp" must be a boolean' } }) do
    local message = nvim:run(function(given)
      return select(2, pcall(require("dap-kernel").setup, given))
    end, it[1])
    has(message, it[2])
  end
end)

test("the Python is found by $VIRTUAL_ENV, $CONDA_PREFIX, and beside the notebook or above it", function(nvim)
  setup_to_find(nvim)
  local function found(program)
    return nvim:run(function(name)
      return { require("dap-kernel.python").find(name) }
    end, program)
  end
  local program = nvim:write("project/notebooks/x.py", "")
  equal("the server chooses", found(program)[2], "without any")
  local _, beside = environment(nvim, "project/.venv")
  equal(beside, found(program)[1], "above the notebook")
  local conda, in_conda = environment(nvim, "conda")
  nvim:cmd(("let $CONDA_PREFIX = %q"):format(conda))
  equal({ in_conda, "from $CONDA_PREFIX" }, found(program), "conda's")
  local active, in_active = environment(nvim, "active")
  nvim:cmd(("let $VIRTUAL_ENV = %q"):format(active))
  equal({ in_active, "from $VIRTUAL_ENV" }, found(program), "the active one")
end)

test("a Python that somebody else decides on is passed over, and named", function(nvim)
  setup_to_find(nvim)
  local function found(program)
    return nvim:run(function(name)
      local said = {}
      vim.notify_once = function(text)
        said[#said + 1] = text
      end
      local python = require("dap-kernel.python").find(name)
      return { python or false, said[1] or "" }
    end, program)
  end
  local folder, python = environment(nvim, "project/.venv")
  local program = nvim:write("project/notebooks/x.py", "")
  local nobody = 65534
  local spoilt = {
    { "others can write to " .. python, python, "777" },
    { "others can write to " .. folder, folder, "777" },
    { "others can write to " .. python, python, "775", 0, 100 }, -- a group of all users
    { "belongs to another user", python, "755", nobody },
    { "belongs to another user", folder, "755", nobody },
  }
  for _, it in ipairs(spoilt) do
    local why, path, mode, owner, group = unpack(it)
    if not owner or vim.uv.getuid() == 0 then -- only root can give something away
      assert(vim.uv.fs_chmod(path, tonumber(mode, 8)))
      assert(not owner or vim.uv.fs_chown(path, owner, group or owner))
      local seen = found(program)
      equal(false, seen[1], why)
      has(seen[2], why)
      assert(not owner or vim.uv.fs_chown(path, 0, 0))
      assert(vim.uv.fs_chmod(path, tonumber("755", 8)))
    end
  end
  equal({ python, "" }, found(program), "what is one's own")
end)

test("the server of the notebook's environment is started, and the notebook runs there", function(nvim)
  setup_to_find(nvim)
  local _, python = environment(nvim, "project/.venv")
  nvim:edit(nvim:write("project/x.py", "# %%\nx = 1\n"))
  nvim:run(function()
    require("dap-kernel").debug()
  end)
  nvim:stopped("idle")
  local seen = nvim:run(function()
    local session = require("dap").session()
    return { session.adapter.command, session.config.python }
  end)
  equal({ python, python }, seen, "the server's Python and the notebook's")
  nvim:terminate()
end)

test("the configurations offered are those of the kind of file", function(nvim)
  nvim:setup()
  local function offered()
    return nvim:run(function()
      return vim.tbl_map(function(it)
        return it.name
      end, require("dap-kernel.adapter").configurations(vim.api.nvim_get_current_buf()))
    end)
  end
  local function wanted(...)
    local file = vim.fs.basename(nvim:run(function()
      return vim.api.nvim_buf_get_name(0)
    end))
    return vim.tbl_map(function(it)
      return ("%s (%s)"):format(it, file)
    end, { ... })
  end
  for name, kind in pairs({ jupyter = "Jupyter", marimo = "marimo", percent = "percent" }) do
    nvim:edit(formats[name](nvim))
    local debug, open =
      ("Debug this %s notebook"):format(kind), ("Open this %s notebook, run nothing yet"):format(kind)
    equal(wanted(debug, open, "Attach to this notebook's kernel"), offered(), name)
  end
  nvim:edit(formats.script(nvim))
  equal(wanted("Debug this script", "Debug this script with arguments"), offered(), "script")
  nvim:edit(nvim:write("data.json", "{}"))
  equal({}, offered(), "another file")
end)

test("a command of one's own is the server, and launch arguments of one's own are sent", function(nvim)
  local server = { vim.env.DAP_KERNEL_PYTHON, "-m", "dap_kernel", "dap" }
  nvim:setup({
    server = server,
    launch = { orphanTimeout = 0, run = "none", python = vim.env.DAP_KERNEL_PYTHON },
  })
  nvim:edit(formats.percent(nvim))
  nvim:run(function()
    require("dap-kernel").debug()
  end)
  nvim:stopped("idle")
  nvim:printed("runs nothing yet")
  nvim:terminate()
end)

test("a server that a function names gets no Python of this machine", function(nvim)
  setup_to_find(nvim)
  environment(nvim, "project/.venv")
  nvim:run(function(command)
    require("dap-kernel.options").now.server = function()
      return command
    end
  end, { vim.env.DAP_KERNEL_PYTHON, "-m", "dap_kernel", "dap" })
  nvim:edit(nvim:write("project/x.py", "# %%\nx = 1\n"))
  nvim:run(function()
    require("dap-kernel").debug()
  end)
  nvim:stopped("idle")
  local sent = nvim:run(function()
    return require("dap").session().config
  end)
  equal({ true, nil }, { sent.notebookEvents, sent.python }, "what is sent")
  nvim:terminate()
end)

test("the health check tells of Neovim, the server and the Python", function(nvim)
  nvim:setup()
  nvim:edit(formats.percent(nvim))
  local text = health(nvim)
  has(text, "knows the adapter dap-kernel")
  has(text, "OK dap-kernel ")
  has(text, "OK CPython 3.")
  has(text, "by the option python")
  assert(not text:find("ERROR", 1, true), text)
end)

test("the health check tells of the Python beside the file that was looked at", function(nvim)
  setup_to_find(nvim)
  local _, python = environment(nvim, "project/.venv")
  nvim:edit(nvim:write("project/x.py", "# %%\nx = 1\n"))
  local text = health(nvim)
  has(text, python .. " -P -m dap_kernel (in the notebook's Python)")
  has(text, ("%s (from %s/project/.venv)"):format(python, nvim.folder))
end)

test("the health check tells what is missing", function(nvim)
  nvim:setup({ python = "/bin/false" })
  nvim:cmd("let $PATH = '/nowhere'")
  local text = health(nvim)
  has(text, "ERROR dap-kernel was not found")
  has(text, "- /bin/false -m pip install " .. harness.PROJECT)
  has(text, "/bin/false (by the option python) cannot be used")
end)

test("a Python that is too old is told as such", function(nvim)
  setup_to_find(nvim)
  nvim:write(
    "project/.venv/bin/python",
    '#!/bin/sh\nexec "$REAL" -c "import sys; sys.version_info = (3, 9); $2" "$3"\n'
  )
  assert(vim.uv.fs_chmod(nvim.folder .. "/project/.venv/bin/python", tonumber("755", 8)))
  nvim:run(function(real)
    vim.env.REAL, vim.env.PATH = real, "/nowhere"
  end, vim.env.DAP_KERNEL_PYTHON)
  nvim:edit(nvim:write("project/x.py", "# %%\nx = 1\n"))
  has(health(nvim), "project/.venv/bin/python, which is older than Python 3.11")
end)

test("the health check tells of a server that cannot be run", function(nvim)
  nvim:setup({ server = { "/no/such", "dap" } })
  has(health(nvim), "ERROR the option server says /no/such, which cannot be run")
end)

test("a buffer without a name is not debugged, which is said", function(nvim)
  nvim:setup()
  nvim:type("ix = 1<Esc>")
  nvim:cmd("set filetype=python")
  nvim:cmd("DapContinue")
  nvim:noted("this buffer has no name yet")
  nvim:run(function()
    _G.notes = {}
    require("dap-kernel").debug()
  end)
  nvim:noted("this buffer has no name yet")
  equal(
    vim.NIL,
    nvim:run(function()
      return require("dap").session()
    end),
    "sessions"
  )
end)
