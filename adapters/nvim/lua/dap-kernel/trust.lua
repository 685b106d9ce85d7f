--- Whether a program that was found, not named, may be run: only this user and root can have put it there.
--- The rule is the server's (`kernels/trust.py`), which is not there yet when its own Python is looked for.

local M = {}

local OTHERS, GROUP, STICKY = tonumber("0002", 8), tonumber("0020", 8), tonumber("1000", 8)

--- Whether a group is the one that a system makes for this user alone, or root's.
---@param gid integer
local function is_own_group(gid)
  if gid == 0 then
    return true
  end
  local user, file = vim.uv.os_get_passwd().username, io.open("/etc/group")
  for line in file and file:lines() or function() end do
    local name, id, members = line:match("^([^:]*):[^:]*:(%d+):(.*)$")
    if tonumber(id) == gid then
      return name == user and (members == "" or members == user)
    end
  end
  return false
end

---@param part string
---@return string? why
local function of_part(part)
  local found = vim.uv.fs_lstat(part)
  if not found then
    return
  end
  if found.uid ~= 0 and found.uid ~= vim.uv.getuid() then
    return part .. " belongs to another user"
  end
  local is_group = bit.band(found.mode, GROUP) ~= 0 and not is_own_group(found.gid)
  local is_sticky = found.type == "directory" and bit.band(found.mode, STICKY) ~= 0
  if found.type ~= "link" and not is_sticky and (bit.band(found.mode, OTHERS) ~= 0 or is_group) then
    return "others can write to " .. part
  end
end

--- Return why somebody else decides what is at `path`, in a sentence's second half; nil: nobody does.
--- Asks everything on the way to it, as it is spelled and where links lead.
---@param path string
---@return string?
function M.why_not(path)
  if not vim.uv.getuid then -- Windows has other rights
    return
  end
  for _, spelled in ipairs({ vim.fs.abspath(path), vim.uv.fs_realpath(path) }) do
    local why = of_part(spelled)
    if why then
      return why
    end
    for part in vim.fs.parents(spelled) do
      why = of_part(part)
      if why then
        return why
      end
    end
  end
end

return M
