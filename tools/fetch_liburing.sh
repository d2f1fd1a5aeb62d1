#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Puts Debian's liburing for another processor into build/liburing/TRIPLE/{include,lib}, where cmake/toolchains/ finds it.
# Nothing is installed: the package is downloaded by the lists of that processor, which apt checks, and unpacked.
# Usage: fetch_liburing.sh TRIPLE ARCHITECTURE      such as i686-linux-gnu i386
set -euo pipefail
cd "$(dirname "$0")/.."

triple=$1 architecture=$2
home=$PWD/build/liburing/$triple
[ ! -e "$home/include/liburing.h" ] || exit 0

mkdir -p build
work=$(mktemp -d "$PWD/build/liburing.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{lists/partial,cache/archives/partial}
options=(
    -q -o Dir::State::Lists="$work/lists" -o Dir::State::Status=/dev/null -o Dir::Cache="$work/cache"
    -o APT::Architecture="$architecture" -o APT::Architectures="$architecture" -o Acquire::Languages=none
    -o APT::Sandbox::User=root
)
cd "$work"
# One list of several may be missing: whether the package is to be had decides.
apt-get "${options[@]}" update || echo "Not all lists could be had."
apt-get "${options[@]}" download liburing-dev
dpkg -x ./*.deb .
mkdir -p "$home/lib"
cp usr/lib/*/liburing.a "$home/lib/"
cp -r usr/include "$home/"
