--- The companion in Neovim: lenses, commands that start a session, live hovers.

local harness = require("harness")
local equal, test = harness.equal, harness.test

local TEXT = "# %% one\na = 1\n\n# %% two\nb = a + 1\nprint('b is', b)\n"

--- Open a notebook, and wait until the companion shows lenses.
local function open(nvim)
  nvim:setup({ lsp = true })
  local path = nvim:write("lenses.py", TEXT)
  nvim:edit(path)
  nvim:wait("the lenses", function()
    return #(vim.lsp.codelens.get({ bufnr = 0 }) or {}) > 0
  end)
  return path
end

--- Use the command of a lens at the cursor.
local function use(nvim, command)
  nvim:run(function(wanted)
    local uri, line = vim.uri_from_bufnr(0), vim.api.nvim_win_get_cursor(0)[1] - 1
    local client = vim.lsp.get_clients({ name = "dap-kernel" })[1]
    client:exec_cmd({ title = wanted, command = wanted, arguments = { uri, line } })
  end, command)
end

local function has_companion()
  local done = vim.system({ vim.env.DAP_KERNEL_PYTHON, "-c", "import pygls" }):wait()
  return done.code == 0
end

if has_companion() then
  test(
    "the companion is the one of the first notebook's environment, and nothing starts before",
    function(nvim)
      nvim:cmd("cd " .. nvim.folder)
      local log = nvim.folder .. "/log"
      local script = ('#!/bin/sh\necho "$@" >> %q\nexec %q "$@"\n'):format(log, vim.env.DAP_KERNEL_PYTHON)
      local python = nvim:write("project/.venv/bin/python", script)
      assert(vim.uv.fs_chmod(python, tonumber("755", 8)))
      nvim:run(function()
        require("dap-kernel").setup()
      end)
      nvim:edit(nvim:write("project/notes.txt", "# %% no notebook\n"))
      nvim:edit(nvim:write("project/script.py", "x = 1\n"))
      equal(
        vim.NIL,
        nvim:run(function()
          vim.wait(200)
          return vim.lsp.config["dap-kernel"]
        end),
        "without a notebook"
      )
      equal(0, vim.fn.filereadable(log), "without a notebook")
      nvim:edit(nvim:write("project/nb.py", TEXT))
      nvim:wait("the lenses", function()
        return #(vim.lsp.codelens.get({ bufnr = 0 }) or {}) > 0
      end)
      assert(
        vim.iter(vim.fn.readfile(log)):any(function(it)
          return it == "-P -m dap_kernel lsp"
        end),
        table.concat(vim.fn.readfile(log), "\n")
      )
    end
  )

  test(
    "the companion of a server of one's own is that server's, unless it is on another machine",
    function(nvim)
      local server = { vim.env.DAP_KERNEL_PYTHON, "-X", "utf8", "-m", "dap_kernel", "dap" }
      nvim:cmd("let $PATH = '/nowhere'")
      nvim:setup({ lsp = true, server = server, launch = { pathMappings = {} } })
      nvim:edit(nvim:write("mine.py", TEXT))
      local function companion()
        return nvim:run(function()
          local found
          require("dap-kernel.python").companion(vim.api.nvim_buf_get_name(0), function(command)
            found = { command }
          end)
          vim.wait(10000, function()
            return found ~= nil
          end)
          return found[1]
        end)
      end
      equal(vim.NIL, companion(), "with other names there")
      nvim:setup({ lsp = true, server = server })
      nvim:wait("the lenses", function()
        return #(vim.lsp.codelens.get({ bufnr = 0 }) or {}) > 0
      end)
      server[#server] = "lsp"
      equal(server, companion(), "its command")
    end
  )

  test("the lenses of a cell stand in the order in which they are used", function(nvim)
    open(nvim)
    local shown = nvim:wait("the lenses in the buffer", function()
      local found = {}
      for _, space in pairs(vim.api.nvim_get_namespaces()) do
        for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(0, space, 0, -1, { details = true })) do
          local chunks = (mark[4].virt_lines or {})[1] or mark[4].virt_text or {}
          local text = table.concat(vim.tbl_map(function(it)
            return it[1]
          end, chunks))
          if text:find("Run", 1, true) then
            found[#found + 1] = vim.trim(text)
          end
        end
      end
      table.sort(found)
      return #found == 2 and found
    end)
    equal({ "Run | Debug | Run below", "Run | Debug | Run to here | Run above" }, shown, "lenses")
  end)

  test("a lens runs its cell, and starts a session if there is none", function(nvim)
    open(nvim)
    nvim:go_to("b = a + 1")
    nvim:cmd("DapToggleBreakpoint")
    nvim:go_to("a = 1")
    use(nvim, "dap-kernel.runCell")
    nvim:printed("runs 1 of 2")
    nvim:wait("an idle notebook that has a", function()
      local session = require("dap").session()
      local frame = session and session.stopped_thread_id and session.current_frame
      for _, scope in ipairs(frame and frame.scopes or {}) do
        for _, variable in ipairs(scope.variables or {}) do
          if variable.name == "a" then
            return true
          end
        end
      end
    end)
    nvim:go_to("b = a + 1")
    use(nvim, "dap-kernel.debugCell")
    equal(5, nvim:stopped("breakpoint").line, "where a cell that is debugged stops")
    nvim:wait("the value in a hover", function()
      local params = vim.lsp.util.make_position_params(0, "utf-16")
      params.position = { line = 4, character = 4 }
      local client = vim.lsp.get_clients({ name = "dap-kernel" })[1]
      local answer = client:request_sync("textDocument/hover", params, 2000, 0)
      return answer and answer.result and vim.inspect(answer.result.contents):find("1", 1, true) ~= nil
    end)
    nvim:cmd("DapContinue")
    nvim:stopped("idle")
    nvim:terminate()
    equal({}, nvim:warnings(), "warnings")
  end)

  test("a lens runs its cell in a session of its own, beside another notebook's", function(nvim)
    open(nvim)
    nvim:run(function()
      require("dap-kernel").debug()
    end)
    nvim:stopped("idle")
    nvim:edit(nvim:write("second.py", "# %% one\na = 10\n\n# %% two\nb = 20\n"), "b = 20")
    nvim:wait("the lenses", function()
      return #(vim.lsp.codelens.get({ bufnr = 0 }) or {}) > 0
    end)
    use(nvim, "dap-kernel.runCell")
    nvim:wait("the cell's name in a second session, and the first one's beside it", function()
      for _, session in pairs(require("dap").sessions()) do
        session:request("evaluate", { expression = "b", context = "watch" }, function(_, response)
          _G.seen = _G.seen or {}
          _G.seen[response and response.result or ""] = true
        end)
      end
      return _G.seen and _G.seen["2"] and _G.seen["20"]
    end)
    nvim:run(function()
      require("dap").terminate({ all = true })
    end)
    nvim:over()
  end)

  test("a failed cell has a diagnostic at its line until it runs well", function(nvim)
    open(nvim)
    nvim:type(":%s/a + 1/a + None/<CR>:write<CR>")
    nvim:run(function()
      require("dap-kernel").debug()
    end)
    nvim:stopped("exception")
    nvim:cmd("DapContinue")
    nvim:stopped("idle")
    nvim:wait("a diagnostic", function()
      return vim.iter(vim.diagnostic.get(0)):any(function(it)
        return it.lnum == 4 and it.source ~= "nvim-dap" -- which shows the stop by one of its own
      end)
    end)
    nvim:type(":%s/a + None/a + 1/<CR>:write<CR>")
    nvim:cmd("DapContinue")
    nvim:stopped("idle")
    nvim:wait("no diagnostic", function()
      return not vim.iter(vim.diagnostic.get(0)):any(function(it)
        return it.source ~= "nvim-dap"
      end)
    end)
    nvim:terminate()
  end)

  test("cells have signs when another program has the session", function(nvim)
    local path = open(nvim)
    local other = harness.start(nvim.folder .. "/other")
    other:setup()
    other:edit(path)
    other:run(function()
      require("dap-kernel").debug()
    end)
    other:stopped("idle")
    nvim:type(":%s/a + 1/a + 2/<CR>:write<CR>")
    nvim:signs_are(path, "cells", { ["5"] = "~" })
    other:terminate()
    nvim:signs_are(path, "cells", {})
    harness.stop(other)
  end)
end
