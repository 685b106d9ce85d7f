#!/bin/sh
# install.sh FOLDER   Gets what the tests of editors drive and this machine lacks; what cannot be had is named.
#
# NVIM, NVIM_DAP, JUPYTEXT_NVIM, EMACS and DAPE say what is there already (see test_nvim.py and test_emacs.py).
# A program whose package is too old comes from a newer Debian, unpacked in FOLDER (see unpack.sh). Of VS Code's
# part only Chromium is got here; adapters/vscode/test/run.sh --install gets the rest.
set -u
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1/nvim" "$1/emacs"
folder=$(cd "$1" && pwd)
export GIT_TERMINAL_PROMPT=0

missing() { echo "not here, so its tests are skipped: $1" >&2; }

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

newer() { # VERSION WANTED: whether it is at least as new
  [ "$(printf '%s\n' "$1" "$2" | sort -V | head -n 1)" = "$2" ]
}

has() { # PROGRAM VERSION
  command -v "$1" > /dev/null || return 1
  found=$("$1" --version 2> /dev/null | head -n 1 | grep -oE '[0-9]+(\.[0-9]+)+') && newer "$found" "$2"
}

package() { # NAME VERSION: install it by the system's package manager, if it is new enough there
  if command -v brew > /dev/null; then brew install --quiet "$1"; return; fi
  command -v apt-get > /dev/null || return 1
  as_root apt-get update -qq > /dev/null 2>&1
  candidate=$(apt-cache policy "$1" | sed -n 's/^ *Candidate: \([0-9]*:\)\{0,1\}//p')
  newer "${candidate:-0}" "$2" && as_root apt-get install -y -qq "$1" > /dev/null
}

clone() { # URL FOLDER
  [ -d "$2" ] || git clone --quiet --depth 1 "$1" "$2"
}

unpacked() { # PLACE PROGRAM PACKAGE...: FOLDER/PLACE runs PROGRAM of the packages of a newer Debian
  place=$folder/$1 program=$2
  shift 2
  root=$(dirname "$place")/root
  "$here/unpack.sh" forky "$root" "$@" || return 1
  cat > "$place" << END
#!/bin/sh
lib=\$(echo $root/usr/lib/*-linux-gnu)
export VIMRUNTIME=$root/usr/share/nvim/runtime
for it in $root/usr/share/emacs/[0-9]*; do
  export EMACSDATA=\$it/etc EMACSDOC=\$it/etc EMACSLOADPATH=\$(find "\$it/lisp" -type d 2> /dev/null | tr '\n' ':')
done
dump=\$(echo $root/usr/libexec/emacs/*/*/*.pdmp)
export EMACSPATH=\${dump%/*}
[ ! -f "\$dump" ] || set -- --dump-file="\$dump" --eval '(setq native-comp-jit-compilation nil)' "\$@"
exec "\$lib"/ld-linux-*.so.* --library-path "\$lib" $root/usr/bin/$program "\$@"
END
  chmod +x "$place"
}

if [ -z "${NVIM:-}" ] && ! has "$folder/nvim/nvim" 0.11 && ! has nvim 0.11; then
  package neovim 0.11 || unpacked nvim/nvim nvim neovim || missing "Neovim 0.11 or later (set NVIM)"
fi
if [ -z "${NVIM_DAP:-}" ]; then
  clone https://github.com/mfussenegger/nvim-dap "$folder/nvim/nvim-dap" || missing "nvim-dap (set NVIM_DAP)"
fi
if [ -z "${JUPYTEXT_NVIM:-}" ]; then
  clone https://github.com/GCBallesteros/jupytext.nvim "$folder/nvim/jupytext.nvim" ||
    missing "jupytext.nvim (set JUPYTEXT_NVIM)"
fi
if [ -z "${EMACS:-}" ] && ! has "$folder/emacs/emacs" 29.1 && ! has emacs 29.1; then
  package emacs-nox 29.1 || unpacked emacs/emacs emacs-nox emacs-nox elpa-dape ||
    missing "Emacs 29.1 or later (set EMACS)"
fi
if [ -z "${DAPE:-}" ] && ! clone https://github.com/svaante/dape "$folder/emacs/dape"; then
  "$here/unpack.sh" forky "$folder/emacs/root" emacs-nox elpa-dape &&
    ln -s "$folder"/emacs/root/usr/share/emacs/site-lisp/elpa-src/dape-* "$folder/emacs/dape" ||
    missing "dape (set DAPE)"
fi
if [ -z "${CODE_SERVER:-}" ] && ! command -v code-server > /dev/null && grep -q '^ID=debian' /etc/os-release 2> /dev/null; then
  package libkrb5-dev 1 # without it npm cannot compile code-server
fi
if [ -z "${CHROMIUM:-}" ] && ! command -v chromium > /dev/null && ! command -v google-chrome > /dev/null; then
  if grep -q '^ID=debian' /etc/os-release 2> /dev/null; then package chromium 1; fi # else run.sh gets one
fi
exit 0
