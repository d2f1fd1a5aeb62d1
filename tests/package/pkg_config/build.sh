#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Compiles a consumer as a project without CMake does.
# Usage: build.sh COMPILER static|shared PACKAGE SOURCE OUTPUT
set -euo pipefail

compiler=$1
flags=$2
package=$3
source=$4
output=$5
pkg_options=()
[ "$flags" = shared ] || pkg_options+=(--static)

pkg-config --exists "$package >= 0.1"
read -ra cflags <<<"$(pkg-config --cflags "$package")"
read -ra libs <<<"$(pkg-config "${pkg_options[@]}" --libs "$package")"
"$compiler" -std=c++20 "${cflags[@]}" "$(dirname "$0")/../$source" -o "$output" "${libs[@]}"
