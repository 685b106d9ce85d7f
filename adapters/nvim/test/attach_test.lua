--- A kernel that outlives its session, and several sessions at once.

local formats = require("formats")
local harness = require("harness")
local equal, test = harness.equal, harness.test

test("a kernel that was left is attached, with its state", function(nvim)
  nvim:setup({ launch = { orphanTimeout = 30 } })
  local path = formats.jupyter(nvim)
  nvim:edit(path)
  nvim:run(function()
    require("dap-kernel").debug()
  end)
  nvim:stopped("idle")
  nvim:cmd("DapDisconnect")
  nvim:over()
  nvim:run(function()
    local offered = require("dap-kernel.adapter").configurations(0)
    require("dap").run(vim.iter(offered):find(function(it)
      return it.request == "attach"
    end))
  end)
  nvim:stopped("idle")
  equal("4", nvim:variables().after, "a name from before")
  local line = nvim:go_to("print('result'")
  nvim:cmd("DapToggleBreakpoint")
  nvim:cmd("DapKernelRun cell")
  equal(line, nvim:stopped("breakpoint").line, "where it stops")
  nvim:terminate()
end)

--- Debug a small notebook of this name, without a word about how it is to be called.
local function debug_new(nvim, name, number)
  local path = nvim:write(name, ("# %%%% a\nn = %d\n\n# %%%% b\nm = n\n"):format(number))
  nvim:edit(path)
  nvim:run(function()
    require("dap-kernel").debug()
  end)
  nvim:stopped("idle")
  return path
end

--- What `name` is in each session, once each has it.
local function in_sessions(nvim, name, wanted)
  local seen
  local done = vim.wait(10000, function()
    nvim:run(function(of)
      _G.seen = {}
      for _, session in pairs(require("dap").sessions()) do
        session:request("evaluate", { expression = of, context = "watch" }, function(_, response)
          _G.seen[#_G.seen + 1] = response and response.result
        end)
      end
    end, name)
    vim.wait(100)
    seen = nvim:run(function()
      table.sort(_G.seen)
      return _G.seen
    end)
    return vim.deep_equal(wanted, seen)
  end)
  assert(done, ("%s is %s in the sessions, not %s"):format(name, vim.inspect(seen), vim.inspect(wanted)))
end

local function end_all(nvim)
  nvim:run(function()
    require("dap").terminate({ all = true })
  end)
  nvim:over()
end

test("each of two notebooks has its own session, its own signs and its own runs", function(nvim)
  nvim:setup()
  local paths = { debug_new(nvim, "one/nb.py", 1), debug_new(nvim, "two/nb.py", 2) }
  in_sessions(nvim, "n", { "1", "2" })
  nvim:cmd("buffer " .. paths[1])
  nvim:go_to("m = n")
  nvim:type(":s/m = n/m = n + 10/<CR>:write<CR>")
  nvim:signs_are(paths[1], "cells", { ["5"] = "~" })
  nvim:signs_are(paths[2], "cells", {})
  nvim:cmd("DapKernelRun stale")
  nvim:signs_are(paths[1], "cells", {})
  in_sessions(nvim, "m", { "11", "2" })
  end_all(nvim)
end)

test("to debug a notebook again restarts its own session, whichever has the focus", function(nvim)
  nvim:setup()
  local paths = { debug_new(nvim, "one.py", 1), debug_new(nvim, "two.py", 2) }
  nvim:run(function()
    for _, session in pairs(require("dap").sessions()) do
      session:request("evaluate", { expression = "n = n * 100", context = "repl" }, function() end)
    end
  end)
  in_sessions(nvim, "n", { "100", "200" })
  nvim:cmd("buffer " .. paths[1])
  nvim:run(function()
    require("dap-kernel").debug()
  end)
  nvim:stopped("idle")
  in_sessions(nvim, "n", { "1", "200" })
  end_all(nvim)
end)

test("a cell of a notebook that nobody debugs starts a session, beside another's", function(nvim)
  nvim:setup()
  debug_new(nvim, "one.py", 1)
  nvim:edit(nvim:write("two.py", "# %% a\nn = 2\n\n# %% b\nalone = 3\n"), "alone = 3")
  nvim:cmd("DapKernelRun cell")
  nvim:stopped("idle")
  equal({ nil, "3" }, { nvim:variables().n, nvim:variables().alone }, "variables")
  in_sessions(nvim, "globals().get('n')", { "1", "None" })
  nvim:cmd("DapKernelRestart")
  in_sessions(nvim, "globals().get('n')", { "1", "2" }) -- all of it
  nvim:edit(nvim:write("module.py", "x = 1\n"))
  nvim:cmd("DapKernelRun cell")
  nvim:noted("the cursor is not in the notebook that is debugged")
  end_all(nvim)
end)
