#!/bin/sh
# install.sh FOLDER   Gets what the tests of editors drive and this machine lacks; what cannot be had is named.
#
# NVIM, NVIM_DAP, EMACS and DAPE say what is there already (see test_nvim.py and test_emacs.py). VS Code's part,
# code-server and Chromium, is got by adapters/vscode/test/run.sh --install.
set -u
folder=$1
mkdir -p "$folder/nvim" "$folder/emacs"

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

package() { # NAME: install it by the system's package manager
  if command -v apt-get > /dev/null; then as_root apt-get install -y -qq "$1" > /dev/null
  elif command -v brew > /dev/null; then brew install --quiet "$1"
  else return 1
  fi
}

clone() { # URL FOLDER
  [ -d "$2" ] || git clone --quiet --depth 1 "$1" "$2"
}

missing() { echo "not here, so its tests are skipped: $1" >&2; }

if [ -z "${NVIM:-}" ] && ! command -v nvim > /dev/null; then
  package neovim || missing "Neovim 0.11 or later (set NVIM)"
fi
if [ -z "${NVIM_DAP:-}" ]; then
  clone https://github.com/mfussenegger/nvim-dap "$folder/nvim/nvim-dap" || missing "nvim-dap (set NVIM_DAP)"
fi
if [ -z "${EMACS:-}" ] && ! command -v emacs > /dev/null; then
  package emacs-nox || package emacs || missing "Emacs 29.1 or later (set EMACS)"
fi
if [ -z "${DAPE:-}" ]; then
  clone https://github.com/svaante/dape "$folder/emacs/dape" || missing "dape (set DAPE)"
fi
exit 0
