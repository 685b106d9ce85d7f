--- nvim -l run.lua [FILE [TEST]]: run all tests, those of a file, or one.

local here = vim.fs.dirname(vim.fs.abspath(debug.getinfo(1, "S").source:sub(2)))
package.path = here .. "/?.lua;" .. package.path

local file, only = _G.arg[1], _G.arg[2]
local files = file and { vim.fs.joinpath(here, file) } or vim.fn.glob(here .. "/*_test.lua", true, true)
for _, it in ipairs(files) do
  dofile(it)
end
os.exit(require("harness").go(only) == 0 and 0 or 1)
