--- Runs tests, each in a Neovim of its own: see child.lua.

local children = require("child")
local M = {}

local HERE = vim.fs.dirname(vim.fs.abspath(debug.getinfo(1, "S").source:sub(2)))
M.PROJECT = vim.fs.dirname(vim.fs.dirname(vim.fs.dirname(HERE)))
M.start, M.stop = children.start, children.stop

--- What is known of a test that failed.
local function explain(child)
  local ok, notes = pcall(child.notes, child)
  print("notes: " .. (ok and vim.inspect(notes) or "the child is gone"))
  local repl
  ok, repl = pcall(child.repl, child)
  print("REPL:\n" .. (ok and repl or ""))
  for _, log in ipairs(vim.fn.glob(child.folder .. "/.nvim/**/dap*.log", true, true)) do
    local lines = vim.fn.readfile(log)
    print(
      log
        .. ":\n"
        .. table.concat(
          vim.list_slice(lines, math.max(1, #lines - (tonumber(vim.env.DAP_KERNEL_LOG_LINES) or 80))),
          "\n"
        )
    )
  end
end

---@type { name: string, act: fun(child: Child) }[]
local tests = {}

--- Declare a test.
function M.test(name, act)
  tests[#tests + 1] = { name = name, act = act }
end

--- Fail unless two values are equal.
function M.equal(wanted, got, what)
  if not vim.deep_equal(wanted, got) then
    error(("%s: wanted %s, got %s"):format(what or "", vim.inspect(wanted), vim.inspect(got)), 2)
  end
end

--- Run the tests with this name, all of them without one; return how many failed.
function M.go(only)
  local failed, count = 0, 0
  for _, it in ipairs(tests) do
    if not only or it.name == only then
      count = count + 1
      local folder = vim.uv.fs_realpath(vim.fn.tempname():match("(.*)/") .. "") .. "/" .. count
      local child = children.start(folder)
      local ok, problem = xpcall(it.act, debug.traceback, child)
      io.stdout:write(ok and "ok    " or "FAIL  ", it.name, "\n")
      if not ok then
        failed = failed + 1
        print(problem)
        explain(child)
      end
      children.stop(child)
    end
  end
  if count == 0 then
    print("there is no test " .. tostring(only))
    return 1
  end
  return failed
end

return M
