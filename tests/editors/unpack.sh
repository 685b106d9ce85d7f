#!/bin/sh
# unpack.sh SUITE FOLDER PACKAGE...   Debian packages of another suite and all they need, unpacked, not installed.
#
# They are got by apt, with an empty database of its own: nothing of this machine is read or changed.
set -eu
suite=$1 folder=$2
shift 2
keys=/usr/share/keyrings/debian-archive-keyring.gpg
stamp=$folder/.unpacked
if [ "$(cat "$stamp" 2> /dev/null)" = "$suite $*" ]; then exit 0; fi
command -v apt-get > /dev/null && command -v dpkg-deb > /dev/null && [ -f "$keys" ] || exit 1

apt=$(mktemp -d)
trap 'rm -rf "$apt"' EXIT
mkdir -p "$apt/state/lists/partial" "$apt/cache/archives/partial" "$folder"
: > "$apt/status"
echo "deb [signed-by=$keys] http://deb.debian.org/debian $suite main" > "$apt/sources.list"
cat > "$apt/apt.conf" << END
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::State "$apt/state";
Dir::State::status "$apt/status";
Dir::Cache "$apt/cache";
APT::Install-Recommends "false";
APT::Sandbox::User "";
Debug::NoLocking "true";
END
export APT_CONFIG="$apt/apt.conf"
apt-get -qq update
apt-get -qq -y --download-only install "$@" > /dev/null
for it in "$apt"/cache/archives/*.deb; do
  dpkg-deb --fsys-tarfile "$it" | tar -x --keep-directory-symlink -C "$folder"
done
echo "$suite $*" > "$stamp"
