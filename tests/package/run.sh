#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Builds, links and runs one consumer project of this folder with a static or a shared usocket.
# Usage: run.sh ACTION static|shared
#   ACTION: install (into a prefix of the test's own; the next two use it), find_package, pkg_config,
#           add_subdirectory, fetch_content
# Environment, from CMakeLists.txt: USOCKET_SOURCE, USOCKET_BUILD (a finished build), USOCKET_LINKAGE (of that build),
#           USOCKET_WORK (a folder of the tests' own), CXX, CMAKE
set -euo pipefail

action=$1
linkage=$2
here=$USOCKET_SOURCE/tests/package
prefix=$USOCKET_WORK/prefix-$linkage
build=$USOCKET_WORK/$action-$linkage
shared=OFF
[ "$linkage" = static ] || shared=ON

# What is tested is the packaging: what is compiled here is neither optimised nor debugged.
configure=("$CMAKE" -G Ninja -DCMAKE_CXX_COMPILER="$CXX" -DCMAKE_BUILD_TYPE=None -DBUILD_SHARED_LIBS="$shared")
# The same sources are compiled for several consumers; where ccache is installed, once.
if command -v ccache >/dev/null; then
    configure+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
fi

# check PROGRAM LIBRARY...: runs it, and fails unless it uses exactly these libraries of ours, as it should.
check() {
    local program=$1 expected used
    shift
    expected=$([ "$linkage" = static ] || printf '%s\n' "$@" | sort)
    used=$(ldd "$program" | sed -n 's|^\s*lib\(usocket[a-z_]*\)\.so\.[0-9.]* => /.*|\1|p' | sort)
    [ "$used" = "$expected" ] || { echo "$program uses the shared libraries '$used' and not '$expected'" && exit 1; }
    "$program"
}

check_both() {
    check "$build/consumer" usocket
    check "$build/server_consumer" usocket usocket_server
}

rm -rf "$build"
case $action in
    install)
        rm -rf "$prefix"
        built=$USOCKET_BUILD
        if [ "$linkage" != "$USOCKET_LINKAGE" ]; then
            built=$build
            "${configure[@]}" -S "$USOCKET_SOURCE" -B "$build" -DUSOCKET_BUILD_TESTS=OFF -DUSOCKET_BUILD_EXAMPLES=OFF \
                -DUSOCKET_BUILD_BENCHMARKS=OFF
            "$CMAKE" --build "$build"
        fi
        "$CMAKE" --install "$built" --prefix "$prefix"
        # The package must work from any place: move it after installing it.
        rm -rf "$prefix-moved"
        mv "$prefix" "$prefix-moved"
        ;;
    find_package)
        "${configure[@]}" -S "$here/$action" -B "$build" -DCMAKE_PREFIX_PATH="$prefix-moved"
        "$CMAKE" --build "$build"
        check_both
        ;;
    pkg_config)
        mkdir -p "$build"
        PKG_CONFIG_PATH=$(dirname "$(find "$prefix-moved" -name usocket.pc)")
        export PKG_CONFIG_PATH LD_LIBRARY_PATH=${PKG_CONFIG_PATH%/pkgconfig}
        "$here/$action/build.sh" "$CXX" "$linkage" usocket consumer.cpp "$build/consumer"
        "$here/$action/build.sh" "$CXX" "$linkage" usocket-server server_consumer.cpp "$build/server_consumer"
        check_both
        ;;
    add_subdirectory | fetch_content)
        "${configure[@]}" -S "$here/$action" -B "$build" -DUSOCKET_SOURCE="$USOCKET_SOURCE"
        "$CMAKE" --build "$build"
        check_both
        ;;
    *)
        echo "run.sh: no action '$action'" >&2
        exit 2
        ;;
esac
