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

test("each of two notebooks has its own signs and its own runs", function(nvim)
  nvim:setup()
  local paths = {}
  for number, name in ipairs({ "one", "two" }) do
    paths[number] = nvim:write(name .. ".py", ("# %%%% a\nn = %d\n\n# %%%% b\nm = n\n"):format(number))
    nvim:edit(paths[number])
    nvim:run(function(of)
      require("dap-kernel").debug({ name = of })
    end, name)
    nvim:stopped("idle")
  end
  nvim:cmd("buffer " .. paths[1])
  nvim:go_to("m = n")
  nvim:type(":s/m = n/m = n + 10/<CR>:write<CR>")
  nvim:signs_are(paths[1], "cells", { ["5"] = "~" })
  nvim:signs_are(paths[2], "cells", {})
  nvim:cmd("DapKernelRun stale")
  nvim:signs_are(paths[1], "cells", {})
  local ran = nvim:run(function()
    local found = {}
    for _, session in pairs(require("dap").sessions()) do
      found[#found + 1] = session.config.name
    end
    table.sort(found)
    return found
  end)
  equal({ "one", "two" }, ran, "the sessions")
  nvim:run(function()
    require("dap").terminate({ all = true })
  end)
  nvim:over()
end)
