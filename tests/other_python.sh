#!/bin/sh
# other_python.sh OURS OTHER: what is about a kernel's Python, with OTHER: the watcher (beside bdb, too), evaluation and
# the values in its own process, then the stories with kernels under it. OURS runs the rest, and lends its pip, which
# need not run under OTHER: what it installs is built for OTHER, into a folder of ours. OTHER is left as it is.
set -eu
ours=$1 other=$2
tag=$("$other" -I -c 'import sys; print(sys.implementation.cache_tag)')
tools=$(dirname "$(dirname "$ours")")/others/$tag/site-packages # so that what is in it counts as a library
if [ ! -d "$tools/pytest" ] || [ ! -d "$tools/msgspec" ]; then
	version=$("$other" -I -c 'import platform; print(platform.python_version())')
	"$ours" -m pip install --quiet --disable-pip-version-check --target "$tools" \
		--python-version "$version" --only-binary :all: pytest pytest-asyncio pytest-timeout pytest-xdist msgspec
fi
echo "the watcher, evaluation and the values under $other"
PYTHONPATH=$tools "$other" -m pytest -n 2 -p no:cacheprovider \
	tests/agent/watch tests/agent/evaluate tests/agent/inspect tests/agent/dispatch tests/differential/test_bdb.py
echo "the stories, kernels under $other"
DAP_KERNEL_TEST_PYTHON=$other "$ours" -m pytest -n 2 tests/sessions
