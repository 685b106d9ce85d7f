--- What goes away, comes twice or is not there: buffers, windows, the server, nvim-dap, other names of a file.

local formats = require("formats")
local gate = require("gate")
local harness = require("harness")
local equal, test = harness.equal, harness.test

local function debug_it(nvim)
  nvim:run(function()
    require("dap-kernel").debug()
  end)
end

local function no_errors(nvim)
  equal({}, nvim:warnings(), "warnings")
  equal(
    "",
    nvim:run(function()
      return vim.v.errmsg
    end),
    "the last error"
  )
end

test(
  "a buffer that is wiped while its line runs takes its signs along; opened again it has them",
  function(nvim)
    nvim:setup({ elapsed_after_ms = 20 })
    local path = gate.write(nvim, "wiped.py")
    nvim:edit(path)
    debug_it(nvim)
    nvim:signs_are(path, "line", { ["3"] = "▶" })
    nvim:cmd("enew")
    nvim:cmd("bwipeout! " .. path)
    nvim:wait("a drawing of the time", function()
      vim.wait(60)
      return true
    end)
    nvim:edit(path)
    nvim:signs_are(path, "cells", { ["2"] = "▸" })
    gate.open(nvim)
    nvim:stopped("idle")
    nvim:signs_are(path, "cells", {})
    nvim:terminate()
    no_errors(nvim)
  end
)

test("the line that runs is shown in a buffer of another name of the file", function(nvim)
  nvim:setup()
  local path = gate.write(nvim, "real/nb.py")
  vim.uv.fs_symlink(path, nvim.folder .. "/link.py")
  nvim:cmd("cd " .. nvim.folder)
  local link = nvim.folder .. "/link.py"
  nvim:edit(link)
  nvim:run(function(python)
    local config =
      { type = "dap-kernel", request = "launch", name = "x", program = "real/nb.py", python = python }
    require("dap").run(config)
  end, vim.env.DAP_KERNEL_PYTHON)
  nvim:signs_are(link, "line", { ["3"] = "▶" })
  gate.open(nvim)
  nvim:stopped("idle")
  equal(
    path,
    nvim:run(function()
      return select(2, next(require("dap-kernel.notebooks").all())).path
    end),
    "the notebook's name"
  )
  nvim:terminate()
end)

test("the line that runs is shown after a jump to the cursor, too", function(nvim)
  nvim:setup()
  local path = gate.write(nvim, "jumped here.py", "a = 1\nb = 2\n")
  nvim:edit(path)
  gate.open(nvim)
  nvim:go_to("b = 2")
  nvim:cmd("DapToggleBreakpoint")
  debug_it(nvim)
  nvim:stopped("breakpoint")
  vim.fn.delete(nvim.folder .. "/gate")
  nvim:go_to("while")
  nvim:run(function()
    require("dap").goto_()
  end)
  equal(3, nvim:stopped("goto").line, "where it goes to")
  nvim:cmd("DapContinue")
  nvim:signs_are(path, "line", { ["3"] = "▶" })
  gate.open(nvim)
  nvim:stopped("breakpoint")
  nvim:cmd("DapContinue")
  nvim:stopped("idle")
  nvim:terminate()
  no_errors(nvim)
end)

test(
  "one percent text opens where it was asked for, above a changed buffer, or where there is room",
  function(nvim)
    nvim:setup()
    nvim:edit(formats.jupyter(nvim))
    debug_it(nvim)
    nvim:stopped("idle")
    nvim:cmd("set nohidden")
    nvim:type("O<Esc>")
    local function texts()
      return nvim:wait("the text in a window", function()
        local found = {}
        for _, window in ipairs(vim.api.nvim_list_wins()) do
          local buf = vim.api.nvim_win_get_buf(window)
          if vim.b[buf].dap_kernel_cells then
            found[#found + 1] = window
          end
        end
        return #found > 0 and found
      end)
    end
    local asked = nvim:run(function()
      local window = vim.api.nvim_get_current_win()
      vim.cmd("DapKernelCells | new")
      return window
    end)
    equal({ asked }, texts(), "windows with the text")
    nvim:cmd("only!")
    nvim:run(function()
      vim.cmd("new | DapKernelCells | close!") -- asked for in a window that is gone
    end)
    equal(1, #texts(), "windows with the text")
    nvim:terminate()
    equal({}, nvim:warnings(), "warnings")
  end
)

test("breakpoints in the percent text hold in the next session", function(nvim)
  nvim:setup()
  local path = formats.jupyter(nvim)
  local function open_text()
    nvim:edit(path)
    debug_it(nvim)
    nvim:stopped("idle")
    nvim:cmd("DapKernelCells")
    return nvim:wait("the text", function()
      local name = vim.api.nvim_buf_get_name(0)
      return name:match("^dap%-src://") and vim.api.nvim_buf_line_count(0) > 3 and name
    end)
  end
  local first = open_text()
  local line = nvim:go_to("print('result'")
  nvim:run(function()
    require("dap").set_breakpoint("result == 3")
  end)
  nvim:terminate()
  nvim:cmd("DapKernelRun")
  nvim:noted("the session of this text is over")
  local second = open_text()
  assert(first ~= second, second)
  equal(
    0,
    nvim:run(function(name)
      return vim.fn.bufexists(name)
    end, first),
    "the text of the session that is over"
  )
  nvim:cmd("DapKernelRun all")
  local stop = nvim:stopped("breakpoint")
  equal({ line, second }, { stop.line, stop.buffer }, "where it stops")
  equal(
    "result == 3",
    nvim:run(function()
      return select(2, next(require("dap.breakpoints").get()))[1].condition
    end),
    "its condition"
  )
  nvim:terminate()
end)

test("a buffer that gets another name takes no signs along, and the file counts again", function(nvim)
  nvim:setup()
  local path = nvim:write("old.py", "# %% one\na = 1\n")
  nvim:edit(path)
  debug_it(nvim)
  nvim:stopped("idle")
  nvim:go_to("a = 1")
  nvim:type("A0<Esc>")
  nvim:signs_are(path, "cells", { ["2"] = "~" })
  nvim:cmd("saveas " .. nvim.folder .. "/new.py")
  nvim:signs_are(nvim.folder .. "/new.py", "cells", {})
  nvim:cmd("DapKernelRestart all")
  nvim:stopped("idle")
  equal("1", nvim:variables().a, "what runs by the old name")
  debug_it(nvim)
  nvim:stopped("idle")
  equal("10", nvim:variables().a, "what runs by the new name")
  nvim:run(function()
    require("dap").terminate({ all = true })
  end)
  nvim:over()
  no_errors(nvim)
end)

test("when the server dies the signs go, and the next session is as good as the first", function(nvim)
  nvim:setup()
  local path = nvim:write("dies.py", "# %% one\na = 1\n\n# %% two\nb = a / 0\n")
  nvim:edit(path)
  debug_it(nvim)
  nvim:stopped("exception")
  nvim:cmd("DapContinue")
  nvim:stopped("idle")
  nvim:signs_are(path, "cells", { ["5"] = "✗" })
  nvim:run(function()
    local expression = "__import__('os').kill(__import__('os').getppid(), 9)"
    require("dap")
      .session()
      :request("evaluate", { expression = expression, context = "repl" }, function() end)
  end)
  nvim:over()
  nvim:signs_are(path, "cells", {})
  equal(
    "",
    nvim:run(function()
      return require("dap-kernel").status()
    end),
    "the status"
  )
  debug_it(nvim)
  nvim:stopped("exception")
  nvim:terminate()
end)

test("a second setup changes options, and nothing is there twice", function(nvim)
  local function autocommands()
    return nvim:run(function()
      return #vim.api.nvim_get_autocmds({ group = "dap-kernel" })
    end)
  end
  nvim:setup()
  local before = autocommands()
  nvim:setup({ line_sign = ">" })
  equal(before, autocommands(), "autocommands")
  local path = gate.write(nvim, "twice.py")
  nvim:edit(path)
  debug_it(nvim)
  nvim:signs_are(path, "line", { ["3"] = ">" })
  gate.open(nvim)
  nvim:stopped("idle")
  nvim:terminate()
  no_errors(nvim)
end)

test("without nvim-dap setup and the health check tell that it is missing", function(nvim)
  nvim:run(function(folder)
    vim.opt.runtimepath:remove(folder)
    for name in pairs(package.loaded) do
      if name == "dap" or vim.startswith(name, "dap.") then
        package.loaded[name] = nil
      end
    end
  end, vim.env.NVIM_DAP)
  nvim:setup()
  nvim:noted("dap-kernel needs nvim-dap")
  nvim:cmd("checkhealth dap-kernel")
  local text = nvim:run(function()
    return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n")
  end)
  assert(text:find("nvim-dap is not installed", 1, true), text)
end)
