#!/bin/sh
# run.sh [--install] [NAME]   The extension in a real workbench; NAME: only the stories whose name has it.
#
# --install: get what is missing, code-server by npm into out/programs, Chromium by playwright. code-server is compiled:
# gcc, make, Python and Kerberos's headers are needed; npm takes the newest that the Node.js here can run, which for
# 4.139 is 24. Without --install the stories are skipped, with the reason, when something is missing.
# What is used can be set: CODE_SERVER, CHROMIUM, DAP_KERNEL_PYTHON (see workbench.ts). With PICTURES=/path/to/docs/images
# the pictures of the documents are taken anew; with WORKBENCH=required what is missing is an error.
set -eu
cd "$(dirname "$0")/.."
[ -d node_modules ] || npm ci
if [ "${1:-}" = --install ]; then
  shift
  export WORKBENCH=required
  programs=$PWD/out/programs
  if [ -z "${CODE_SERVER:-}" ] && ! command -v code-server > /dev/null; then
    [ -x "$programs/node_modules/.bin/code-server" ] ||
      npm_config_unsafe_perm=true npm_config_yes=true npm install --prefix "$programs" --omit=dev code-server
    export CODE_SERVER="$programs/node_modules/.bin/code-server"
  fi
  if [ -z "${CHROMIUM:-}" ] && ! command -v chromium > /dev/null && ! command -v google-chrome > /dev/null; then
    npx playwright-core install chromium
    CHROMIUM=$(node -p 'require("playwright-core").chromium.executablePath()')
    export CHROMIUM
  fi
fi
npm run --silent build
"${DAP_KERNEL_PYTHON:-../../.venv/bin/python}" bundle/build.py
npx esbuild test/all.test.ts --bundle --platform=node --format=cjs --external:playwright-core \
  --outfile=out/test/all.test.js --log-level=warning
exec node --test --test-reporter=spec --test-name-pattern="${1:-.}" out/test/all.test.js
